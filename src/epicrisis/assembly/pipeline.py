"""The pipeline: everything a user of the library can ask for, in plain calls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assessments import Assessment
from epicrisis.domain.identifiers import Identified
from epicrisis.domain.naming import Named
from epicrisis.domain.note_summaries import NoteSummary
from epicrisis.domain.records import NoteRecord
from epicrisis.engines import registry
from epicrisis.engines.contracts import AssertionEngine, EngineCard, IdentifierEngine
from epicrisis.engines.differential.hearing import hearing
from epicrisis.engines.differential.likeness import likeness
from epicrisis.engines.differential.measuring import laboratory
from epicrisis.engines.privacy.patterns.engine import PatternIdentifierEngine
from epicrisis.engines.record_contracts import Coded, CodeLinker, ExtractionEngine, NoteSummaryEngine
from epicrisis.services.annotate import Annotate
from epicrisis.services.assess import Assess, Question
from epicrisis.services.core import Core
from epicrisis.services.diagnose import Diagnose
from epicrisis.services.entities import Entities
from epicrisis.services.explaining import Explain
from epicrisis.services.extract import Extract
from epicrisis.services.identify import Identify
from epicrisis.services.intake import Intake
from epicrisis.services.label import Label
from epicrisis.services.outcomes import Failure
from epicrisis.services.readers import ByLanguage, Readers
from epicrisis.services.summarize import MOST_WORDS, Summarize, Wanted, bounds_of
from epicrisis.services.understand import Understand

DIFFERENTIAL = "knowledge"


def _no_likeness(_: str) -> None:
    return None


class Pipeline:
    """Everything a user can ask for, in plain calls; the services themselves stand beside for who needs ``await``."""

    def __init__(
        self,
        *,
        intake: Intake,
        annotation: Annotate,
        assessment: Assess,
        labelling: Label,
        core: Core,
        finders: ByLanguage[IdentifierEngine] | None = None,
        recorders: ByLanguage[ExtractionEngine] | None = None,
        summarisers: ByLanguage[NoteSummaryEngine] | None = None,
        linkers: Sequence[CodeLinker] = (),
        differential: str = DIFFERENTIAL,
        clauses: bool = True,
        namers: Readers | None = None,
    ) -> None:
        self.differential = differential
        self.clauses = clauses
        self.intake = intake
        self.annotation = annotation
        self.assessment = assessment
        self.explanation = Explain(assessment, core=core)
        self.labelling = labelling
        # Whatever reads the notes of a language names what they speak of.
        self.entities = Entities(readers=namers or annotation.readers, core=core, memory=labelling.memory)
        self.identify = Identify(patterns=PatternIdentifierEngine(), learnt=finders or ByLanguage({}), core=core)
        self.extraction = Extract(annotate=annotation, engines=recorders or ByLanguage({}), linkers=linkers, core=core)
        self.summaries = Summarize(annotate=annotation, engines=summarisers or ByLanguage({}), core=core)
        self.differentials = Diagnose(
            engine=partial(registry.differential_engine, differential),
            hearing=hearing,
            laboratory=laboratory,
            likeness=likeness if clauses else _no_likeness,
            understand=Understand(
                readers=annotation.readers,
                judges=assessment.judges,
                recorders=recorders or ByLanguage({}),
                linkers=[linker for linker in linkers if Coded.MEASUREMENT in linker.kinds],
                hearing=hearing,
                likeness=likeness if clauses else _no_likeness,
                core=core,
            ),
        )
        self.core = core

    def with_engines(
        self,
        *,
        readers: Readers | None = None,
        judges: ByLanguage[AssertionEngine] | None = None,
        namers: Readers | None = None,
        recorders: ByLanguage[ExtractionEngine] | None = None,
        summarisers: ByLanguage[NoteSummaryEngine] | None = None,
        differential: str = "",
    ) -> Pipeline:
        """Return a pipeline with these engines in the place of its own, over the same core and the same memory.

        What is kept of answers is kept by who gave them, so none is ever told as another's.
        """
        annotation, assessment, memory = self.annotation, self.assessment, self.labelling.memory
        if readers is not None:
            annotation = Annotate(
                readers=readers,
                seconds=annotation.seconds,
                tolerance=annotation.tolerance,
                core=self.core,
                memory=memory,
            )
        if readers is not None or judges is not None:
            assessment = Assess(
                readers=readers or assessment.readers,
                judges=judges or assessment.judges,
                seconds=assessment.seconds,
                tolerance=assessment.tolerance,
                core=self.core,
                memory=memory,
            )
        other = Pipeline(
            intake=self.intake,
            annotation=annotation,
            assessment=assessment,
            labelling=self.labelling,
            core=self.core,
            recorders=recorders or self.extraction.engines,
            summarisers=summarisers or self.summaries.engines,
            linkers=self.extraction.linkers,
            differential=differential or self.differential,
            clauses=self.clauses,
            namers=namers or self.entities.readers,
        )
        other.identify, other.summaries.rewording = self.identify, self.summaries.rewording
        return other

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

    def assess(self, texts: Iterable[str | Question], *, language: str | None = None) -> list[Assessment | Failure]:
        """Return what each text, a sentence or a note, says of its findings, in order.

        They are those between ``[entity]`` marks or, where there are none, those the reader finds; offsets count the
        text as it is given. A ``Question`` names the findings it is about, and is checked as a text is. What cannot be
        read is a ``Failure`` beside the others.
        """
        return self.assessment.many(
            [self._question(text, str(number), language) for number, text in enumerate(texts, 1)]
        )

    def named(
        self, texts: Iterable[str], *, label_sets: Iterable[str] = (), language: str | None = None
    ) -> list[Named | Failure]:
        """Return what each text names in ``label_sets``, in order; without any, in the usual ones of its language.

        What cannot be read is a ``Failure`` beside the others, and so is what is asked for by an unknown label set.
        """
        return self.entities.many(
            [self.intake.attempt(text, id=str(number), language=language) for number, text in enumerate(texts, 1)],
            tuple(label_sets),
        )

    def extract(self, text: str, *, id: str | None = None, language: str | None = None) -> NoteRecord:  # noqa: A002
        """Return what the note ``text`` records of its patient, item by item, with codes; raises as ``annotate``."""
        return self.extraction.one(self.intake(text, id=id or "1", language=language))

    def summarize(
        self,
        text: str,
        *,
        id: str | None = None,  # noqa: A002
        language: str | None = None,
        max_words: int = MOST_WORDS,
        min_words: int | None = None,
    ) -> NoteSummary:
        """Return the note ``text`` in a few of its own sentences, each with where it stands; raises as ``annotate``.

        A summary has ``max_words`` at most, and ``min_words`` where the note has them: 50 by default.
        """
        document = self.intake(text, id=id or "1", language=language)
        return self.summaries.one(document, Wanted(bounds_of(max_words, min_words)))

    def identifiers(self, texts: Iterable[str], *, language: str | None = None) -> list[Identified | Failure]:
        """Return what says whose note each text is, in order: names, numbers, dates and places, each with its reason.

        What looks like one and stays is told beside them. What cannot be read is a ``Failure`` beside the others.
        """
        return self.identify.many(
            [self.intake.attempt(text, id=str(number), language=language) for number, text in enumerate(texts, 1)]
        )

    async def close(self) -> None:
        """Let go of threads and connections; whoever asks again gets new ones."""
        self.core.close()
        if self.summaries.rewording is not None:
            self.summaries.rewording.close()
        await self.labelling.close()

    def engines(self) -> list[EngineCard]:
        """Return the card of every installed engine, and of the model that judges where a setting names one."""
        cards = registry.cards()
        return [*cards, *(card for card in self.assessment.judges.cards if card not in cards)]

    def _question(self, asked: str | Question, number: str, language: str | None) -> Question | Failure:
        if isinstance(asked, str):
            return Question.attempt(self.intake.attempt(asked, id=number, language=language))
        given = asked.document
        document = self.intake.attempt(given.text, id=given.id, language=given.language)
        return document if isinstance(document, Failure) else asked
