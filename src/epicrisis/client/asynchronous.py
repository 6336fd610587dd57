"""The client for programs that do something else meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from copy import copy
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

import anyio

from epicrisis.client import asks, note_asks
from epicrisis.client.asking import Ask
from epicrisis.client.cases import AsyncCases
from epicrisis.client.events import UNFINISHED, Events, Interrupted, answer_in, is_stream
from epicrisis.client.exchange import Exchange, http_library, pause_after
from epicrisis.client.experiments import AsyncExperiments
from epicrisis.client.many import Many, in_order
from epicrisis.client.patients import AsyncPatients
from epicrisis.client.privacy import AsyncPrivacy
from epicrisis.client.records import AsyncRecords
from epicrisis.client.results import (
    Annotation,
    Batch,
    EngineInfo,
    FeedbackKept,
    Health,
    Judgement,
    ModelInfo,
    NamedNote,
    Naming,
    Prediction,
    Predictions,
)
from epicrisis.client.retrying import Patience, Tries
from epicrisis.client.synchronous import DEFAULT_URL
from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assessments import Assessment
from epicrisis.domain.spans import Span

if TYPE_CHECKING:
    from httpx2 import Response

Answer = TypeVar("Answer")
Item = TypeVar("Item")


class AsyncClient(AsyncCases, AsyncExperiments, AsyncPatients, AsyncPrivacy, AsyncRecords):
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
        self._transport_error, self._unfinished = library.TransportError, library.RemoteProtocolError

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    def for_patient(self, patient: str) -> AsyncClient:
        """Return this client, over the same connections, for what is asked about one ``patient``: an id of yours.

        Where versions of an engine are compared, everything of one patient is answered by the same. It is sent as the
        header ``X-Patient``, so rather a pseudonym: proxies may log headers. Closing one closes both.
        """
        same = copy(self)
        same._exchange = self._exchange.for_patient(patient)
        return same

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
        return await self._ask(note_asks.annotate(text, language=language))

    async def annotate_batch(self, texts: Sequence[str], *, language: str | None = None) -> Batch[AnnotatedDocument]:
        """Return up to 100 notes with everything found in each; one that cannot be read fails alone."""
        return await self._ask(note_asks.annotate_batch(texts, language=language))

    async def assess(self, text: str, *, targets: Sequence[Span] = (), language: str | None = None) -> Judgement:
        """Return what ``text`` says of the findings at ``targets``.

        Without targets, those between ``[entity]`` marks are judged; without marks, those the reader finds.
        """
        return await self._ask(note_asks.assess(text, targets=targets, language=language))

    async def assess_batch(
        self, texts: Sequence[str], *, targets: Sequence[Sequence[Span]] = (), language: str | None = None
    ) -> Batch[Assessment]:
        """Return what each of up to 100 ``texts`` says of its own ``targets``; one that cannot be read fails alone."""
        return await self._ask(note_asks.assess_batch(texts, targets=targets, language=language))

    async def named(self, text: str, *, label_sets: Sequence[str] = (), language: str | None = None) -> Naming:
        """Return what the note ``text`` names in ``label_sets``; without any, in the usual ones of its language."""
        return await self._ask(note_asks.named(text, label_sets=label_sets, language=language))

    async def named_batch(
        self, texts: Sequence[str], *, label_sets: Sequence[str] = (), language: str | None = None
    ) -> Batch[NamedNote]:
        """Return what each of up to 100 notes names; one that cannot be read fails alone."""
        return await self._ask(note_asks.named_batch(texts, label_sets=label_sets, language=language))

    async def feedback(
        self,
        request_id: str,
        *,
        given: str,
        right: str,
        item: int | None = None,
        target: int | None = None,
        engine: str | None = None,
        version: str | None = None,
        idempotency_key: str | None = None,
    ) -> FeedbackKept:
        """Say that the answer to ``request_id`` said ``given`` where ``right`` is right, and return what was kept.

        ``item`` is the place of the text in a batch, ``target`` that of the finding in its text, both from 0. Where
        versions of an engine are compared, name the ``version`` that answered too.
        """
        asked = asks.feedback(
            request_id, given=given, right=right, item=item, target=target, engine=engine, version=version,
            idempotency_key=idempotency_key,
        )  # fmt: skip
        return await self._ask(asked)

    async def engines(self) -> tuple[EngineInfo, ...]:
        """Return the cards of the engines installed there."""
        return await self._ask(asks.engines())

    def many(
        self, ask: Callable[[Item], Awaitable[Answer]], items: Iterable[Item] | AsyncIterable[Item], *, at_once: int = 8
    ) -> Many[Answer]:
        """Return the answers to ``items``, in their order, with ``at_once`` of them under way at most.

        What is wrong with one item stands in its place as an error; what would be wrong with all of them is raised:

            async with client.many(client.annotate, notes) as answers:
                async for answer in answers: ...

        No more than twice ``at_once`` items are held, however many there are.
        """
        return in_order(ask, items, at_once=at_once)

    async def _ask(self, ask: Ask[Answer]) -> Answer:
        ask, tries = self._exchange.asked(ask), Tries(self._exchange.patience)
        while True:
            try:
                response = await self._fetched(ask, tries)
            except Interrupted as stopped:
                raise stopped.error from stopped.error.__cause__
            except (self._transport_error, TimeoutError) as error:
                pause = tries.pause()
                if pause is None:
                    raise self._exchange.failure(error) from error
            else:
                pause = pause_after(ask, response, tries)
                if pause is None:
                    return self._exchange.answer(ask, response)
            await anyio.sleep(pause)

    async def _fetched(self, ask: Ask[Answer], tries: Tries) -> Response:
        timeout = self._exchange.timeout(ask, tries)
        asked: AbstractAsyncContextManager[Response] = self._http.stream(
            ask.method, ask.path, content=ask.body, headers=ask.headers_after(tries.event), timeout=timeout
        )
        # The limits of the library hold for each read; this one holds for all of them, or from one event to the next.
        with anyio.fail_after(max(tries.left, 0)) as limit:
            async with asked as response:
                if not is_stream(response):
                    await response.aread()
                    return response
                events = Events()
                async for piece in response.aiter_bytes():
                    for event in events.of(piece):
                        tries.event = event.id or tries.event
                        answer = answer_in(event, ask, response)
                        if answer is not None:
                            return answer
                        tries.goes_on()
                        limit.deadline = anyio.current_time() + tries.left
        raise self._unfinished(UNFINISHED)
