"""Intervals against theory, and what they always hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis_lab.evaluation.bootstrap import intervals
from epicrisis_lab.evaluation.calibration import calibration_tally
from epicrisis_lab.evaluation.classification import classification_tally
from epicrisis_lab.evaluation.tally import Tally, joined

LABELS = ("A", "B")
ROWS = st.lists(
    st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), min_size=1, max_size=3),
    min_size=1,
    max_size=20,
)


def accuracy(right: int, wrong: int) -> Tally:
    return classification_tally([[("A", "A")]] * right + [[("A", "B")]] * wrong, LABELS, "s")


def test_the_interval_is_the_one_theory_gives() -> None:
    # 80 of 100 right: the binomial has a standard error of 0.04, so 0.8 plus and minus 1.96 times that.
    low, high = intervals(accuracy(80, 20), samples=4000)["s.accuracy"]

    assert low == pytest.approx(0.7216, abs=0.015)
    assert high == pytest.approx(0.8784, abs=0.015)


def test_more_rows_make_a_narrower_interval() -> None:
    few = intervals(accuracy(8, 2))["s.accuracy"]
    many = intervals(accuracy(800, 200))["s.accuracy"]

    assert many[1] - many[0] < few[1] - few[0]


def test_rows_are_drawn_whole() -> None:
    # Ten sentences with ten targets each, all right or all wrong, tell no more than ten targets do.
    loose = classification_tally([[("A", "A")]] * 50 + [[("A", "B")]] * 50, LABELS, "s")
    bound = classification_tally([[("A", "A")] * 10] * 5 + [[("A", "B")] * 10] * 5, LABELS, "s")

    narrow, wide = intervals(loose)["s.accuracy"], intervals(bound)["s.accuracy"]
    assert wide[1] - wide[0] > 2 * (narrow[1] - narrow[0])


def test_the_same_seed_gives_the_same_interval_and_another_seed_another() -> None:
    tally = accuracy(70, 30)

    assert intervals(tally, seed=1) == intervals(tally, seed=1)
    assert intervals(tally, seed=1) != intervals(tally, seed=2)


def test_drawing_in_blocks_changes_nothing_but_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    tally = accuracy(70, 30)
    whole = intervals(tally, samples=64)

    monkeypatch.setattr("epicrisis_lab.evaluation.bootstrap._BLOCK", 500)

    assert intervals(tally, samples=64) == whole


def test_an_undefined_figure_has_no_interval() -> None:
    tally = classification_tally([[("A", "B")]], LABELS, "s")

    assert tally.figures()["s.A.precision"] is None
    assert "s.A.precision" not in intervals(tally, samples=50)


@given(ROWS, st.integers(0, 5))
def test_an_interval_holds_its_figure_and_stays_between_nothing_and_all(
    rows: list[list[tuple[str, str]]], seed: int
) -> None:
    confident = [[(0.7, gold == given_label) for gold, given_label in row] for row in rows]
    tally = joined(classification_tally(rows, LABELS, "s"), calibration_tally(confident, "s"))

    figures = tally.figures()
    for name, (low, high) in intervals(tally, samples=40, seed=seed).items():
        figure = figures[name]
        assert figure is not None
        assert low <= figure <= high
        assert name.endswith("support") or 0 <= low <= high <= 1


def test_joined_tallies_keep_their_figures() -> None:
    one, two = accuracy(3, 1), calibration_tally([[(0.5, True)]] * 4, "s")

    assert joined(one, two).figures() == {**one.figures(), **two.figures()}
    assert joined(one, two).counts.shape == (4, one.counts.shape[1] + two.counts.shape[1])
    assert np.array_equal(joined(one).counts, one.counts)
