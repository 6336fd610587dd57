"""The client for programs that wait."""

from __future__ import annotations

import time
from collections.abc import Sequence
from copy import copy
from types import TracebackType
from typing import TypeVar

from epicrisis.client import asks, note_asks
from epicrisis.client.asking import Ask
from epicrisis.client.cases import Cases
from epicrisis.client.events import Interrupted
from epicrisis.client.exchange import Exchange, http_library, pause_after
from epicrisis.client.experiments import Experiments
from epicrisis.client.lines import Lines
from epicrisis.client.patients import Patients
from epicrisis.client.privacy import Privacy
from epicrisis.client.records import Records
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
from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assessments import Assessment
from epicrisis.domain.spans import Span

Answer = TypeVar("Answer")

DEFAULT_URL = "http://127.0.0.1:8080"


class Client(Cases, Experiments, Patients, Privacy, Records):
    """Asks one server, over connections it keeps; what is refused for the moment is asked for again, and done once.

    ``api_key`` is taken from EPICRISIS_API_KEY where it is not given. ``profile`` is the edition of contracts A and B
    to speak (``a`` or ``b``), their union by default. ``total_seconds`` covers all tries of a call, and their pauses.

    Every method raises an error of ``epicrisis.errors``, whose ``request_id`` names the request where a server took it:
    ``InvalidInput``, ``Unauthenticated``, ``Forbidden``, ``RateLimited``, ``Overloaded``, ``DeadlineExceeded``,
    ``Unreachable``.

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
        self._lines = Lines(self._exchange)
        self._transport_error = library.TransportError

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._lines.close()

    def for_patient(self, patient: str) -> Client:
        """Return this client, over the same connections, for what is asked about one ``patient``: an id of yours.

        Where versions of an engine are compared, everything of one patient is answered by the same. It is sent as the
        header ``X-Patient``, so rather a pseudonym: proxies may log headers. Closing one closes both.
        """
        same = copy(self)
        same._exchange = self._exchange.for_patient(patient)
        return same

    def predict(self, sentence: str) -> Prediction:
        """Return what ``sentence`` says: PRESENT, ABSENT, POSSIBLE or CONDITIONAL."""
        return self._ask(asks.predict(sentence))

    def predict_batch(self, sentences: Sequence[str]) -> Predictions:
        """Return what each of up to 100 ``sentences`` says; one that cannot be read fails alone."""
        return self._ask(asks.predict_batch(sentences))

    def health_check(self) -> Health:
        """Return how the server is; one that is not ready yet is an answer, not an error."""
        return self._ask(asks.health_check())

    def model_info(self) -> ModelInfo:
        """Return what labels sentences there."""
        return self._ask(asks.model_info())

    def annotate(self, text: str, *, language: str | None = None) -> Annotation:
        """Return the note ``text`` with everything found in it; offsets count code points, as Python does."""
        return self._ask(note_asks.annotate(text, language=language))

    def annotate_batch(self, texts: Sequence[str], *, language: str | None = None) -> Batch[AnnotatedDocument]:
        """Return up to 100 notes with everything found in each; one that cannot be read fails alone."""
        return self._ask(note_asks.annotate_batch(texts, language=language))

    def assess(self, text: str, *, targets: Sequence[Span] = (), language: str | None = None) -> Judgement:
        """Return what ``text`` says of the findings at ``targets``.

        Without targets, those between ``[entity]`` marks are judged; without marks, those the reader finds.
        """
        return self._ask(note_asks.assess(text, targets=targets, language=language))

    def assess_batch(
        self, texts: Sequence[str], *, targets: Sequence[Sequence[Span]] = (), language: str | None = None
    ) -> Batch[Assessment]:
        """Return what each of up to 100 ``texts`` says of its own ``targets``; one that cannot be read fails alone."""
        return self._ask(note_asks.assess_batch(texts, targets=targets, language=language))

    def named(self, text: str, *, label_sets: Sequence[str] = (), language: str | None = None) -> Naming:
        """Return what the note ``text`` names in ``label_sets``; without any, in the usual ones of its language."""
        return self._ask(note_asks.named(text, label_sets=label_sets, language=language))

    def named_batch(
        self, texts: Sequence[str], *, label_sets: Sequence[str] = (), language: str | None = None
    ) -> Batch[NamedNote]:
        """Return what each of up to 100 notes names; one that cannot be read fails alone."""
        return self._ask(note_asks.named_batch(texts, label_sets=label_sets, language=language))

    def feedback(
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
        return self._ask(asked)

    def engines(self) -> tuple[EngineInfo, ...]:
        """Return the cards of the engines installed there."""
        return self._ask(asks.engines())

    def _ask(self, ask: Ask[Answer]) -> Answer:
        ask, tries = self._exchange.asked(ask), Tries(self._exchange.patience)
        while True:
            try:
                with self._lines.free() as line:
                    response = line.fetched(ask, tries)
            except Interrupted as stopped:
                raise stopped.error from stopped.error.__cause__
            except self._transport_error as error:
                pause = tries.pause()
                if pause is None:
                    raise self._exchange.failure(error) from error
            else:
                pause = pause_after(ask, response, tries)
                if pause is None:
                    return self._exchange.answer(ask, response)
            time.sleep(pause)
