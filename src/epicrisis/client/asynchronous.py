"""The client for programs that do something else meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import TypeVar

import anyio

from epicrisis.client import asks
from epicrisis.client.asks import Ask
from epicrisis.client.exchange import Exchange, asks_for_patience, http_library, retry_after
from epicrisis.client.results import (
    Annotation,
    EngineInfo,
    FeedbackKept,
    Health,
    Judgement,
    ModelInfo,
    Prediction,
    Predictions,
)
from epicrisis.client.retrying import Patience, Tries
from epicrisis.client.synchronous import DEFAULT_URL
from epicrisis.domain.spans import Span

Answer = TypeVar("Answer")


class AsyncClient:
    """Asks one server as ``Client`` does, without holding anybody up: options, answers and errors are the same.

    Raises:
        MissingDependency: httpx2 is not installed.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        *,
        api_key: str | None = None,
        profile: str | None = None,
        connect_seconds: float = 10.0,
        total_seconds: float = 30.0,
        retries: int = 3,
    ) -> None:
        patience = Patience(connect_seconds, total_seconds, retries)
        library = http_library()
        self._exchange = Exchange(url, api_key=api_key, profile=profile, patience=patience)
        self._http = library.AsyncClient(base_url=self._exchange.url, headers=self._exchange.headers)
        self._transport_error = library.TransportError

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def predict(self, sentence: str) -> Prediction:
        """Return what ``sentence`` says: PRESENT, ABSENT, POSSIBLE or CONDITIONAL."""
        return await self._ask(asks.predict(sentence))

    async def predict_batch(self, sentences: Sequence[str]) -> Predictions:
        """Return what each of up to 100 ``sentences`` says; one that cannot be read fails alone."""
        return await self._ask(asks.predict_batch(sentences))

    async def health_check(self) -> Health:
        """Return how the server is; one that is not ready yet is an answer, not an error."""
        return await self._ask(asks.health_check())

    async def model_info(self) -> ModelInfo:
        """Return what labels sentences there."""
        return await self._ask(asks.model_info())

    async def annotate(self, text: str, *, language: str | None = None) -> Annotation:
        """Return the note ``text`` with everything found in it; offsets count code points, as Python does."""
        return await self._ask(asks.annotate(text, language=language))

    async def assess(self, text: str, *, targets: Sequence[Span] = (), language: str | None = None) -> Judgement:
        """Return what ``text`` says of the findings at ``targets``.

        Without targets, those between ``[entity]`` marks are judged; without marks, those the reader finds.
        """
        return await self._ask(asks.assess(text, targets=targets, language=language))

    async def feedback(
        self,
        request_id: str,
        *,
        given: str,
        right: str,
        item: int | None = None,
        target: int | None = None,
        engine: str | None = None,
    ) -> FeedbackKept:
        """Say that the answer to ``request_id`` said ``given`` where ``right`` is right, and return what was kept.

        ``item`` is the place of the text in a batch, ``target`` that of the finding in its text, both from 0.
        """
        asked = asks.feedback(request_id, given=given, right=right, item=item, target=target, engine=engine)
        return await self._ask(asked)

    async def engines(self) -> tuple[EngineInfo, ...]:
        """Return the cards of the engines installed there."""
        return await self._ask(asks.engines())

    async def _ask(self, ask: Ask[Answer]) -> Answer:
        tries = Tries(self._exchange.patience)
        while True:
            try:
                # The limits of the library hold for each read; this one holds for all of them.
                with anyio.fail_after(max(tries.left, 0)):
                    response = await self._http.request(
                        ask.method, ask.path, content=ask.content, timeout=self._exchange.timeout(tries)
                    )
            except (self._transport_error, TimeoutError) as error:
                pause = tries.pause()
                if pause is None:
                    raise self._exchange.failure(error) from error
            else:
                pause = tries.pause(retry_after(response)) if asks_for_patience(ask, response) else None
                if pause is None:
                    return self._exchange.answer(ask, response)
            await anyio.sleep(pause)
