"""Scores that mean what they say, and the temperature that makes them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis_lab.evaluation.calibration import calibration_tally, fit_temperature, reliability
from epicrisis_lab.evaluation.tally import Floats

SCORES = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40)


def ece(scored: list[tuple[float, bool]]) -> float:
    value = calibration_tally([scored], "s").figures()["s.ece"]
    assert value is not None
    return value


def test_the_error_is_the_one_counted_by_hand() -> None:
    # Four answers at 0.9, three right: |0.9 - 0.75|. One at 0.5, wrong: |0.5 - 0|. Weighted 4 to 1.
    scored = [(0.9, True), (0.9, True), (0.9, True), (0.9, False), (0.5, False)]

    assert ece(scored) == pytest.approx((4 * 0.15 + 0.5) / 5)


def test_errors_within_a_bin_cancel_and_across_bins_do_not() -> None:
    assert ece([(0.5, True), (0.5, False)]) == pytest.approx(0.0)
    assert ece([(0.3, True), (0.7, False)]) == pytest.approx(0.7)


def test_answers_without_doubt_fall_into_the_last_bin() -> None:
    (last,) = reliability([(1.0, True), (0.95, False)])

    assert (last.lower, last.upper, last.count) == (0.9333, 1.0, 2)
    assert (last.confidence, last.accuracy) == (0.975, 0.5)


@given(SCORES)
def test_the_reliability_table_holds_every_answer_and_gives_the_same_error(scored: list[tuple[float, bool]]) -> None:
    bins = reliability(scored)

    assert sum(each.count for each in bins) == len(scored)
    assert sum(each.count * abs(each.confidence - each.accuracy) for each in bins) / len(scored) == pytest.approx(
        ece(scored), abs=1e-5
    )


@given(SCORES)
def test_the_error_lies_between_nothing_and_all(scored: list[tuple[float, bool]]) -> None:
    assert 0 <= ece(scored) <= 1


def sampled(temperature: float, seed: int) -> tuple[Floats, np.ndarray]:
    """Return logits, and labels drawn from their softmax at ``temperature``."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, 3, size=(20_000, 4))
    # The Gumbel trick: the largest of logits plus Gumbel noise is a draw from their softmax.
    return logits, np.argmax(logits / temperature + random.gumbel(size=logits.shape), axis=1)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_finds_the_temperature_the_labels_were_drawn_at(temperature: float) -> None:
    logits, labels = sampled(temperature, seed=7)

    assert fit_temperature(logits, labels) == pytest.approx(temperature, rel=0.05)


def test_two_classes_have_a_closed_form() -> None:
    # Margin 2 and right three times in four: the likelihood peaks where sigmoid(2 / T) = 3/4, so T = 2 / log 3.
    logits = np.tile([2.0, 0.0], (4, 1))

    assert fit_temperature(logits, np.array([0, 0, 0, 1])) == pytest.approx(2 / np.log(3))


@pytest.mark.parametrize(("label", "bound"), [(0, 0.05), (1, 20.0)])
def test_stays_within_bounds_where_the_data_cannot_tell(label: int, bound: float) -> None:
    assert fit_temperature(np.tile([2.0, 0.0], (9, 1)), np.full(9, label)) == pytest.approx(bound, rel=1e-3)


def test_shifting_all_logits_of_an_item_changes_nothing() -> None:
    logits, labels = sampled(1.5, seed=3)

    assert fit_temperature(logits + 50.0, labels) == pytest.approx(fit_temperature(logits, labels))


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"logits \(3, 2\) and labels \(2,\)"):
        fit_temperature(np.zeros((3, 2)), np.array([0, 1]))
