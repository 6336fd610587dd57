"""Judges the findings of sentences and notes: those asked about or, where none are named, those the reader finds."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, runtime_checkable

from epicrisis.domain.annotations import AnnotatedDocument, Sentence
from epicrisis.domain.assertions import Assertion, SentenceLabel
from epicrisis.domain.assessments import Assessment, Coverage
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import AssertionEngine, NoteReader
from epicrisis.errors import EpicrisisError
from epicrisis.formats.marks import read_marks
from epicrisis.services.annotate import second_opinion
from epicrisis.services.conflicts import Tolerance
from epicrisis.services.core import Core
from epicrisis.services.outcomes import Failure, answer_each
from epicrisis.services.queueing import Work
from epicrisis.text.alignment import OffsetMap


@dataclass(frozen=True, slots=True)
class Question:
    """A text, and the findings asked about; without any, those the reader finds are meant.

    Where ``document`` is a copy without the marks of what was sent, ``sent`` is that and ``offsets`` lead back to it:
    the answer is about ``sent``.
    """

    document: Document
    targets: tuple[Span, ...] = ()
    sent: Document | None = None
    offsets: OffsetMap = field(default_factory=OffsetMap)

    @classmethod
    def of(cls, document: Document) -> Question:
        """Return the question ``document`` asks: about what its ``[entity]`` marks enclose, or about all it has.

        Raises:
            InvalidInput: a mark has no partner.
            InvalidSpan: two marks enclose nothing.
        """
        unmarked = read_marks(document.text)
        if not unmarked.targets:
            return cls(document)
        return cls(replace(document, text=unmarked.text), unmarked.targets, document, unmarked.offsets)

    @classmethod
    def attempt(cls, document: Document | Failure) -> Question | Failure:
        """Return what ``of`` returns, or why there is no question: for items of a batch, which fail alone."""
        if isinstance(document, Failure):
            return document
        try:
            return cls.of(document)
        except EpicrisisError as error:
            return Failure.of(document.id, error)


@runtime_checkable
class JudgesWhileReading(Protocol):
    """A note reader that judges named findings in the pass that reads."""

    def read_about(
        self, documents: Sequence[Document], targets: Sequence[Sequence[Span]]
    ) -> Sequence[tuple[AnnotatedDocument, Sequence[Assertion]]]:
        """Return each document annotated, with the assertions of its targets in their order."""
        ...


@runtime_checkable
class JudgesTogether(Protocol):
    """An assertion engine that judges the findings of many documents in one batch."""

    def assess_each(
        self, documents: Sequence[Document], targets: Sequence[Sequence[Span]]
    ) -> Sequence[Sequence[Assertion]]:
        """Return what ``assess`` returns for each document and its targets, in order."""
        ...


class Assess:
    """The reader reads all texts in one batch, sentence by sentence under their headings; the assertion engine judges.

    Where both are one engine, it judges in the pass that reads.
    """

    def __init__(
        self,
        *,
        reader: NoteReader,
        assertion: AssertionEngine,
        second: AssertionEngine | None,
        tolerance: Tolerance,
        core: Core,
    ) -> None:
        self.reader = reader
        self.assertion = assertion
        self.second = second
        self.tolerance = tolerance
        self.core = core
        judge: object = assertion
        self._one_pass = judge if judge is reader and isinstance(judge, JudgesWhileReading) else None
        self.work: Work[Question, Assessment] = Work("assess", self._judge, document=lambda question: question.document)

    async def __call__(self, questions: Sequence[Question | Failure]) -> list[Assessment | Failure]:
        """Return what ``many`` returns, judged in batches with whatever else waits.

        Raises:
            Overloaded: too much work waits already.
            DeadlineExceeded: there was no answer in the time a request has.
        """
        asked = [question for question in questions if isinstance(question, Question)]
        outcomes = iter(await self.core.ask_all(self.work, asked))
        return [next(outcomes) if isinstance(question, Question) else question for question in questions]

    def many(self, questions: Sequence[Question | Failure]) -> list[Assessment | Failure]:
        """Return one assessment per question, in order; what failed before it came here, or fails here, fails alone."""
        answers = iter(
            answer_each(
                self._judge,
                [question for question in questions if isinstance(question, Question)],
                document=lambda question: question.document,
            )
        )
        return [next(answers) if isinstance(question, Question) else question for question in questions]

    def _judge(self, questions: Sequence[Question]) -> list[Assessment]:
        return [
            self._answer(question, reading, judged)
            for question, (reading, judged) in zip(questions, self._read(questions), strict=True)
        ]

    def _read(self, questions: Sequence[Question]) -> Sequence[tuple[AnnotatedDocument, Sequence[Assertion]]]:
        documents = [question.document for question in questions]
        if self._one_pass is not None:
            return self._one_pass.read_about(documents, [question.targets for question in questions])
        return list(zip(self.reader.read(documents), self._judged(questions), strict=True))

    def _judged(self, questions: Sequence[Question]) -> Sequence[Sequence[Assertion]]:
        engine = self.assertion
        if isinstance(engine, JudgesTogether):
            return engine.assess_each(
                [question.document for question in questions], [question.targets for question in questions]
            )
        return [
            engine.assess(question.document, question.targets) if question.targets else () for question in questions
        ]

    def _answer(self, question: Question, reading: AnnotatedDocument, judged: Sequence[Assertion]) -> Assessment:
        document = question.document
        if question.targets:
            judge, assertions = self.assertion.card, judged
            labels = _named_labels(question.targets, reading.entities)
        else:
            judge, assertions = self.reader.card, [found for found in reading.assertions if found is not None]
            labels = _found_labels(reading)
        weighed = second_opinion(self.second, document, assertions, judge=judge.name, tolerance=self.tolerance)
        sentence, scores = whole(reading.sentences)
        assessment = Assessment(
            document=document,
            assertions=tuple(weighed),
            labels=labels,
            sentence=sentence,
            scores=scores,
            sentences=reading.sentences,
            sections=reading.sections,
            coverage=Coverage.of(document.text, reading.sentences),
            engine=judge.name,
            version=judge.version,
        )
        return assessment if question.sent is None else assessment.moved(question.sent, question.offsets.to_original)


def whole(sentences: Sequence[Sentence]) -> tuple[SentenceLabel | None, Mapping[SentenceLabel, float]]:
    """Return what several sentences say together: their common label, or MIXED; one alone keeps its scores."""
    labels = {sentence.label for sentence in sentences if sentence.label is not None}
    telling = labels - {SentenceLabel.NONE} or labels
    if len(sentences) == 1:
        return sentences[0].label, sentences[0].scores
    if len(telling) > 1:
        return SentenceLabel.MIXED, {}
    return next(iter(telling), None), {}


def _found_labels(reading: AnnotatedDocument) -> tuple[str, ...]:
    pairs = zip(reading.entities, reading.assertions, strict=True)
    return tuple(entity.label for entity, assertion in pairs if assertion is not None)


def _named_labels(targets: Sequence[Span], entities: Sequence[Entity]) -> tuple[str | None, ...]:
    """Return the label of the entity that shares most characters with each target."""
    starts = [entity.span.start for entity in entities]
    longest = max((len(entity.span) for entity in entities), default=0)
    # A note may have thousands of both, so only those near the target are looked at.
    return tuple(
        _label(target, entities[bisect_left(starts, target.start - longest) : bisect_left(starts, target.end)])
        for target in targets
    )


def _label(target: Span, near: Sequence[Entity]) -> str | None:
    shared = [
        (min(target.end, entity.span.end) - max(target.start, entity.span.start), entity.label)
        for entity in near
        if entity.span.overlaps(target)
    ]
    return max(shared)[1] if shared else None
