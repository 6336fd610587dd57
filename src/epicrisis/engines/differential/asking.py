"""What to ask or test next: the findings that are expected to tell most about which condition it is."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.differential.knowledge.base import Floats
from epicrisis.engines.differential.ranking import Ranker

# Those that are likelier than one in some hundred; what is beyond them moves little.
_LIKELIEST = 30


def gains(ranker: Ranker, odds: Floats, none: float, present: Collection[int], absent: Collection[int]) -> Floats:
    """Return how many bits the answer to each finding is expected to tell (Lindley 1956), by its column.

    ``odds`` are the shares of the conditions and ``none`` that of no condition. What is known already tells nothing,
    and neither does what no likely condition is named with.
    """
    base = ranker.base
    rows: NDArray[np.intp] = np.argsort(-odds)[:_LIKELIEST]
    known = ranker.settled(list(present), list(absent))
    columns = [each for each in np.flatnonzero(base.named[rows].any(axis=0)).tolist() if each not in known]
    chances = np.vstack([base.likelihood[rows][:, columns], base.background[columns]])
    belief = np.append(odds[rows], none)
    belief = belief / belief.sum()
    for place, column in enumerate(columns):
        parent = base.parent[column]
        # Given what is above it: "pleuritic" is asked of somebody who has chest pain.
        if parent is not None and parent in present:
            above = np.append(base.likelihood[rows, parent], base.background[parent])
            chances[:, place] = np.minimum(chances[:, place] / above, 0.97)
    gained = np.zeros(len(base.findings))
    gained[columns] = bits(belief, chances, ranker.calibration.finding_weight)
    return gained


def bits(belief: Floats, chances: Floats, damped: float = 1.0) -> Floats:
    """Return how many bits the answer to each finding is expected to tell about which of these it is.

    ``chances`` say how often each of them has each finding; what an answer adds is ``damped``.
    """
    found = belief @ chances
    told = _entropy(belief[:, None]) - found * _entropy(_after(belief, chances, damped))
    told = told - (1 - found) * _entropy(_after(belief, 1 - chances, damped))
    return np.maximum(told, 0.0)


def _after(belief: Floats, chances: Floats, damped: float) -> Floats:
    weighed: Floats = belief[:, None] * chances**damped
    return np.asarray(weighed / weighed.sum(axis=0, keepdims=True))


def _entropy(belief: Floats) -> Floats:
    return np.asarray(-np.sum(belief * np.log2(np.maximum(belief, 1e-12)), axis=0))
