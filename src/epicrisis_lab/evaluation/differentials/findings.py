"""Findings that were read against findings that are stated: the same, what follows from it, and the contrary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from epicrisis.domain.differentials import Observed
from epicrisis.engines.differential.knowledge.base import KnowledgeBase


@dataclass(frozen=True, slots=True)
class Compared:
    """How what was read fits what is stated.

    ``missed`` are stated; ``made_up`` are what nothing stated has to do with, and ``contrary`` what it rules out.
    """

    matched: tuple[Observed, ...]
    missed: tuple[Observed, ...]
    right: tuple[Observed, ...]
    made_up: tuple[Observed, ...]
    contrary: tuple[Observed, ...]


class Lineage:
    """What follows from a finding, by all that lie above it."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        self._above = cache(self._all_above)

    def implies(self, one: Observed, other: Observed) -> bool:
        """Return whether ``other`` is so where ``one`` is: what is there is there of every kind above it.

        What is not there is not there of any kind beneath it.
        """
        if one.present is not other.present:
            return False
        lower, upper = (one, other) if one.present else (other, one)
        return upper.finding in self._above(lower.finding)

    def excludes(self, one: Observed, other: Observed) -> bool:
        """Return whether ``one`` and ``other`` cannot both be so."""
        if one.present is other.present:
            return False
        there, not_there = (one, other) if one.present else (other, one)
        return not_there.finding in self._above(there.finding)

    def compare(self, stated: Sequence[Observed], read: Sequence[Observed]) -> Compared:
        """Return how ``read`` fits ``stated``.

        What is stated is matched by itself and by what it follows from. What was read is right where one of the two
        follows from the other.
        """
        matched = [each for each in stated if any(self.implies(other, each) for other in read)]
        right = [
            each for each in read if any(self.implies(other, each) or self.implies(each, other) for other in stated)
        ]
        rest = [each for each in read if each not in right]
        contrary = [each for each in rest if any(self.excludes(each, other) for other in stated)]
        return Compared(
            matched=tuple(matched),
            missed=tuple(each for each in stated if each not in matched),
            right=tuple(right),
            made_up=tuple(each for each in rest if each not in contrary),
            contrary=tuple(contrary),
        )

    def _all_above(self, finding: str) -> frozenset[str]:
        parents = self._base.findings[finding].parents
        return frozenset({finding}).union(*(self._above(each) for each in parents))
