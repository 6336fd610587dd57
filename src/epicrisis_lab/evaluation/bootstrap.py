"""How sure a figure is: percentile bootstrap over rows (Efron and Tibshirani 1993, ch. 13)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from epicrisis_lab.evaluation.tally import Floats, Tally

# Weights of shape (samples, rows) are made in blocks of at most this many numbers: 32 MB.
_BLOCK = 4_000_000


def intervals(
    tally: Tally, *, samples: int = 1000, seed: int = 0, level: float = 0.95
) -> dict[str, tuple[float, float]]:
    """Return the interval of every figure of ``tally`` that is defined; the same seed gives the same intervals.

    Rows are drawn with replacement. A sample in which a figure is undefined is left out of that figure's interval.
    """
    rows = len(tally.counts)
    if samples < 1 or rows < 1:
        return {}
    totals = np.vstack([weights @ tally.counts for weights in _weights(rows, samples, np.random.default_rng(seed))])
    drawn = tally.measure(totals)
    edge = (1 - level) / 2
    return {
        name: _around(point, drawn[name], edge)
        for name, point in tally.figures().items()
        if point is not None and not np.isnan(drawn[name]).all()
    }


def _weights(rows: int, samples: int, random: np.random.Generator) -> Iterator[Floats]:
    block = max(1, _BLOCK // rows)
    for start in range(0, samples, block):
        size = min(block, samples - start)
        drawn = random.integers(0, rows, size=(size, rows))
        places = drawn + rows * np.arange(size)[:, np.newaxis]
        yield np.bincount(places.ravel(), minlength=size * rows).reshape(size, rows).astype(np.float64)


def _around(point: float, drawn: Floats, edge: float) -> tuple[float, float]:
    low, high = np.nanquantile(drawn, [edge, 1 - edge])
    # Drawing rows twice makes a calibration error look larger than it is, so that its percentiles can lie wholly above
    # the figure itself; an interval that does not hold its own figure would help nobody.
    return round(min(float(low), point), 6), round(max(float(high), point), 6)
