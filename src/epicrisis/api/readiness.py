"""Whether the engines may be trusted with a note: they must have read one first, and read it right."""

from __future__ import annotations

from collections.abc import Mapping

from epicrisis.assembly import Pipeline
from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Status
from epicrisis.telemetry.logs import get_logger

# One sentence per language whose reading nobody disputes: the finding it must find, and the status it must give it.
SELF_TESTS: Mapping[str, tuple[str, str, Status]] = {
    "en": ("The patient denies chest pain.", "chest pain", Status.ABSENT),
    "es": ("El paciente niega dolor torácico.", "dolor torácico", Status.ABSENT),
}

log = get_logger()


class Readiness:
    """The outcome of the self-test; ``reason`` is ``None`` once every language has passed."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self.reason: str | None = "The engines have not passed their self-test yet; try again in a moment."

    async def prove(self) -> None:
        """Read one sentence per language and keep the outcome; an engine that fails leaves the service not ready."""
        failed = [language for language in self.pipeline.intake.languages if not await self._reads(language)]
        if failed:
            self.reason = f"The self-test failed in {', '.join(failed)}; the log says more. Reinstall the package."
            return
        self.reason = None
        log.info("self-test passed", engines=len(self.pipeline.intake.languages))

    async def _reads(self, language: str) -> bool:
        text, finding, status = SELF_TESTS[language]
        try:
            document = self.pipeline.intake(text, id="self-test", language=language)
            annotated = await self.pipeline.annotation(document)
        except Exception as error:  # noqa: BLE001  whatever an engine does, the process must live to tell it
            log.error("self-test failed", language=language, error=type(error).__name__)
            return False
        if _status_of(annotated, finding) is not status:
            log.error("self-test read wrong", language=language, engine=annotated.engine, version=annotated.version)
            return False
        return True


def _status_of(annotated: AnnotatedDocument, finding: str) -> Status | None:
    for entity, assertion in zip(annotated.entities, annotated.assertions, strict=True):
        if assertion is not None and annotated.document.quote(entity.span).casefold() == finding:
            return assertion.status
    return None
