from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from epicrisis.engines.media_contracts import SAMPLE_RATE
from epicrisis.engines.speech.vad import STEP, Probabilities, Stretch
from epicrisis.engines.speech.windows import Cut, windows

A_SECOND = SAMPLE_RATE / STEP


def sure(seconds: float) -> Probabilities:
    return np.full(int(seconds * A_SECOND) + 1, 0.9, np.float32)


def test_neighbours_are_heard_together() -> None:
    speech = [Stretch(1.0, 5.0), Stretch(6.0, 9.0)]

    [window] = windows(speech, sure(10), Cut())

    assert (window.start, window.end) == (1.0, 9.0)
    assert window.speech_seconds == 7.0


def test_a_long_pause_begins_another_window() -> None:
    speech = [Stretch(1.0, 5.0), Stretch(60.0, 63.0)]

    assert [(each.start, each.end) for each in windows(speech, sure(64), Cut())] == [(1.0, 5.0), (60.0, 63.0)]


def test_who_speaks_without_a_pause_is_cut_where_it_is_quietest() -> None:
    heard = sure(50)
    heard[int(22 * A_SECOND)] = 0.3

    first, second = windows([Stretch(0.0, 50.0)], heard, Cut())

    assert abs(first.end - 22.0) < 0.1
    assert second.start == first.end


gaps = st.floats(0.5, 20.0)
lengths = st.floats(0.2, 120.0)


@given(st.lists(st.tuples(gaps, lengths), max_size=12))
def test_windows_hold_all_that_is_said_and_none_is_too_long(runs: list[tuple[float, float]]) -> None:
    speech: list[Stretch] = []
    at = 0.0
    for gap, lasts in runs:
        speech.append(Stretch(at + gap, at + gap + lasts))
        at = speech[-1].end

    cut = list(windows(speech, sure(at + 1), Cut()))

    assert abs(sum(each.speech_seconds for each in cut) - sum(each.seconds for each in speech)) < 1e-6
    assert all(each.end - each.start <= 29.0 + 1e-6 for each in cut)
    assert all(before.end <= after.start for before, after in pairwise(cut))


def test_what_is_left_of_a_window_keeps_what_is_said_after_that() -> None:
    [window] = windows([Stretch(1.0, 5.0), Stretch(6.0, 9.0)], sure(10), Cut())

    rest = window.after(4.0)

    assert (rest.start, rest.end) == (4.0, 9.0)
    assert rest.speech == (Stretch(4.0, 5.0), Stretch(6.0, 9.0))
