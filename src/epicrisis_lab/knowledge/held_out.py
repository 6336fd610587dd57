"""How well clauses are found that taught nothing: one a finding, and a tenth of those that tell nothing."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.engines.differential.likeness import NOTHING, Likeness
from epicrisis_lab.knowledge.clauses import Clause, teaching

Numbers = NDArray[np.int64]
Scores = NDArray[np.floating]

SEED = 0
"""By which those were drawn that the shipped models were not taught."""


def held_out(clauses: Sequence[Clause], seed: int = SEED) -> list[int]:
    """Return the places of the ``clauses`` that are held out; findings with two or fewer have none."""
    by: dict[str, list[int]] = {finding: [] for finding in sorted({each.finding for each in clauses} - {NOTHING})}
    nothing = list[int]()
    for place, each in enumerate(clauses):
        if not each.is_name:
            by.get(each.finding, nothing).append(place)
    draw = random.Random(seed)
    # In the order in which findings first come up.
    own = sorted((places for places in by.values() if places), key=lambda places: places[0])
    return [draw.choice(places) for places in own if len(places) > 2] + draw.sample(nothing, len(nothing) // 10)


def figures(
    shares: Scores, present: Scores, told: Numbers, there: NDArray[np.bool_], least: Scores | float
) -> dict[str, float]:
    """Return how well clauses are found.

    Row n of ``shares`` says how likely clause n tells each finding, and in the last column that it tells nothing;
    ``told[n]`` is the column that is right. ``present[n]`` is over 0 where it is said to be ``there``. A finding is
    named that is the likeliest and as sure as ``least`` says of it.
    """
    nothing = shares.shape[1] - 1
    tells, best = told != nothing, shares.argmax(axis=1)
    own = np.take_along_axis(shares, told[:, None], axis=1)
    rank = (shares >= own).sum(axis=1)[tells]
    named = (best != nothing) & (shares.max(axis=1) >= np.append(np.broadcast_to(least, nothing), 1.0)[best])
    found = {
        "top_1": (rank == 1).mean(),
        "top_5": (rank <= 5).mean(),
        "named": named[tells].mean(),
        "named_of_nothing": named[~tells].mean(),
        "precision": (best == told)[named].mean() if named.any() else 0.0,
        "polarity": ((present > 0) == there)[tells].mean(),
    }
    return {f"held_out.{name}": round(float(value), 3) for name, value in found.items()}


def measured(reader: Likeness) -> Mapping[str, float]:
    """Return the figures of ``reader`` on the clauses of its language that taught it nothing."""
    clauses = teaching(knowledge_base(), reader.card.languages[0])
    places = held_out(clauses)
    column = {finding: number for number, finding in enumerate([*reader.findings, NOTHING])}
    shares, present = reader.shares([clauses[place].text for place in places])
    return figures(
        shares,
        present,
        np.array([column[clauses[place].finding] for place in places]),
        np.array([clauses[place].present for place in places]),
        reader.least,
    )
