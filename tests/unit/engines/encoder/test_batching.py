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


@given(LENGTHS, st.integers(min_value=1, max_value=2_048))
def test_a_group_has_one_of_a_few_numbers_of_rows(lengths: list[int], budget: int) -> None:
    assert {len(group.rows) for group in groups(lengths, budget=budget)} <= {1, 2, 3, 4, 6, 8, 12, 16, 24, 32}


def test_a_graph_sees_few_shapes_whatever_is_asked_of_it() -> None:
    # OpenVINO keeps about a megabyte for each. Up to 512 pieces, a batch has room for 32 of the shortest rows.
    shapes = {
        (len(group.rows), group.width)
        for length in (1, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385)
        for budget in range(width_of(length), 513, width_of(length))
        for rows in range(1, 41)
        for group in groups([length] * rows, budget=budget)
    }

    assert {width for _, width in shapes} == {16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512}
    assert len(shapes) <= 60


@given(LENGTHS, st.integers(min_value=1, max_value=600))
def test_the_width_of_a_row_is_its_own_affair(lengths: list[int], length: int) -> None:
    alone = [group.width for group in groups([length], budget=1024)]
    among = [group.width for group in groups([*lengths, length], budget=1024) if len(lengths) in group.rows]

    assert alone == among == [width_of(length)]
