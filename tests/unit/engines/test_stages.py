"""A clock is in one stage at a time, is told by whoever works, and costs nothing where nobody looks at it."""

from __future__ import annotations

import time
from threading import Thread

import pytest

from epicrisis.engines.stages import Stage, at, timed, timing


@timed(Stage.ENCODE)
def read(texts: list[str]) -> list[str]:
    """Return each text in capitals."""
    with at(Stage.TOKENIZE):
        time.sleep(0.02)
    time.sleep(0.04)
    return [text.upper() for text in texts]


def test_each_moment_belongs_to_one_stage_and_one_inside_pauses_the_one_around_it() -> None:
    around = time.perf_counter()

    with timing() as clock:
        within = time.perf_counter()
        assert read(["a"]) == ["A"]
        with at(Stage.HEADS):
            time.sleep(0.01)
        read(["b"])
        least = time.perf_counter() - within

    most = time.perf_counter() - around
    assert set(clock.seconds) == set(Stage)
    assert clock.seconds[Stage.TOKENIZE] >= 0.04
    assert clock.seconds[Stage.ENCODE] >= 0.08
    assert clock.seconds[Stage.HEADS] >= 0.01
    assert least <= sum(clock.seconds.values()) <= most


def test_work_that_breaks_leaves_its_stage() -> None:
    @timed(Stage.HEADS)
    def breaks() -> None:
        raise RuntimeError

    with timing() as clock:
        with pytest.raises(RuntimeError):
            breaks()
        time.sleep(0.02)

    assert clock.seconds[Stage.ENGINE] >= 0.02
    assert clock.seconds[Stage.HEADS] < 0.02


def test_where_nobody_listens_work_is_done_all_the_same() -> None:
    assert read(["a"]) == ["A"]

    with timing() as clock:
        pass
    read(["b"])

    assert list(clock.seconds) == [Stage.ENGINE]


def test_threads_that_read_at_the_same_time_have_clocks_of_their_own() -> None:
    with timing() as clock:
        other = Thread(target=read, args=(["a"],))
        other.start()
        other.join()

    assert list(clock.seconds) == [Stage.ENGINE]


def test_a_clock_inside_another_takes_nothing_from_it() -> None:
    with timing() as outer:
        with timing() as inner:
            read(["a"])
        with at(Stage.HEADS):
            pass

    assert Stage.TOKENIZE in inner.seconds
    assert set(outer.seconds) == {Stage.ENGINE, Stage.HEADS}
