"""A note cut where anything begins or ends, so that overlapping spans can be shown without overlapping markup."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.spans import Span


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the text over which nothing begins or ends, and what covers it.

    ``entities`` and ``cues`` are places in the lists of the annotated document, the longest span first.
    """

    start: int
    end: int
    text: str
    entities: tuple[int, ...] = ()
    cues: tuple[int, ...] = ()
    heading: bool = False


def segments(annotated: AnnotatedDocument) -> list[Segment]:
    """Return the text of ``annotated`` in order, without gap or overlap."""
    text = annotated.document.text
    entities = [entity.span for entity in annotated.entities]
    cues = [cue.span for cue in annotated.cues]
    headings = [section.heading for section in annotated.sections if section.heading is not None]
    edges = sorted({0, len(text), *_edges(entities), *_edges(cues), *_edges(headings)})
    covering = (_Sweep(entities), _Sweep(cues), _Sweep(headings))
    found = []
    for start, end in pairwise(edges):
        entity, cue, heading = (sweep.at(start) for sweep in covering)
        found.append(Segment(start, end, text[start:end], entity, cue, bool(heading)))
    return found


def _edges(spans: Iterable[Span]) -> Iterable[int]:
    for span in spans:
        yield span.start
        yield span.end


class _Sweep:
    """Which spans cover a place, asked for places in rising order: one pass, however long the note is."""

    def __init__(self, spans: list[Span]) -> None:
        self._spans = spans
        self._waiting = sorted(range(len(spans)), key=lambda at: spans[at].start, reverse=True)
        self._open: list[int] = []

    def at(self, place: int) -> tuple[int, ...]:
        self._open = [at for at in self._open if self._spans[at].end > place]
        while self._waiting and self._spans[self._waiting[-1]].start <= place:
            self._open.append(self._waiting.pop())
        return tuple(sorted(self._open, key=lambda at: (-len(self._spans[at]), at)))
