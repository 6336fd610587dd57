from __future__ import annotations

from math import exp, isclose, log

import numpy as np
import pytest

from epicrisis.domain.differentials import Case, Severity
from epicrisis.domain.patients import Sex
from epicrisis.engines.differential.ranking import Ranker, all_shares, apart, band_of, shares
from tests.knowledge import found, ranker

WHOLE = 200.0 + 50.0 + 3000.0 + 30.0
ABOVE = {"chest-pain": ("pain",), "leg-pain": ("pain",)}


def score(case: Case, condition: str, of: Ranker | None = None) -> float:
    by = of or ranker()
    return float(by.scores(case)[by.base.row[condition]])


def added(condition: str, *findings: str) -> float:
    """Return what ``findings`` add to the score of ``condition``."""
    return score(found(*findings), condition) - score(found(), condition)


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, 0), (0.99, 0), (1, 1), (4.9, 1), (5, 2), (14.9, 2), (15, 3), (30, 4), (45, 5), (60, 6), (74.9, 6), (75, 7)],
)
def test_a_band_begins_at_its_age(age: float, band: int) -> None:
    assert band_of(age) == band


def test_nobody_is_older_than_the_last_band() -> None:
    assert band_of(150) == 7


def test_before_anything_is_found_the_score_is_how_often_it_is_seen() -> None:
    assert isclose(score(found(), "cold"), log(3000 / WHOLE))
    assert isclose(score(found(), "cold", ranker(prior_weight=0.5, prior_shift=-1.0)), 0.5 * log(3000 / WHOLE) - 1)


def test_age_adds_the_rate_at_that_age_over_the_mean_rate() -> None:
    mean = (0.1 + 1 + 4 + 7 + 10) / 8

    assert isclose(score(found(age=62.0), "infarct") - score(found(), "infarct"), log(7 / mean))
    assert isclose(score(found(age=62.0), "cold"), score(found(), "cold"))


def test_sex_adds_twice_the_share_of_that_sex() -> None:
    assert isclose(score(found(sex=Sex.FEMALE), "infarct") - score(found(), "infarct"), log(2 * 0.36))
    assert isclose(score(found(sex=Sex.MALE), "infarct") - score(found(), "infarct"), log(2 * 0.64))
    assert score(found(sex=Sex.OTHER), "infarct") == score(found(sex=Sex.UNKNOWN), "infarct")


def test_what_cannot_be_at_an_age_or_in_a_sex_has_no_odds_at_all() -> None:
    assert score(found("chest-pain", age=3.0), "infarct") == -np.inf
    assert score(found("pain", sex=Sex.MALE), "torsion") == -np.inf
    assert np.isfinite(score(found("pain", sex=Sex.FEMALE), "torsion"))


def test_severity_speaks_for_severe_conditions_or_for_mild_ones() -> None:
    by = ranker(severity_weight=0.3)
    usual = {each: score(found(), each, by) for each in by.base.conditions}
    mild, moderate, severe = (
        {each: score(found(severity=severity), each, by) - usual[each] for each in usual} for severity in Severity
    )

    assert isclose(severe["infarct"], 0.6)
    assert isclose(severe["cold"], -0.6)
    assert severe["pleurisy"] == 0
    assert {each: -value for each, value in mild.items()} == pytest.approx(severe)
    assert set(moderate.values()) == {0}


def test_a_finding_adds_how_much_oftener_it_is_there() -> None:
    assert isclose(added("cold", "cough"), log(0.8 / 0.1))
    assert added("infarct", "cough") == 0


def test_a_finding_that_is_not_there_adds_how_much_oftener_it_is_missing() -> None:
    assert isclose(added("cold", "-cough"), log(0.2 / 0.9))
    assert added("cold", "-cough") < 0 < added("infarct", "-fever")


def test_what_lies_above_a_finding_is_told_with_it_and_counted_once() -> None:
    alone = added("pleurisy", "chest-pain-pleuritic")

    assert isclose(alone, log(0.85 / 0.01))
    assert isclose(added("pleurisy", "chest-pain-pleuritic", "chest-pain", "pain"), alone)
    assert isclose(added("pleurisy", "pain", "pain"), added("pleurisy", "pain"))


def test_two_findings_share_the_one_above_them() -> None:
    both = log(0.9 / 0.2) + log(0.9 / 0.9 / (0.05 / 0.2)) + log(0.9 * 0.06 / 0.2 / 0.9 / (0.06 / 0.2))

    assert isclose(added("pleurisy", "chest-pain", "leg-pain"), both)


