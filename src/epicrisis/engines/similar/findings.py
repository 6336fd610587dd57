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
# What is not there counts so much at least, in nats: with less, numbers of 32 bits would not tell two cases apart.
_LEAST = 0.05

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
        for finding, present in self.implied(found).items():
            column = self._base.column.get(finding)
            if column is not None:
                weights[column] = self._there[column] if present else -self._not_there[column]
        counted = np.flatnonzero(weights)
        return of_length_one(weights[counted] @ self._directions[counted])

    def implied(self, found: Mapping[str, bool]) -> dict[str, bool]:
        """Return what was ``found``, and that what lies above a finding that is there is there as well."""
        whole = dict(found)
        for finding, present in found.items():
            if present:
                whole |= dict.fromkeys(self._above(finding), True)
        return whole

    def _above(self, finding: str) -> Iterator[str]:
        for parent in self._base.findings[finding].parents if finding in self._base.findings else ():
            yield parent
            yield from self._above(parent)

    @cached_property
    def _there(self) -> Vector:
        """Return how much it tells that a finding is there, in nats, by column."""
        return np.asarray(-np.log(self._base.background), np.float32)

    @cached_property
    def _not_there(self) -> Vector:
        """Return how much it tells that a finding is not there, in nats, by column."""
        return np.asarray(np.maximum(-np.log1p(-self._base.background), _LEAST), np.float32)


def direction(name: str, dimensions: int) -> Vector:
    """Return the direction of ``name``: signs, of length 1, the same on every machine for ever."""
    drawn = np.frombuffer(hashlib.shake_256(name.encode()).digest(dimensions // 8), np.uint8)
    signs = np.unpackbits(drawn).astype(np.float32) * 2 - 1
    return np.asarray(signs / np.sqrt(dimensions), np.float32)


def of_length_one(vector: Vector) -> Vector:
    """Return the same direction at length 1; zeros stay."""
    length = float(np.linalg.norm(vector))
    return np.asarray(vector / length if length else vector, np.float32)
