"""What a status rests on: the words of the sentence are taken out one by one, and the engine is asked again.

Occlusion (Zeiler and Fergus 2014, ECCV; Li, Monroe and Jurafsky 2016, arXiv:1612.08220): it needs nothing of an engine
but that it judges, so the weights of a model and of word lists mean the same. A cue goes as a whole.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from epicrisis.domain.assertions import Assertion, Status
from epicrisis.domain.attributions import Attribution, Weighted
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import AssertionEngine
from epicrisis.engines.units import Unit
from epicrisis.text.tokens import token_spans

# Of a longer sentence as many on each side of the finding: what stands farther away is mostly another finding's.
WORDS_ON_EACH_SIDE = 24


@runtime_checkable
class JudgesSentences(Protocol):
    """An assertion engine that judges the findings of many sentences in one pass."""

    def assess_many(
        self, documents: Sequence[Document], targets: Sequence[Sequence[Span]]
    ) -> Sequence[Sequence[Assertion]]:
        """Return the assertions of each document, in order; each document is one sentence, given as such."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A sentence under its heading, and the findings in it, in its own text, with the status each was given."""

    unit: Unit
    targets: tuple[Span, ...]
    statuses: tuple[Status, ...]

    @property
    def document(self) -> Document:
        """Return what the engine reads of it."""
        return self._document(self.unit.text)

    def words(self) -> list[Span]:
        """Return the words of the sentence and its heading, in order; marks are none."""
        text = self.unit.text
        return [span for span in token_spans(text) if any(map(str.isalnum, text[span.start : span.end]))]

    def near(self, words: Sequence[Span]) -> list[list[Span]]:
        """Return those of ``words`` that stand near each finding and are no part of it."""
        starts, found = [word.start for word in words], list[list[Span]]()
        for target in self.targets:
            first, last = bisect_left(starts, target.start), bisect_left(starts, target.end)
            around = words[max(0, first - WORDS_ON_EACH_SIDE) : last + WORDS_ON_EACH_SIDE]
            found.append([word for word in around if not word.overlaps(target)])
        return found

    def without(self, span: Span) -> tuple[Document, dict[int, Span]]:
        """Return the sentence without ``span``, and where the findings beside that now stand, by their numbers."""
        text = self.unit.text
        # With the space behind it, so that what is left reads as if the words had never been there.
        end = span.end + (text[span.end : span.end + 1] == " ")
        cut = end - span.start
        places = {
            number: target if target.end <= span.start else target.shifted(-cut)
            for number, target in enumerate(self.targets)
            if target.end <= span.start or target.start >= end
        }
        return self._document(text[: span.start] + text[end:]), places

    def _document(self, text: str) -> Document:
        return Document(self.unit.document.id, text, self.unit.document.language)


def attributed(engine: AssertionEngine, asked: Sequence[Asked]) -> list[list[Attribution]]:
    """Return what the status of each finding rests on, in the text of its unit: two passes, whatever is asked.

    Raises:
        UnknownLanguage: the engine does not read the language of a sentence.
    """
    whole = _judged(engine, [each.document for each in asked], [each.targets for each in asked])
    words = [each.words() for each in asked]
    near = [each.near(own) for each, own in zip(asked, words, strict=True)]
    pieces = [_pieces(*each) for each in zip(asked, near, whole, strict=True)]
    cut = [each.without(piece) for each, own in zip(asked, pieces, strict=True) for piece in own]
    judged = iter(_judged(engine, [document for document, _ in cut], [tuple(at.values()) for _, at in cut]))
    places = iter(at for _, at in cut)
    without = [[dict(zip(next(places), next(judged), strict=True)) for _ in own] for own in pieces]
    return [
        [
            replace(
                _attribution(engine, status, around[number], before[number], _of(number, own, after)),
                left_out=max(0, len(said) - len(around[number]) - _inside(said, target)),
            )
            for number, (target, status) in enumerate(zip(each.targets, each.statuses, strict=True))
        ]
        for each, said, around, before, own, after in zip(asked, words, near, whole, pieces, without, strict=True)
    ]


def _judged(
    engine: AssertionEngine, documents: Sequence[Document], targets: Sequence[Sequence[Span]]
) -> Sequence[Sequence[Assertion]]:
    if isinstance(engine, JudgesSentences):
        return engine.assess_many(documents, targets)
    return [engine.assess(document, own) for document, own in zip(documents, targets, strict=True)]


def _pieces(asked: Asked, near: Sequence[Sequence[Span]], judged: Sequence[Assertion]) -> list[Span]:
    """Return what is taken out at a time: a cue as a whole, and each other word."""
    words = {word for own in near for word in own}
    cues = [
        cue
        for cue in _apart(cue.span for assertion in judged for cue in assertion.cues)
        if any(cue.overlaps(word) for word in words) and not any(cue.overlaps(target) for target in asked.targets)
    ]
    return sorted([*cues, *(word for word in words if not any(word.overlaps(cue) for cue in cues))])


def _apart(spans: Iterable[Span]) -> list[Span]:
    """Return those of ``spans`` that overlap none before them, the longest of those that begin together."""
    kept: list[Span] = []
    for span in sorted(set(spans), key=lambda each: (each.start, -each.end)):
        if not kept or not kept[-1].overlaps(span):
            kept.append(span)
    return kept


def _of(number: int, pieces: Sequence[Span], after: Sequence[Mapping[int, Assertion]]) -> list[tuple[Span, Assertion]]:
    """Return what was said of the finding of that ``number`` without each of the pieces it is not in itself."""
    return [(piece, judged[number]) for piece, judged in zip(pieces, after, strict=True) if number in judged]


def _attribution(
    engine: AssertionEngine,
    status: Status,
    near: Sequence[Span],
    before: Assertion,
    after: Sequence[tuple[Span, Assertion]],
) -> Attribution:
    probability = _probability(before, status)
    return Attribution(
        status=status,
        probability=probability,
        words=tuple(
            Weighted(piece, probability - _probability(judged, status))
            for piece, judged in after
            if near and near[0].start < piece.end and piece.start < near[-1].end
        ),
        engine=engine.card.name,
        version=engine.card.version,
    )


def _inside(words: Sequence[Span], target: Span) -> int:
    """Return how many of ``words`` are a part of ``target``."""
    ends = [word.end for word in words]
    return bisect_left([word.start for word in words], target.end) - bisect_right(ends, target.start)


def _probability(assertion: Assertion, status: Status) -> float:
    given = assertion.confidence if assertion.status is status else 0.0
    return assertion.scores.get(status, given)
