"""Marks against marks, against figures counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis_lab.evaluation.mistakes import span_mistakes
from epicrisis_lab.evaluation.spans import Mark, match_overlap, match_strict, span_tally

FEVER, COUGH, CHEST_PAIN, PAIN = Mark(0, 5, "P"), Mark(10, 15, "P"), Mark(20, 30, "P"), Mark(26, 30, "P")


def test_only_the_same_offsets_and_the_same_label_match_strictly() -> None:
    matching = match_strict([FEVER, COUGH, CHEST_PAIN], [FEVER, Mark(10, 15, "T"), PAIN])

    assert matching.pairs == ((FEVER, FEVER),)
    assert matching.missed == (COUGH, CHEST_PAIN)
    assert matching.made_up == (Mark(10, 15, "T"), PAIN)


def test_a_mark_given_twice_counts_once() -> None:
    matching = match_strict([FEVER, FEVER], [FEVER, FEVER, FEVER])

    assert (len(matching.pairs), matching.missed, matching.made_up) == (1, (), ())


def test_overlap_needs_one_shared_character() -> None:
    assert match_overlap([CHEST_PAIN], [PAIN]).pairs == ((CHEST_PAIN, PAIN),)
    assert match_overlap([FEVER], [Mark(5, 9, "P")]).pairs == ()


def test_one_mark_over_everything_finds_one_thing_only() -> None:
    matching = match_overlap([FEVER, COUGH, CHEST_PAIN], [Mark(0, 30, "P")])

    assert len(matching.pairs) == 1
    assert len(matching.missed) == 2


def test_an_exact_pair_comes_before_a_near_one() -> None:
    wide = Mark(18, 32, "P")

    assert match_overlap([CHEST_PAIN, PAIN], [wide, PAIN]).pairs == ((CHEST_PAIN, wide), (PAIN, PAIN))


def test_precision_recall_and_f1_are_those_counted_by_hand() -> None:
    # Text one: 2 right, 1 missed. Text two: 1 right, 2 made up. So P = 3/5, R = 3/4, F1 = 2 * 3 / (2 * 3 + 2 + 1).
    one = match_strict([FEVER, COUGH, PAIN], [FEVER, COUGH])
    two = match_strict([FEVER], [FEVER, PAIN, Mark(40, 44, "T")])

    figures = span_tally([one, two], {"e.strict": {"P", "T"}, "e.strict.P": {"P"}}).figures()

    assert figures["e.strict.precision"] == pytest.approx(3 / 5)
    assert figures["e.strict.recall"] == pytest.approx(3 / 4)
    assert figures["e.strict.f1"] == pytest.approx(6 / 9, abs=1e-6)
    assert figures["e.strict.support"] == 4
    assert figures["e.strict.P.precision"] == pytest.approx(3 / 4)


def test_a_figure_with_nothing_to_divide_by_is_undefined_and_not_zero() -> None:
    figures = span_tally([match_strict([FEVER], [])], {"e": {"P"}}).figures()

    assert figures["e.precision"] is None
    assert figures["e.recall"] == 0.0


def test_mistakes_are_told_apart() -> None:
    text = "x" * 60
    gold = [FEVER, COUGH, CHEST_PAIN, Mark(50, 55, "P")]
    found = [FEVER, Mark(10, 15, "T"), PAIN, Mark(40, 44, "T")]

    kinds = [mistake.kind for mistake in span_mistakes("r1", "invented", text, match_strict(gold, found))]

    assert kinds == ["boundary P", "P -> T", "missed P", "false positive T"]


MARKS = st.lists(
    st.builds(
        lambda start, length, label: Mark(start, start + length, label),
        st.integers(0, 20),
        st.integers(1, 8),
        st.sampled_from("PT"),
    )
)


@given(MARKS, MARKS)
def test_every_mark_is_paired_or_left_over_exactly_once(gold: list[Mark], found: list[Mark]) -> None:
    for matching in (match_strict(gold, found), match_overlap(gold, found)):
        assert sorted([pair[0] for pair in matching.pairs] + list(matching.missed)) == sorted(set(gold))
        assert sorted([pair[1] for pair in matching.pairs] + list(matching.made_up)) == sorted(set(found))


@given(MARKS, MARKS)
def test_figures_lie_between_nothing_and_all_and_overlap_is_never_below_strict(
    gold: list[Mark], found: list[Mark]
) -> None:
    groups = {"e": {"P", "T"}}
    strict = span_tally([match_strict(gold, found)], groups).measure(np.zeros(6))
    assert np.isnan(strict["e.f1"])

    strict_f1 = span_tally([match_strict(gold, found)], groups).figures()["e.f1"]
    overlap_f1 = span_tally([match_overlap(gold, found)], groups).figures()["e.f1"]

    assert (strict_f1 is None) == (not gold and not found)
    if strict_f1 is not None and overlap_f1 is not None:
        assert 0 <= strict_f1 <= overlap_f1 <= 1


@given(MARKS.filter(bool))
def test_a_perfect_answer_scores_one(gold: list[Mark]) -> None:
    figures = span_tally([match_strict(gold, gold)], {"e": {"P", "T"}}).figures()

    assert (figures["e.precision"], figures["e.recall"], figures["e.f1"]) == (1.0, 1.0, 1.0)
