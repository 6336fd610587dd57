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
from epicrisis.engines.contracts import AssertionEngine, EngineCard, NoteReader
from epicrisis.errors import EpicrisisError
from epicrisis.formats.marks import read_marks
from epicrisis.services.annotate import second_opinion
from epicrisis.services.answer_memory import Memory
from epicrisis.services.answers import Answers
from epicrisis.services.conflicts import Tolerance
from epicrisis.services.core import Core
from epicrisis.services.mixing import with_foreign
from epicrisis.services.outcomes import Failure
from epicrisis.services.queueing import Work
from epicrisis.services.readers import ByLanguage, Readers, answer_by_language
from epicrisis.services.wordless import Signature
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
    """A reader reads all texts of its language in one batch, sentence by sentence under their headings; a judge judges.

    Where both are one engine, it judges in the pass that reads.
    """

    def __init__(
        self,
        *,
        readers: Readers,
        judges: ByLanguage[AssertionEngine],
        seconds: ByLanguage[AssertionEngine],
        tolerance: Tolerance,
        core: Core,
        memory: Memory,
    ) -> None:
        self.readers = readers
        self.judges = judges
        self.seconds = seconds
        self.tolerance = tolerance
        work: Work[Question, Assessment] = Work("assess", self._judge, document=lambda question: question.document)
        signature = Signature(readers, judges, seconds)
        self._answers = Answers(
            work,
            core=core,
            memory=memory,
            scope=(work.name, tolerance),
            about=lambda question: (signature(question.document.language), *_asked(question)),
            kind=Assessment,
            text=lambda question: question.sent or question.document,
        )

    async def __call__(self, questions: Sequence[Question | Failure]) -> list[Assessment | Failure]:
        """Return what ``many`` returns, judged in batches with whatever else waits or, lately, for somebody else.

        Raises:
            Overloaded: too much work waits already.
            DeadlineExceeded: there was no answer in the time a request has.
        """
        asked = [question for question in questions if isinstance(question, Question)]
        outcomes = iter(await self._answers(asked))
        return [next(outcomes) if isinstance(question, Question) else question for question in questions]

    def many(self, questions: Sequence[Question | Failure]) -> list[Assessment | Failure]:
        """Return one assessment per question, in order; what failed before it came here, or fails here, fails alone."""
        answers = iter(self._judge([question for question in questions if isinstance(question, Question)]))
        return [next(answers) if isinstance(question, Question) else question for question in questions]

    def _judge(self, questions: Sequence[Question]) -> list[Assessment | Failure]:
        return answer_by_language(self._judge_in, questions, document=lambda question: question.document)

    def _judge_in(self, language: str, questions: Sequence[Question]) -> list[Assessment]:
        reader, judge, second = self.readers(language), self.judges(language), self.seconds.find(language)
        return [
            self._answer(question, reading, judged, judge.card if question.targets else reader.card, second)
            for question, (reading, judged) in zip(questions, read_about(questions, reader, judge), strict=True)
        ]

    def _answer(
        self,
        question: Question,
        reading: AnnotatedDocument,
        judged: Sequence[Assertion],
        judge: EngineCard,
        second: AssertionEngine | None,
    ) -> Assessment:
        document = question.document
        assertions: Sequence[Assertion]
        if question.targets:
            assertions = judged
            labels = _named_labels(question.targets, reading.entities)
        else:
            assertions = [found for found in reading.assertions if found is not None]
            labels = _found_labels(reading)
        weighed = second_opinion(second, document, assertions, judge=judge.name, tolerance=self.tolerance)
        sentence, scores = whole(reading.sentences)
        assessment = Assessment(
            document=document,
            assertions=tuple(weighed),
            labels=labels,
            sentence=sentence,
            scores=scores,
            sentences=with_foreign(document, reading.sentences),
            sections=reading.sections,
            coverage=Coverage.of(document.text, reading.sentences),
            engine=judge.name,
            version=judge.version,
        )
        return assessment if question.sent is None else assessment.moved(question.sent, question.offsets.to_original)


def _asked(question: Question) -> tuple[object, ...]:
    """Return all of ``question`` that its answer depends on, but for who answers."""
    document, sent = question.document, question.sent
    marked = None if sent is None else (sent.text, question.offsets)
    return document.language, document.text, question.targets, marked


def read_about(
    questions: Sequence[Question], reader: NoteReader, judge: AssertionEngine
) -> Sequence[tuple[AnnotatedDocument, Sequence[Assertion]]]:
    """Return what ``reader`` finds in the document of each question, and what ``judge`` says of its targets."""
    documents = [question.document for question in questions]
    both: object = judge
    if both is reader and isinstance(both, JudgesWhileReading):
        return both.read_about(documents, [question.targets for question in questions])
    return list(zip(reader.read(documents), _judged(questions, judge), strict=True))


def _judged(questions: Sequence[Question], judge: AssertionEngine) -> Sequence[Sequence[Assertion]]:
    if isinstance(judge, JudgesTogether):
        return judge.assess_each(
            [question.document for question in questions], [question.targets for question in questions]
        )
    return [judge.assess(question.document, question.targets) if question.targets else () for question in questions]


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
