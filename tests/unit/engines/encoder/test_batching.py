"""Rows travel with rows of their width, all of them, under the budget."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from epicrisis.engines.encoder.batching import groups, width_of

LENGTHS = st.lists(st.integers(min_value=1, max_value=600), max_size=60)


@given(LENGTHS)
def test_every_row_travels_once(lengths: list[int]) -> None:
    assert sorted(row for group in groups(lengths, budget=1024) for row in group.rows) == list(range(len(lengths)))


@given(LENGTHS)
def test_no_group_is_over_the_budget_unless_it_is_one_row(lengths: list[int]) -> None:
    assert all(len(group.rows) * group.width <= 1024 or len(group.rows) == 1 for group in groups(lengths, budget=1024))


@given(LENGTHS, st.integers(min_value=1, max_value=600))
def test_the_width_of_a_row_is_its_own_affair(lengths: list[int], length: int) -> None:
    alone = [group.width for group in groups([length], budget=1024)]
    among = [group.width for group in groups([*lengths, length], budget=1024) if len(lengths) in group.rows]

    assert alone == among == [width_of(length)]
