from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis.engines.differential.knowledge.base import Floats
from epicrisis.engines.differential.ranking import Ranker
from epicrisis.engines.differential.weighing import weights
from tests.knowledge import FINDINGS, found, ranker

RANKER = ranker(finding_weight=0.7)
NAMES = [each.id for each in FINDINGS]


def told(by: Ranker, present: list[int], absent: list[int]) -> dict[int, Floats]:
    terms = weights(by.terms(present, absent), len(by.base.conditions))
    return {column: by.calibration.finding_weight * values for column, values in terms.items()}


def over_all_subsets(by: Ranker, present: list[int], absent: list[int]) -> dict[int, Floats]:
    """Return the Shapley value of each finding by its definition, over what any of them add without it and with it."""
    players = [*present, *absent]

    def value(kept: tuple[int, ...]) -> Floats:
        return by.added([each for each in present if each in kept], [each for each in absent if each in kept])

    shapley = {}
    for player in players:
        others = [each for each in players if each != player]
        total = np.zeros(len(by.base.conditions))
        for size in range(len(players)):
            orders = factorial(size) * factorial(len(others) - size) / factorial(len(players))
            for before in combinations(others, size):
                total += orders * (value((*before, player)) - value(before))
        shapley[player] = total
    return shapley


def assert_shapley(by: Ranker, *findings: str) -> None:
    present, absent = by.columns(found(*findings))

    closed, defined = told(by, present, absent), over_all_subsets(by, present, absent)

    assert closed.keys() == defined.keys()
    for column, values in defined.items():
        assert closed[column] == pytest.approx(values, abs=1e-9)


@pytest.mark.parametrize(
    "findings",
    [
        ("cough",),
        ("-cough",),
        ("cough", "fever", "-troponin-high"),
        ("pain", "chest-pain"),
        ("pain", "chest-pain", "chest-pain-pleuritic"),
        ("chest-pain-pleuritic", "leg-pain"),
        ("pain", "-chest-pain"),
        ("pain", "-chest-pain-pleuritic"),
        ("chest-pain", "-chest-pain-pleuritic"),
        ("pain", "chest-pain", "-chest-pain-pleuritic"),
        ("leg-pain", "-chest-pain-pleuritic", "cough"),
        ("pain", "leg-pain", "-chest-pain"),
        ("pain", "leg-pain", "chest-pain", "-chest-pain-pleuritic", "-fever"),
        ("-chest-pain", "-leg-pain"),
    ],
    ids=" ".join,
)
def test_weights_are_shapley_values(findings: tuple[str, ...]) -> None:
    assert_shapley(RANKER, *findings)


@st.composite
def cases(draw: st.DrawFn) -> list[str]:
    """Draw findings that can all be so: nothing is missing above what is there, nor beneath what is missing."""
    parent = {each.id: each.parents[0] if each.parents else None for each in FINDINGS}

    def above(name: str) -> set[str]:
        upper = parent[name]
        return set() if upper is None else {upper, *above(upper)}

    present = draw(st.sets(st.sampled_from(NAMES)))
    there = present.union(*map(above, present))
    missing = (
        draw(st.sets(st.sampled_from([each for each in NAMES if each not in there]))) if there < {*NAMES} else set()
    )
    absent = {each for each in missing if not above(each) & missing}
    return draw(st.permutations([*sorted(present), *(f"-{each}" for each in sorted(absent))]))


@given(cases())
def test_weights_of_any_case_that_can_be_are_shapley_values(findings: list[str]) -> None:
    assert_shapley(RANKER, *findings)


@given(st.lists(st.sampled_from([*NAMES, *(f"-{each}" for each in NAMES)]), max_size=8))
def test_weights_sum_to_what_was_added_even_where_a_case_contradicts_itself(findings: list[str]) -> None:
    present, absent = RANKER.columns(found(*findings))

    total = sum(told(RANKER, present, absent).values(), np.zeros(len(RANKER.base.conditions)))

    assert total == pytest.approx(RANKER.added(present, absent), abs=1e-9)


def test_what_any_of_two_findings_tells_is_shared_alike() -> None:
    present, absent = RANKER.columns(found("chest-pain", "leg-pain"))
    column, row = RANKER.base.column, RANKER.base.row["torsion"]

    shared = told(RANKER, present, absent)

    # Ovaries that twist hurt, and neither in the chest nor in the leg more than any pain does.
    assert shared[column["chest-pain"]][row] == pytest.approx(shared[column["leg-pain"]][row])
    assert shared[column["leg-pain"]][row] > 0


@pytest.mark.xfail(
    reason="what is missing beneath something that is missing too is given nothing of their common share"
)
def test_two_findings_of_one_line_that_are_missing_share_what_both_tell() -> None:
    assert_shapley(RANKER, "-pain", "-chest-pain")