def test_what_is_not_there_is_judged_by_the_finding_above_it() -> None:
    # Chest pain that is not pleuritic: 0.85 of 0.9 would be, in pleurisy, and 0.01 of 0.05 in anybody.
    expected = log(0.9 / 0.05) + log(1 - 0.85 / 0.9) - log(1 - 0.01 / 0.05)

    assert isclose(added("pleurisy", "chest-pain", "-chest-pain-pleuritic"), expected)


def test_beneath_what_is_not_there_nothing_else_is_missing() -> None:
    assert isclose(added("infarct", "-pain", "-chest-pain"), added("infarct", "-pain"))


def test_what_is_there_and_not_there_is_there() -> None:
    assert isclose(added("cold", "cough", "-cough"), added("cold", "cough"))
    assert isclose(added("pleurisy", "chest-pain-pleuritic", "-pain"), added("pleurisy", "chest-pain-pleuritic"))


def test_findings_are_damped_by_one_factor() -> None:
    whole = added("cold", "cough", "-fever")
    by = ranker(finding_weight=0.7)

    assert isclose(score(found("cough", "-fever"), "cold", by) - score(found(), "cold", by), 0.7 * whole)


@pytest.mark.parametrize(
    "known",
    [
        (),
        ("cough",),
        ("pain",),
        ("chest-pain",),
        ("-pain",),
        ("-chest-pain",),
        ("-chest-pain-pleuritic",),
        ("chest-pain", "-chest-pain-pleuritic"),
        ("leg-pain", "-chest-pain-pleuritic", "-fever"),
        ("pain", "-leg-pain"),
    ],
    ids=" ".join,
)
def test_the_quick_way_to_one_more_finding_is_the_long_one(known: tuple[str, ...]) -> None:
    by = ranker(finding_weight=0.7)
    present, absent = by.columns(found(*known))
    before = by.added(present, absent)
    # Whoever has pleuritic pain is not asked whether they have pain.
    told = {by.base.column[each] for name in known for each in ABOVE.get(name, ())}
    for column in set(by.base.column.values()) - {*present, *absent, *told}:
        there, not_there = by.added_by(column, present, absent)

        assert there == pytest.approx(by.added([*present, column], absent) - before)
        assert not_there == pytest.approx(by.added(present, [*absent, column]) - before)


def test_shares_are_those_of_one_condition_or_none() -> None:
    odds, none = shares(np.array([0.0, log(2.0), -np.inf]))

    assert odds == pytest.approx([0.25, 0.5, 0.0])
    assert none == pytest.approx(0.25)


def test_shares_of_scores_beyond_any_float_still_sum_to_one() -> None:
    odds, none = shares(np.array([5000.0, 4999.0]))
    low, nothing = shares(np.array([-5000.0, -np.inf]))

    assert odds[0] == pytest.approx(1 / (1 + exp(-1)))
    assert float(odds.sum()) + none == pytest.approx(1)
    assert (float(low.sum()), nothing) == (0, 1)


def test_shares_of_many_cases_are_those_of_each() -> None:
    rows = np.array([[0.0, 1.0, -np.inf], [3.0, -2.0, 0.5]])

    assert all_shares(rows) == pytest.approx(np.array([shares(row)[0] for row in rows]))


def test_where_all_conditions_exclude_each_other_each_has_its_share() -> None:
    rows = np.array([[0.0, 1.0, -np.inf], [3.0, -2.0, 0.5]])

    assert apart(rows, np.zeros((3, 3))) == pytest.approx(all_shares(rows))


def test_what_may_be_there_with_a_condition_takes_nothing_from_it() -> None:
    # An infarct and the hypertension beside it, and a cold instead of both.
    together = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])

    [[infarct, hypertension, cold]] = apart(np.log(np.array([[8.0, 4.0, 1.0]])), together)

    assert infarct == pytest.approx(8 / (8 + 1 + 1))
    assert hypertension == pytest.approx(4 / (4 + 1 + 1))
    assert cold == pytest.approx(1 / (8 + 4 + 1 + 1))


def test_beside_something_nearly_certain_the_others_keep_their_odds() -> None:
    # What accompanies the first: something that cannot be, and something with a rival that is likelier.
    together = np.array([[0.0, 1.0, 1.0, 0.0], [1.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])

    [told] = apart(np.array([[60.0, -np.inf, 20.0, 21.0]]), together)

    assert told == pytest.approx([1.0, 0.0, 1 / (1 + exp(1)), 0.0], abs=1e-6)


def test_an_unknown_finding_has_no_score() -> None:
    with pytest.raises(KeyError):
        ranker().scores(found("nosuch"))
