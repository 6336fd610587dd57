"""Counts per row, and the figures computed from their sum.

Every figure we publish is a function of counts that add up over rows (Efron and Tibshirani 1993, ch. 6, call it a
plug-in estimate), so one matrix of counts serves the point estimate and all bootstrap samples at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Measures = Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of shape (rows, columns), and ``measure`` from summed counts (..., columns) to figures (...) by name.

    A figure is NaN where it is undefined (nothing to divide by).
    """

    counts: Floats
    measure: Callable[[Floats], Measures]

    def figures(self) -> dict[str, float | None]:
        """Return every figure over all rows; ``None`` where it is undefined."""
        total = self.counts.sum(axis=0)
        return {
            name: None if np.isnan(value) else round(float(value), 6) for name, value in self.measure(total).items()
        }


def joined(*tallies: Tally) -> Tally:
    """Return one tally of the same rows that holds the columns and the figures of all of ``tallies``."""
    edges = np.cumsum([0, *(tally.counts.shape[1] for tally in tallies)])

    def measure(totals: Floats) -> Measures:
        figures: dict[str, Floats] = {}
        for tally, start, end in zip(tallies, edges[:-1], edges[1:], strict=True):
            figures.update(tally.measure(totals[..., start:end]))
        return figures

    return Tally(np.hstack([tally.counts for tally in tallies]), measure)


def ratio(part: Floats, whole: Floats) -> Floats:
    """Return ``part / whole``, NaN where ``whole`` is 0."""
    return np.divide(part, whole, out=np.full(np.broadcast(part, whole).shape, np.nan), where=whole != 0)
