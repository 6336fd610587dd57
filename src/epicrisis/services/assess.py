"""Judges single sentences: the findings asked about or, where none are named, those the reader finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from epicrisis.domain.annotations import AnnotatedDocument, Sentence
from epicrisis.domain.assertions import Assertion, SentenceLabel
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import AssertionEngine, EngineCard, NoteReader
from epicrisis.services.annotate import second_opinion
from epicrisis.services.conflicts import Tolerance
from epicrisis.services.outcomes import Failure, answer_each
from epicrisis.services.workers import Workers


@dataclass(frozen=True, slots=True)
class Question:
    """A sentence, and the findings asked about; without any, those the reader finds are meant."""

    document: Document
    targets: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a sentence says of each finding, and as a whole.

    ``labels[i]`` is what the reader takes the target of ``assertions[i]`` for, ``None`` where it found nothing there.
    ``engine`` and ``version`` name what judged: the assertion engine where the question named its targets, else the
    reader, which labels the sentence either way.
    """

    document: Document
    assertions: tuple[Assertion, ...]
    labels: tuple[str | None, ...]
    sentence: SentenceLabel | None
    scores: Mapping[SentenceLabel, float] = field(default_factory=dict)
    engine: str = ""
    version: str = ""


@runtime_checkable
class JudgesSentences(Protocol):
    """An assertion engine that judges many sentences in one pass."""

    def assess_many(
        self, documents: Sequence[Document], targets: Sequence[Sequence[Span]]
    ) -> Sequence[Sequence[Assertion]]:
        """Return the assertions of each document, in order; each document is one sentence, given as such."""
        ...


class Assess:
    """The reader reads all sentences in one batch; targets somebody marked are judged by the assertion engine."""

    def __init__(
        self,
        *,
        reader: NoteReader,
        assertion: AssertionEngine,
        second: AssertionEngine | None,
        tolerance: Tolerance,
        workers: Workers,
    ) -> None:
        self.reader = reader
        self.assertion = assertion
        self.second = second
        self.tolerance = tolerance
        self.workers = workers

    async def __call__(self, questions: Sequence[Question | Failure]) -> list[Assessment | Failure]:
        """Return what ``many`` returns, judged in a thread.

        Raises:
            Overloaded: too much work waits already.
        """
        return await self.workers.run(self.many, questions)

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
        readings = self.reader.read([question.document for question in questions])
        judged = iter(self._judged([question for question in questions if question.targets]))
        return [
            self._answer(reading, next(judged), self.assertion.card)
            if question.targets
            else self._answer(reading, [found for found in reading.assertions if found is not None], self.reader.card)
            for question, reading in zip(questions, readings, strict=True)
        ]

    def _judged(self, questions: Sequence[Question]) -> Sequence[Sequence[Assertion]]:
        if isinstance(self.assertion, JudgesSentences):
            documents = [question.document for question in questions]
            return self.assertion.assess_many(documents, [question.targets for question in questions])
        return [self.assertion.assess(question.document, question.targets) for question in questions]

    def _answer(self, reading: AnnotatedDocument, assertions: Sequence[Assertion], judge: EngineCard) -> Assessment:
        sentence, scores = whole(reading.sentences)
        weighed = second_opinion(self.second, reading.document, assertions, judge=judge.name, tolerance=self.tolerance)
        return Assessment(
            document=reading.document,
            assertions=tuple(weighed),
            labels=tuple(_label(assertion.target, reading) for assertion in assertions),
            sentence=sentence,
            scores=scores,
            engine=judge.name,
            version=judge.version,
        )


def whole(sentences: Sequence[Sentence]) -> tuple[SentenceLabel | None, Mapping[SentenceLabel, float]]:
    """Return what several sentences say together: their common label, or MIXED; one alone keeps its scores."""
    labels = {sentence.label for sentence in sentences if sentence.label is not None}
    telling = labels - {SentenceLabel.NONE} or labels
    if len(sentences) == 1:
        return sentences[0].label, sentences[0].scores
    if len(telling) > 1:
        return SentenceLabel.MIXED, {}
    return next(iter(telling), None), {}


def _label(target: Span, reading: AnnotatedDocument) -> str | None:
    shared = [
        (min(target.end, entity.span.end) - max(target.start, entity.span.start), entity.label)
        for entity in reading.entities
        if entity.span.overlaps(target)
    ]
    return max(shared)[1] if shared else None
