"""Windows show every token, and one of them answers for it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from epicrisis.text.windows import Window, windows


@st.composite
def plans(draw: st.DrawFn) -> tuple[int, int, int]:
    """Draw a length, a window size and an overlap that leaves a stride."""
    size = draw(st.integers(1, 40))
    return draw(st.integers(0, 300)), size, draw(st.integers(0, size - 1))


def context(window: Window, token: int, length: int) -> int:
    """Return how many neighbours the window shows on the poorer side; the edge of the text lacks none."""
    left = length if window.start == 0 else token - window.start
    right = length if window.end == length else window.end - 1 - token
    return min(left, right)


@given(plan=plans())
def test_every_token_is_answered_exactly_once(plan: tuple[int, int, int]) -> None:
    length, size, overlap = plan

    answered = [token for window in windows(length, size, overlap) for token in range(window.own_start, window.own_end)]

    assert answered == list(range(length))


@given(plan=plans())
def test_windows_hold_what_they_answer_and_no_more_than_their_size(plan: tuple[int, int, int]) -> None:
    length, size, overlap = plan

    for window in windows(length, size, overlap):
        assert 0 <= window.start <= window.own_start < window.own_end <= window.end <= length
        assert window.end - window.start <= size


@given(plan=plans())
def test_no_other_window_shows_more_of_the_surroundings(plan: tuple[int, int, int]) -> None:
    length, size, overlap = plan
    cut = windows(length, size, overlap)

    for window in cut:
        for token in range(window.own_start, window.own_end):
            others = [other for other in cut if other.start <= token < other.end]
            assert context(window, token, length) == max(context(other, token, length) for other in others)
