"""What a text says of the findings somebody asked about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from epicrisis.domain.annotations import Sentence
from epicrisis.domain.assertions import Assertion, Cue, SentenceLabel
from epicrisis.domain.documents import Document
from epicrisis.domain.sections import Section
from epicrisis.domain.spans import Span

Move = Callable[[Span], Span]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which characters were read, and their share of all that are not white space."""

    stretches: tuple[Span, ...] = ()
    share: float = 0.0

    @classmethod
    def of(cls, text: str, sentences: Sequence[Sentence]) -> Coverage:
        """Return what ``sentences`` cover of ``text``; those with nothing but white space between make one stretch."""
        spans = [sentence.span for sentence in sentences]
        if not spans:
            return cls()
        gaps = [(before.end, after.start) for before, after in pairwise(spans)]
        open_gaps = [(start, end) for start, end in gaps if text[start:end].strip()]
        edges = [spans[0].start, *(edge for gap in open_gaps for edge in gap), spans[-1].end]
        stretches = tuple(Span(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True))
        read = sum(_inked(text[stretch.start : stretch.end]) for stretch in stretches)
        return cls(stretches, read / _inked(text))


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a text says of each finding, and as a whole.

    ``labels[i]`` is what the reader takes the target of ``assertions[i]`` for, ``None`` where it found nothing there.
    ``engine`` and ``version`` name what judged: the assertion engine where the question named its targets, else the
    reader, which labels the sentences either way.
    """

    document: Document
    assertions: tuple[Assertion, ...]
    labels: tuple[str | None, ...]
    sentence: SentenceLabel | None
    scores: Mapping[SentenceLabel, float] = field(default_factory=dict)
    sentences: tuple[Sentence, ...] = ()
    sections: tuple[Section, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    engine: str = ""
    version: str = ""

    def moved(self, document: Document, move: Move) -> Assessment:
        """Return the same answers about ``document``, where ``move`` says each stretch of this one stands."""
        return replace(
            self,
            document=document,
            assertions=tuple(_moved(assertion, move) for assertion in self.assertions),
            sentences=tuple(replace(sentence, span=move(sentence.span)) for sentence in self.sentences),
            sections=tuple(
                replace(section, span=move(section.span), heading=section.heading and move(section.heading))
                for section in self.sections
            ),
            coverage=replace(self.coverage, stretches=tuple(map(move, self.coverage.stretches))),
        )


def _moved(assertion: Assertion, move: Move) -> Assertion:
    conflict = assertion.conflict
    return replace(
        assertion,
        target=move(assertion.target),
        cues=_moved_cues(assertion.cues, move),
        conflict=conflict and replace(conflict, cues=_moved_cues(conflict.cues, move)),
    )


def _moved_cues(cues: Sequence[Cue], move: Move) -> tuple[Cue, ...]:
    return tuple(replace(cue, span=move(cue.span), scope=cue.scope and move(cue.scope)) for cue in cues)


def _inked(text: str) -> int:
    """Return how many characters of ``text`` are not white space."""
    return sum(map(len, text.split()))
