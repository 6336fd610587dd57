"""What a note says in words of its own, as a vector: which findings its clauses are like, all of them together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.differential.clauses import clauses_of
from epicrisis.engines.differential.likeness import Likeness
from epicrisis.engines.similar.findings import direction, of_length_one
from epicrisis.text.sentences import sentence_spans

DIMENSIONS = 256
# Of a longer note, the clauses behind these count by their findings alone: each takes a millisecond to read.
MOST_CLAUSES = 200
# A clause is like the findings whose scores stand out of those of all by so many of their standard deviations.
_STANDS_OUT = 2.0
# What a redaction left in the place of somebody's name says nothing of what ails them.
_MARK = re.compile(r"\[[A-Z_]{2,30}\]")

Vector = NDArray[np.float32]


class ClauseDirections:
    """Gives a text one vector: the mean of what its clauses are like."""

    def __init__(self, likeness: Callable[[str], Likeness | None]) -> None:
        self._likeness = likeness
        self._directions: dict[str, Vector] = {}

    def vector(self, text: str, language: str) -> Vector:
        """Return the vector of ``text``, of length 1; zeros where it says nothing, or nobody reads its language so."""
        likeness, text = self._likeness(language), _MARK.sub(", ", text)
        spans = [] if likeness is None else clauses_of(text, sentence_spans(text, language), language)
        # What is said twice tells nothing new.
        return self.together(dict.fromkeys(text[span.start : span.end] for span in spans), language)

    def together(self, clauses: Iterable[str], language: str) -> Vector:
        """Return the vector of ``clauses`` by themselves, as ``vector`` does."""
        likeness, some = self._likeness(language), list(clauses)[:MOST_CLAUSES]
        if likeness is None or not some:
            return np.zeros(DIMENSIONS, np.float32)
        return of_length_one(self.each(some, likeness).mean(axis=0))

    def each(self, clauses: Sequence[str], likeness: Likeness) -> Vector:
        """Return the vector of each clause by itself, a row a clause; of length 1, about."""
        reader = likeness.card.name
        if reader not in self._directions:
            self._directions[reader] = np.stack([direction(each, DIMENSIONS) for each in likeness.findings])
        scores = likeness.scores(clauses)
        usual = scores.mean(axis=1, keepdims=True) + _STANDS_OUT * scores.std(axis=1, keepdims=True)
        outstanding = np.maximum(scores - usual, 0.0)
        lengths = np.linalg.norm(outstanding, axis=1, keepdims=True)
        return np.asarray((outstanding / np.maximum(lengths, 1e-9)) @ self._directions[reader], np.float32)
