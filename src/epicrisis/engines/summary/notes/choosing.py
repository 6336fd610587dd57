"""Which sentences to tell: what is worth most and not yet told, within so many words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.note_summaries import Bounds, words_in
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.summary.notes.features import Counted, Floats, likeness
from epicrisis.engines.summary.notes.units import Unit

# How much being worth telling counts against being told already (the lambda of maximal marginal relevance). Chosen by
# cross-validation over the notes that teach the weights: docs/cards/note-summary.md.
_WORTH = 0.8
# Once a summary is long enough, only what is better than most of its note is added.
_GOOD_ENOUGH = 0.5
# Conclusions say little of the plan, so the weights do not look for it; a reader does. Where there is room, it is told.
_ROOM_FOR_PLAN = 30
_SHARE_OF_PLAN = 0.3


def chosen(
    note: AnnotatedDocument, units: Sequence[Unit], counted: Counted, scores: Floats, bounds: Bounds
) -> list[int]:
    """Return which of ``units`` to tell, in the order of the note.

    They are taken by maximal marginal relevance (Carbonell and Goldstein 1998, SIGIR 335): again and again the best
    one that still fits, less how alike it is to one already taken.
    """
    costs = _Costs(note, units)
    free = np.array([not (unit.leans or unit.is_courtesy) for unit in units], dtype=bool)
    # Said again in the same words it is the same, whatever else is alike in a note.
    words = np.array([" ".join(note.document.quote(unit.span).casefold().split()) for unit in units], dtype=object)
    told = np.zeros(len(units))
    taken: list[int] = []
    room = bounds.most * _SHARE_OF_PLAN if bounds.most >= _ROOM_FOR_PLAN else 0
    planned = _planned(units, scores, free & (costs.words <= room))
    while True:
        fits = free & (costs.words <= bounds.most - costs.spent)
        if not fits.any():
            return sorted(taken)
        best = int(np.argmax(np.where(fits, _WORTH * scores - (1 - _WORTH) * told, -np.inf)))
        if taken and planned is not None and fits[planned]:
            best, planned = planned, None
        elif taken and costs.spent >= bounds.least and scores[best] < _GOOD_ENOUGH:
            return sorted(taken)
        taken.append(best)
        costs.spend(best)
        free &= words != words[best]
        for other in map(int, np.flatnonzero(free)):
            told[other] = max(told[other], likeness(counted.vectors[best], counted.vectors[other]))


def _planned(units: Sequence[Unit], scores: Floats, free: NDArray[np.bool_]) -> int | None:
    """Return the best sentence under a plan, or ``None`` where there is none."""
    under = free & np.array([unit.category is SectionCategory.PLAN for unit in units], dtype=bool)
    return int(np.argmax(np.where(under, scores, -np.inf))) if under.any() else None


class _Costs:
    """How many words each sentence takes, with the heading it needs where none of its section is told yet."""

    def __init__(self, note: AnnotatedDocument, units: Sequence[Unit]) -> None:
        def words(span: Span | None) -> int:
            return 0 if span is None else words_in(note.document.quote(span))

        self._headings = np.array([words(unit.heading) for unit in units])
        self._opened = np.array([-1 if unit.heading is None else unit.heading.start for unit in units])
        self.words = np.array([words(unit.span) for unit in units]) + self._headings
        self.spent = 0

    def spend(self, index: int) -> None:
        """Take the words of one sentence; the others of its section need no heading any more."""
        self.spent += int(self.words[index])
        if self._opened[index] >= 0:
            same = self._opened == self._opened[index]
            self.words = self.words - np.where(same, self._headings, 0)
            self._headings = np.where(same, 0, self._headings)
