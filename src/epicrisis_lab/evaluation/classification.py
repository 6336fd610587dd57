"""One label per item: confusion, accuracy, F1 per label and their mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from epicrisis_lab.evaluation.tally import Floats, Measures, Tally, ratio

# The label a person gave, and the label the engine gave.
Pair = tuple[str, str]


def classification_tally(rows: Sequence[Sequence[Pair]], labels: Sequence[str], prefix: str) -> Tally:
    """Return the tally of ``rows``, each with the (gold, predicted) pairs of its items, under names ``prefix.*``.

    The mean of the F1 (``macro_f1``) is over the labels that occur in the gold of all rows together, so that a rare
    label that a bootstrap sample misses does not change what is averaged.
    """
    size = len(labels)
    place = {label: i for i, label in enumerate(labels)}
    counts = np.zeros((len(rows), size * size))
    for i, pairs in enumerate(rows):
        for gold, predicted in pairs:
            counts[i, place[gold] * size + place[predicted]] += 1
    in_gold = counts.sum(axis=0).reshape(size, size).sum(axis=1) > 0

    def measure(totals: Floats) -> Measures:
        return _measures(totals.reshape(*totals.shape[:-1], size, size), labels, in_gold, prefix)

    return Tally(counts, measure)


def _measures(confusion: Floats, labels: Sequence[str], in_gold: NDArray[np.bool_], prefix: str) -> Measures:
    right = np.diagonal(confusion, axis1=-2, axis2=-1)
    gold, predicted = confusion.sum(axis=-1), confusion.sum(axis=-2)
    f1 = ratio(2 * right, gold + predicted)
    figures: dict[str, Floats] = {
        f"{prefix}.accuracy": ratio(right.sum(axis=-1), gold.sum(axis=-1)),
        f"{prefix}.macro_f1": _mean(f1[..., in_gold]),
    }
    for i, label in enumerate(labels):
        if not in_gold[i]:
            continue
        name = f"{prefix}.{label}"
        figures[f"{name}.precision"] = ratio(right[..., i], predicted[..., i])
        figures[f"{name}.recall"] = ratio(right[..., i], gold[..., i])
        figures[f"{name}.f1"] = f1[..., i]
        figures[f"{name}.support"] = gold[..., i]
    return figures


def _mean(values: Floats) -> Floats:
    known = ~np.isnan(values)
    return ratio(np.where(known, values, 0.0).sum(axis=-1), known.sum(axis=-1).astype(np.float64))


def confusion(pairs: Sequence[Pair]) -> Mapping[str, Mapping[str, int]]:
    """Return how often each gold label (outer) was given each label (inner), labels sorted, empty cells left out."""
    counts: dict[str, dict[str, int]] = {}
    for gold, predicted in sorted(pairs):
        row = counts.setdefault(gold, {})
        row[predicted] = row.get(predicted, 0) + 1
    return counts
