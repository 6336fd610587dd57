"""Labels against labels, against figures counted by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis_lab.evaluation.classification import classification_tally, confusion

LABELS = ("PRESENT", "ABSENT", "POSSIBLE")
# By hand: PRESENT 2 of 3 right and once too often, ABSENT 1 of 2 right and once too often, POSSIBLE never in the gold.
ROWS = [
    [("PRESENT", "PRESENT"), ("PRESENT", "PRESENT")],
    [("PRESENT", "ABSENT")],
    [("ABSENT", "ABSENT"), ("ABSENT", "PRESENT")],
]


def test_figures_are_those_counted_by_hand() -> None:
    figures = classification_tally(ROWS, LABELS, "status").figures()

    assert figures["status.accuracy"] == pytest.approx(3 / 5)
    assert figures["status.PRESENT.precision"] == pytest.approx(2 / 3, abs=1e-6)
    assert figures["status.PRESENT.recall"] == pytest.approx(2 / 3, abs=1e-6)
    assert figures["status.PRESENT.f1"] == pytest.approx(4 / 6, abs=1e-6)
    assert figures["status.ABSENT.f1"] == pytest.approx(2 / 4)
    assert figures["status.ABSENT.support"] == 2
    assert figures["status.macro_f1"] == pytest.approx((4 / 6 + 2 / 4) / 2, abs=1e-6)


def test_a_label_that_is_not_in_the_gold_is_no_part_of_the_mean_but_costs_the_right_one() -> None:
    figures = classification_tally([[("PRESENT", "POSSIBLE"), ("PRESENT", "PRESENT")]], LABELS, "s").figures()

    assert "s.POSSIBLE.f1" not in figures
    assert figures["s.macro_f1"] == figures["s.PRESENT.f1"] == pytest.approx(2 / 3, abs=1e-6)


def test_a_label_that_is_never_predicted_scores_zero() -> None:
    figures = classification_tally([[("ABSENT", "PRESENT"), ("PRESENT", "PRESENT")]], LABELS, "s").figures()

    assert figures["s.ABSENT.f1"] == 0.0
    assert figures["s.ABSENT.precision"] is None


def test_confusion_counts_gold_by_predicted() -> None:
    assert confusion([pair for row in ROWS for pair in row]) == {
        "ABSENT": {"ABSENT": 1, "PRESENT": 1},
        "PRESENT": {"ABSENT": 1, "PRESENT": 2},
    }


PAIRS = st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), min_size=1)


@given(st.lists(PAIRS, min_size=1))
def test_figures_lie_between_nothing_and_all_however_rows_are_cut(rows: list[list[tuple[str, str]]]) -> None:
    figures = classification_tally(rows, LABELS, "s").figures()
    flat = [pair for row in rows for pair in row]

    assert all(value is None or 0 <= value <= 1 for name, value in figures.items() if not name.endswith("support"))
    assert figures == classification_tally([flat], LABELS, "s").figures()
    assert figures["s.accuracy"] == pytest.approx(sum(a == b for a, b in flat) / len(flat), abs=1e-6)


@given(st.lists(st.sampled_from(LABELS), min_size=1))
def test_a_perfect_answer_scores_one(labels: list[str]) -> None:
    figures = classification_tally([[(label, label)] for label in labels], LABELS, "s").figures()

    assert figures["s.accuracy"] == figures["s.macro_f1"] == 1.0
