"""Whether the engines may be trusted with a note: they must have read one first, and read it right."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from anyio import to_thread

from epicrisis.assembly import Pipeline
from epicrisis.domain.assertions import Status
from epicrisis.engines.contracts import EngineCard
from epicrisis.services.assess import Question
from epicrisis.services.outcomes import answered
from epicrisis.services.readers import ByLanguage
from epicrisis.services.self_tests import SELF_TESTS
from epicrisis.services.tally import Tally
from epicrisis.storage.opening import Stores
from epicrisis.telemetry.logs import get_logger

STOPPING = "The server is stopping; send this to another one, or try again in a moment."

log = get_logger()


Reads: TypeAlias = Callable[[Question], Status | None]


class Readiness:
    """Whether notes may be sent; ``reason`` is ``None`` from the passed self-test until the server is told to stop.

    Every engine that is loaded at the start must read a sentence in each of its languages, and read it right. Of a
    model that somebody chose from elsewhere, and is not ``vouched`` for, an answer is asked and no more: how good it
    is, its own card says. One that is loaded later reads its sentence then, before it reads for anybody; where it
    cannot be loaded or fails, whoever needs it is refused, and notes are better sent to another server.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        *,
        vouched: bool = True,
        tally: Tally | None = None,
        stores: Stores | None = None,
    ) -> None:
        self.pipeline = pipeline
        self.tally = tally
        self.stores = stores
        self.vouched = vouched
        self._reason: str | None = "The engines have not passed their self-test yet; try again in a moment."
        self._stopping = False
        for engines in self._engines():
            engines.told = _say_that_it_failed

    @property
    def reason(self) -> str | None:
        """Say why notes may not be sent, or nothing where they may."""
        if self._reason is not None:
            return self._reason
        failed = sorted({language for engines in self._engines() for language in engines.failed})
        return _failed_in(failed) if failed else None

    @property
    def degraded(self) -> bool:
        """Whether what this server shares with others was out of reach lately: slower, and ready all the same."""
        return (
            self.pipeline.labelling.memory.degraded
            or (self.tally is not None and self.tally.degraded)
            or (self.stores is not None and self.stores.away())
        )

    def stop(self) -> None:
        """Be ready no more: whoever routes requests here shall route them elsewhere."""
        self._stopping = True
        self._reason = STOPPING

    async def prove(self) -> None:
        """Read the sentences and keep the outcome; an engine that fails leaves the service not ready."""
        # In a thread of its own: in the queue, requests that come before we are ready could crowd it out.
        failed = await to_thread.run_sync(self._failed, abandon_on_cancel=True)
        if self._stopping:
            return
        if failed:
            self._reason = _failed_in(failed)
            return
        self._reason = None
        cards = {card.name for language in self._languages() for card, _, _ in self._tests(language)}
        log.info("self-test passed", engines=len(cards))

    def _engines(self) -> list[ByLanguage[Any]]:
        """Return all that may be loaded later than at the start."""
        read, judged = self.pipeline.annotation, self.pipeline.assessment
        return [
            read.readers,
            read.seconds,
            judged.judges,
            self.pipeline.labelling.labellers,
            self.pipeline.identify.learnt,
        ]

    def _languages(self) -> list[str]:
        """Return the languages whose engines are in memory; to load the others now is what nobody asked for."""
        readers = self.pipeline.annotation.readers
        return [language for language in readers.languages if readers.is_built(language)]

    def _failed(self) -> list[str]:
        return [
            language
            for language in self._languages()
            if not all(self._passes(language, *test) for test in self._tests(language))
        ]

    def _tests(self, language: str) -> list[tuple[EngineCard, Reads, bool]]:
        """Return each engine's card, what asks it for the status of a finding, and whether it has to be right."""
        pipeline = self.pipeline
        return [
            (pipeline.annotation.readers.card(language), self._as_read, True),
            (pipeline.assessment.judges.card(language), self._as_judged, self.vouched),
            (pipeline.labelling.labellers.card(language), self._as_labelled, self.vouched),
        ]

    def _passes(self, language: str, card: EngineCard, reads: Reads, strict: bool) -> bool:
        test = SELF_TESTS[language]
        question = Question(test.document, (test.target,))
        about = {"language": language, "engine": card.name, "version": card.version}
        try:
            right = reads(question) is test.status
        except Exception as error:  # noqa: BLE001  whatever an engine does, the process must live to tell it
            log.error("self-test failed", error=type(error).__name__, **about)
            return False
        if not right:
            log.log(logging.ERROR if strict else logging.WARNING, "self-test read wrong", **about)
        return right or not strict

    def _as_read(self, question: Question) -> Status | None:
        [target] = question.targets
        read = self.pipeline.annotation.one(question.document)
        found = zip(read.entities, read.assertions, strict=True)
        return next((judged.status for entity, judged in found if judged and entity.span == target), None)

    def _as_judged(self, question: Question) -> Status:
        [outcome] = self.pipeline.assessment.many([question])
        [judged] = answered(outcome).assertions
        return judged.status

    def _as_labelled(self, question: Question) -> Status:
        [outcome] = self.pipeline.labelling.many([question.document])
        return answered(outcome).label


def _failed_in(languages: Sequence[str]) -> str:
    return f"The self-test failed in {', '.join(languages)}; the log says more. Reinstall the package."


def _say_that_it_failed(card: EngineCard, language: str, error: Exception) -> None:
    kind = type(error.__cause__ or error).__name__
    log.error("engine not loaded", engine=card.name, version=card.version, language=language, error=kind)
