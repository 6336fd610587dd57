"""Where the results of one test go over time, told only where it is more than noise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import combinations, pairwise
from math import sqrt
from statistics import median

from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import Source
from epicrisis.domain.summaries import Direction, Trend

LONGEST, SHORTEST = timedelta(days=3 * 365), timedelta(days=30)
"""Results further back from the last than the first of these tell of another time, closer ones of one illness."""
FEWEST, MOST = 3, 40
"""So many results are looked at; the latest, where there are more."""

_YEAR = timedelta(days=365.2425)
# Two-sided, at 5 %: Mann (1945), Kendall (1975). With fewer than five results no order at all would be so unlikely.
_SURE, _ENOUGH = 1.96, 5
# Two results of one person differ by more than this once in 20 times (Harris and Yasaka 1983), in units of how much
# they vary within one person; a laboratory adds half as much of its own (Fraser 2001).
_REFERENCE_CHANGE = 1.96 * sqrt(2) * sqrt(1 + 0.25)
# A test of which nobody told us how it varies.
_UNKNOWN_VARIATION = 10.0


def trend(results: Sequence[tuple[Moment, float, Source]], *, variation: float | None) -> Trend | None:
    """Return where ``results`` go, in time and in one unit; ``None`` where they are too few or too close together.

    The slope is the median of all slopes between two results (Theil 1950, Sen 1968). They rise or fall where the fitted
    change is beyond the reference change value of the test (``variation`` in percent, within one person) and where that
    is no accident: by the test of Mann and Kendall, or, of three or four, where every step goes one way.
    """
    recent = sorted(results, key=lambda each: (each[0], each[2]))
    recent = [each for each in recent if recent[-1][0].first - each[0].first <= LONGEST][-MOST:]
    if len(recent) < FEWEST or recent[-1][0].first - recent[0][0].first < SHORTEST:
        return None
    first, last = recent[0][0], recent[-1][0]
    years = [(at.first - first.first) / _YEAR for at, _, _ in recent]
    values = [value for _, value, _ in recent]
    slope = median((values[b] - values[a]) / (years[b] - years[a]) for a, b in _apart(years))
    change = abs(slope) * years[-1]
    noise = _REFERENCE_CHANGE * (variation or _UNKNOWN_VARIATION) / 100 * abs(median(values))
    direction = Direction.STEADY
    if change > noise and _is_ordered(values):
        direction = Direction.RISING if slope > 0 else Direction.FALLING
    return Trend(direction, slope, first, last, len(recent), tuple(source for _, _, source in recent))


def _apart(years: Sequence[float]) -> list[tuple[int, int]]:
    """Return the pairs of results that do not stand at the same moment."""
    return [(a, b) for a, b in combinations(range(len(years)), 2) if years[b] > years[a]]


def _is_ordered(values: Sequence[float]) -> bool:
    if len(values) < _ENOUGH:
        steps = [after - before for before, after in pairwise(values)]
        return all(step > 0 for step in steps) or all(step < 0 for step in steps)
    score = sum((b > a) - (b < a) for a, b in combinations(values, 2))
    size = len(values)
    ties = [values.count(value) for value in set(values)]
    spread = (size * (size - 1) * (2 * size + 5) - sum(tie * (tie - 1) * (2 * tie + 5) for tie in ties)) / 18
    return spread > 0 and (abs(score) - 1) / sqrt(spread) > _SURE
