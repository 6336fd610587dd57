"""The only builder: settings in, a pipeline of services out."""

from __future__ import annotations

from collections.abc import Iterable

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.engines import registry
from epicrisis.engines.contracts import EngineCard
from epicrisis.services.annotate import Annotate
from epicrisis.services.assess import Assess, Assessment, Question
from epicrisis.services.conflicts import Tolerance
from epicrisis.services.intake import Intake
from epicrisis.services.outcomes import Failure
from epicrisis.services.workers import Workers
from epicrisis.settings import Settings, load_settings


class Pipeline:
    """Everything a user can ask for, in plain calls; the services themselves stand beside for who needs ``await``."""

    def __init__(self, *, intake: Intake, annotation: Annotate, assessment: Assess) -> None:
        self.intake = intake
        self.annotation = annotation
        self.assessment = assessment

    def annotate(self, text: str, *, id: str | None = None, language: str | None = None) -> AnnotatedDocument:  # noqa: A002
        """Return the note ``text`` with everything found in it.

        Raises:
            InvalidInput: the text cannot be read; the error says why and what to try next.
            UnknownLanguage: no engine at hand reads its language.
        """
        return self.annotation.one(self.intake(text, id=id or "1", language=language))

    def annotate_many(self, texts: Iterable[str], *, language: str | None = None) -> list[AnnotatedDocument | Failure]:
        """Return each note annotated, in order; one that cannot be read is a ``Failure`` beside the others."""
        return self.annotation.many(
            [self.intake.attempt(text, id=str(number), language=language) for number, text in enumerate(texts, 1)]
        )

    def assess(self, sentences: Iterable[str | Question], *, language: str | None = None) -> list[Assessment | Failure]:
        """Return what each sentence says of its findings, in order.

        A ``Question`` names the findings it is about, and is checked as a text is; one that cannot be read is a
        ``Failure`` beside the others.
        """
        return self.assessment.many(
            [self._question(sentence, str(number), language) for number, sentence in enumerate(sentences, 1)]
        )

    def engines(self) -> list[EngineCard]:
        """Return the card of every installed engine."""
        return registry.cards()

    def _question(self, asked: str | Question, number: str, language: str | None) -> Question | Failure:
        if isinstance(asked, str):
            document = self.intake.attempt(asked, id=number, language=language)
            return document if isinstance(document, Failure) else Question(document)
        given = asked.document
        document = self.intake.attempt(given.text, id=given.id, language=given.language)
        return document if isinstance(document, Failure) else asked


def load(settings: Settings | None = None) -> Pipeline:
    """Return the pipeline ``settings`` describe, those of the environment by default; takes no network.

    Raises:
        UnknownEngine: a setting names an engine that is not installed.
        ArtifactError: a model file is missing or not what its card says.
        InvalidSettings: an environment variable does not hold what it should.
    """
    settings = settings or load_settings()
    reader = registry.note_reader(settings.reader)
    second = registry.assertion_engine(settings.second_opinion) if settings.second_opinion else None
    tolerance = Tolerance(unsure_below=settings.conflict_unsure_below, sure_from=settings.conflict_sure_from)
    workers = Workers(threads=settings.workers, queue=settings.queue)
    return Pipeline(
        intake=Intake(languages=reader.card.languages, max_chars=settings.max_chars),
        annotation=Annotate(reader=reader, second=second, tolerance=tolerance, workers=workers),
        assessment=Assess(
            reader=reader,
            assertion=registry.assertion_engine(settings.assertion),
            second=second,
            tolerance=tolerance,
            workers=workers,
        ),
    )
