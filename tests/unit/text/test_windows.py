from __future__ import annotations

import pytest

from epicrisis.errors import InvalidSettings
from epicrisis.text.windows import Window, windows


def test_needs_one_window_for_a_short_text_and_none_for_no_text() -> None:
    assert windows(10, size=10, overlap=4) == [Window(0, 10, 0, 10)]
    assert windows(0, size=10, overlap=4) == []


def test_gives_each_window_half_of_what_it_shares() -> None:
    assert windows(20, size=10, overlap=4) == [
        Window(0, 10, 0, 8),
        Window(6, 16, 8, 14),
        Window(12, 20, 14, 20),
    ]


def test_answers_from_the_window_with_most_context() -> None:
    first, second = windows(11, size=10, overlap=3)

    assert (first.end, second.start) == (10, 7)
    # Token 8 has one neighbour on the far side in either window, so the first answers; token 9 has none in it.
    assert (first.own_end, second.own_start) == (9, 9)


def test_moves_no_window_when_text_is_added() -> None:
    shorter, longer = windows(90, size=16, overlap=6), windows(100, size=16, overlap=6)

    assert longer[: len(shorter) - 1] == shorter[:-1]


@pytest.mark.parametrize(("size", "overlap"), [(0, 0), (4, 4), (4, -1)])
def test_refuses_windows_that_do_not_advance(size: int, overlap: int) -> None:
    with pytest.raises(InvalidSettings, match=f"Windows of {size} tokens"):
        windows(10, size=size, overlap=overlap)
