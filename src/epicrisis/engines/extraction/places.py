"""Stretches of a note, asked whether something overlaps them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate

from epicrisis.domain.spans import Span


class Places:
    """Stretches in any order, that may overlap each other; asking takes the same time however many they are."""

    def __init__(self, spans: Iterable[Span]) -> None:
        own = sorted(spans)
        self._starts = [span.start for span in own]
        self._furthest = list(accumulate((span.end for span in own), max))

    def overlap(self, span: Span) -> bool:
        """Return whether ``span`` shares a character with any of them."""
        before = bisect_left(self._starts, span.end) - 1
        return before >= 0 and self._furthest[before] > span.start
