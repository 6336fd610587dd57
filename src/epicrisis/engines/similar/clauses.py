"""What a note says in words of its own, as a vector: which findings its clauses are like, all of them together."""

from __future__ import annotations

import re
from collections.abc import Callable

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
        self._directions: Vector | None = None

    def vector(self, text: str, language: str) -> Vector:
        """Return the vector of ``text``, of length 1; zeros where it says nothing, or nobody reads its language so."""
        likeness = self._likeness(language)
        text = _MARK.sub(", ", text)
        spans = [] if likeness is None else clauses_of(text, sentence_spans(text, language), (), language)
        if likeness is None or not spans:
            return np.zeros(DIMENSIONS, np.float32)
        # What is said twice tells nothing new.
        clauses = list(dict.fromkeys(text[span.start : span.end] for span in spans))[:MOST_CLAUSES]
        if self._directions is None:
            self._directions = np.stack([direction(each, DIMENSIONS) for each in likeness.findings])
        scores = likeness.scores(clauses)
        usual = scores.mean(axis=1, keepdims=True) + _STANDS_OUT * scores.std(axis=1, keepdims=True)
        outstanding = np.maximum(scores - usual, 0.0)
        lengths = np.linalg.norm(outstanding, axis=1, keepdims=True)
        alike = (outstanding / np.maximum(lengths, 1e-9)).mean(axis=0)
        return of_length_one(np.asarray(alike, np.float32) @ self._directions)
