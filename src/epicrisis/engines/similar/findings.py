"""Findings as directions: each has its own, drawn by chance and ever the same, and a case is the sum of its findings.

In that many dimensions directions drawn by chance are nearly at right angles (Johnson and Lindenstrauss 1984; with
signs alone, Achlioptas 2003), so the cosine of two cases is about that of their findings. A finding counts by what it
tells: one that hardly anybody has tells much where it is there, and nearly nothing where it is not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.differential.knowledge.base import KnowledgeBase

DIMENSIONS = 256

Vector = NDArray[np.float32]


class FindingDirections:
    """Gives the findings of a case one vector."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        # A finding keeps its direction whatever is added to the tables: it is drawn by its id.
        self._directions = np.stack([direction(each, DIMENSIONS) for each in base.findings])

    def vector(self, found: Mapping[str, bool]) -> Vector:
        """Return the vector of what was ``found``, of length 1; zeros where that tells nothing.

        What lies above a finding that is there is there as well; ids that are none of ours count for nothing.
        """
        weights = np.zeros(len(self._base.findings), np.float32)
        known = {each: present for each, present in found.items() if each in self._base.column}
        for column in {each for finding, present in known.items() if present for each in self._line(finding)}:
            weights[column] = self._there[column]
        for finding, present in known.items():
            if not present and not weights[self._base.column[finding]]:
                weights[self._base.column[finding]] = -self._not_there[self._base.column[finding]]
        return of_length_one(weights @ self._directions)

    def _line(self, finding: str) -> Iterator[int]:
        yield self._base.column[finding]
        for parent in self._base.findings[finding].parents:
            yield from self._line(parent)

    @cached_property
    def _there(self) -> Vector:
        """Return how much it tells that a finding is there, in nats, by column."""
        return np.asarray(-np.log(self._base.background), np.float32)

    @cached_property
    def _not_there(self) -> Vector:
        """Return how much it tells that a finding is not there, in nats, by column."""
        return np.asarray(-np.log1p(-self._base.background), np.float32)


def direction(name: str, dimensions: int) -> Vector:
    """Return the direction of ``name``: signs, of length 1, the same on every machine for ever."""
    drawn = np.frombuffer(hashlib.shake_256(name.encode()).digest(dimensions // 8), np.uint8)
    signs = np.unpackbits(drawn).astype(np.float32) * 2 - 1
    return np.asarray(signs / np.sqrt(dimensions), np.float32)


def of_length_one(vector: Vector) -> Vector:
    """Return the same direction at length 1; zeros stay."""
    length = float(np.linalg.norm(vector))
    return np.asarray(vector / length if length else vector, np.float32)
