"""How much each observed finding moves a condition: exact Shapley values of the score (Shapley 1953), in closed form.

A score is a sum of terms, so the Shapley value of a finding is the sum of its values in each. A term that any of k
findings tells is shared among them alike. One that needs a finding n beside any of k others is that of a game with
n + 1 times k orders: n turns it in k / (k + 1) of them, each of the others in 1 / (k (k + 1)).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from epicrisis.engines.differential.knowledge.base import Floats
from epicrisis.engines.differential.ranking import Term


def weights(terms: Iterable[Term], conditions: int) -> dict[int, Floats]:
    """Return, by the column of each finding that tells a term, what it adds to the score of each condition.

    They sum to the sum of all terms.
    """
    found: dict[int, Floats] = {}

    def add(column: int, values: Floats) -> None:
        found[column] = found.get(column, np.zeros(conditions)) + values

    for term in terms:
        beside = term.given - term.tellers
        if not term.given:
            for column in term.tellers:
                add(column, term.values / len(term.tellers))
            continue
        [teller], others = term.tellers, len(beside)
        add(teller, term.values * others / (others + 1))
        for column in beside:
            add(column, term.values / (others * (others + 1)))
    return found
