"""Whether a score of 0.9 is right nine times in ten, and the temperature that makes it so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from epicrisis_lab.evaluation.tally import Floats, Measures, Tally, ratio

BINS = 15
# A temperature outside these says that the dev data cannot tell: all right, or all wrong.
_COLDEST, _HOTTEST = 0.05, 20.0

# How sure the engine was, and whether it was right.
Scored = tuple[float, bool]


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers whose confidence lies in [lower, upper): how many, how sure on average, how often right."""

    lower: float
    upper: float
    count: int
    confidence: float
    accuracy: float


def calibration_tally(rows: Sequence[Sequence[Scored]], prefix: str) -> Tally:
    """Return the tally of ``rows`` whose one figure is ``prefix.ece``.

    The expected calibration error is the mean distance of confidence and accuracy over 15 bins of equal width, weighted
    by how many answers each holds (Naeini et al. 2015; Guo et al. 2017).
    """
    counts = np.zeros((len(rows), 3 * BINS))
    for i, scored in enumerate(rows):
        for confidence, right in scored:
            place = _bin(confidence)
            counts[i, [place, BINS + place, 2 * BINS + place]] += (1.0, confidence, float(right))

    def measure(totals: Floats) -> Measures:
        many, sure, right = totals[..., :BINS], totals[..., BINS : 2 * BINS], totals[..., 2 * BINS :]
        return {f"{prefix}.ece": ratio(np.abs(sure - right).sum(axis=-1), many.sum(axis=-1))}

    return Tally(counts, measure)


def reliability(scored: Sequence[Scored]) -> list[Bin]:
    """Return the bins that hold answers, from the least to the most confident."""
    kept: list[list[Scored]] = [[] for _ in range(BINS)]
    for confidence, right in scored:
        kept[_bin(confidence)].append((confidence, right))
    return [
        Bin(
            lower=round(i / BINS, 4),
            upper=round((i + 1) / BINS, 4),
            count=len(answers),
            confidence=round(sum(confidence for confidence, _ in answers) / len(answers), 6),
            accuracy=round(sum(right for _, right in answers) / len(answers), 6),
        )
        for i, answers in enumerate(kept)
        if answers
    ]


def _bin(confidence: float) -> int:
    return min(max(int(confidence * BINS), 0), BINS - 1)


def fit_temperature(logits: Floats, labels: NDArray[np.int64]) -> float:
    """Return the temperature T that makes ``softmax(logits / T)`` most likely to have given ``labels``.

    ``logits`` has shape (items, classes), ``labels`` (items,). Temperature scaling is Guo et al. 2017. The likelihood
    is convex in 1 / T, so Newton's steps, halved into the bracket whenever they leave it, cannot miss its one minimum;
    T stays within 0.05, where every answer is right, and 20.
    """
    if logits.ndim != 2 or len(logits) != len(labels) or not len(labels):
        raise ValueError(f"logits {logits.shape} and labels {labels.shape} must be (n, classes) and (n,), with n > 0.")
    low, high = 1 / _HOTTEST, 1 / _COLDEST
    beta = 1.0
    if _slope(logits, labels, beta)[0] < 0 and _slope(logits, labels, high)[0] <= 0:
        return _COLDEST
    for _ in range(100):
        slope, curve = _slope(logits, labels, beta)
        low, high = (beta, high) if slope < 0 else (low, beta)
        step = beta - slope / curve if curve > 0 else low
        following = step if low < step < high else (low + high) / 2
        if abs(following - beta) < 1e-9:
            break
        beta = following
    return float(1 / beta)


def _slope(logits: Floats, labels: NDArray[np.int64], beta: float) -> tuple[float, float]:
    scaled = beta * (logits - logits.max(axis=1, keepdims=True))
    weights = np.exp(scaled)
    weights /= weights.sum(axis=1, keepdims=True)
    mean = (weights * logits).sum(axis=1)
    slope = (mean - logits[np.arange(len(labels)), labels]).mean()
    curve = ((weights * logits**2).sum(axis=1) - mean**2).mean()
    return float(slope), float(curve)
