"""Our chances beside the weights that Rotmensch et al. (2017, Scientific Reports 7:5994) learnt from emergency records.

Theirs are noisy-or weights: how often a disease alone brings a symptom about. Numbers of the two are not the same
thing, so their order is compared: rank correlation (Spearman 1904).
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from epicrisis.engines.differential.knowledge.base import Floats
from epicrisis_lab.errors import UnreadableFile
from epicrisis_lab.knowledge.naming import Names

FILE = Path("diagnosis/rotmensch2017/disease_symptom.csv.gz")
# Fewer pairs have no order to speak of.
LEAST_PAIRS = 5


class Edge(NamedTuple):
    """That a disease brings a symptom about, and how often, in their words."""

    disease: str
    symptom: str
    weight: float


@dataclass(frozen=True, slots=True)
class Pair:
    """An edge whose two ends we know: our ``chance``, its log-ratio to anybody's, and whether our tables name it."""

    condition: str
    finding: str
    theirs: float
    chance: float
    ratio: float
    named: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """How many names are ours too, of how many, and the pairs that can be compared."""

    diseases: tuple[int, int]
    symptoms: tuple[int, int]
    pairs: tuple[Pair, ...]


def load_edges(file: Path) -> list[Edge]:
    """Read their edges.

    Raises:
        UnreadableFile: it is missing or has other columns.
    """
    try:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            return [
                Edge(row["disease"], row["symptom"], float(row["noisy_or_weight"])) for row in csv.DictReader(lines)
            ]
    except (OSError, EOFError, KeyError, ValueError) as cause:
        raise UnreadableFile(f"{file} cannot be read as a table of disease, symptom and noisy_or_weight.") from cause


def compare(edges: Sequence[Edge], names: Names) -> Compared:
    """Return what of ``edges`` we can say something of; of several names for one pair the greatest weight counts."""
    base = names.base
    conditions = {name: names.condition(name) for name in {each.disease for each in edges}}
    findings = {name: names.finding(name) for name in {each.symptom for each in edges}}
    weights: dict[tuple[str, str], float] = {}
    for edge in edges:
        condition, finding = conditions[edge.disease], findings[edge.symptom]
        if condition is not None and finding is not None:
            weights[condition, finding] = max(edge.weight, weights.get((condition, finding), 0.0))
    pairs = []
    for (condition, finding), weight in sorted(weights.items()):
        row, column = base.row[condition], base.column[finding]
        chance = float(base.likelihood[row, column])
        ratio = float(np.log(chance / base.background[column]))
        pairs.append(Pair(condition, finding, weight, chance, ratio, bool(base.named[row, column])))
    known = [(sum(each is not None for each in found.values()), len(found)) for found in (conditions, findings)]
    return Compared(known[0], known[1], tuple(pairs))


def by_condition(pairs: Iterable[Pair]) -> dict[str, list[Pair]]:
    """Return ``pairs`` by condition, those conditions with enough of them to have an order."""
    found: dict[str, list[Pair]] = {}
    for pair in pairs:
        found.setdefault(pair.condition, []).append(pair)
    return {condition: own for condition, own in found.items() if len(own) >= LEAST_PAIRS}


def correlations(pairs: Sequence[Pair]) -> tuple[float | None, float | None]:
    """Return how the order of their weights agrees with that of our chances, and of our log-ratios."""
    theirs = [each.theirs for each in pairs]
    return spearman(theirs, [each.chance for each in pairs]), spearman(theirs, [each.ratio for each in pairs])


def spearman(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Return the rank correlation of two series, equal values at their mean rank; nothing where one never changes."""
    ranks = _ranks(one), _ranks(other)
    if any(len(each) < 2 or np.ptp(each) == 0 for each in ranks):
        return None
    return float(np.corrcoef(*ranks)[0, 1])


def _ranks(values: Sequence[float]) -> Floats:
    _, place, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    upper = np.cumsum(counts)
    mean: Floats = (upper - (counts - 1) / 2)[place]
    return mean
