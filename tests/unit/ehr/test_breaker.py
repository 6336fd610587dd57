from __future__ import annotations

import pytest

from epicrisis.ehr.breaker import Breaker, State


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(now=clock)


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.failed()


def test_it_opens_at_the_fifth_failure(breaker: Breaker) -> None:
    fail(breaker, 4)
    before = breaker.lets()

    fail(breaker, 1)

    assert before
    assert not breaker.lets()


def test_failures_that_are_far_apart_do_not_open_it(breaker: Breaker, clock: Clock) -> None:
    for _ in range(20):
        fail(breaker, 1)
        clock.time += 8.0

    assert breaker.state is State.CLOSED


def test_a_success_among_them_keeps_it_closed(breaker: Breaker) -> None:
    fail(breaker, 4)
    breaker.worked()
    fail(breaker, 4)

    assert breaker.state is State.CLOSED


def test_after_its_rest_one_may_try_and_the_others_wait(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 5)
    clock.time += 30.0

    assert [breaker.lets(), breaker.lets()] == [True, False]


@pytest.mark.parametrize(("works", "state"), [(True, State.CLOSED), (False, State.OPEN)])
def test_what_becomes_of_the_one_decides(breaker: Breaker, clock: Clock, works: bool, state: State) -> None:
    fail(breaker, 5)
    clock.time += 30.0
    breaker.lets()

    if works:
        breaker.worked()
    else:
        breaker.failed()

    assert breaker.state is state


def test_whoever_does_not_wait_for_it_leaves_the_try_to_the_next(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 5)
    clock.time += 30.0
    breaker.lets()

    breaker.unknown()

    assert breaker.lets()


def test_an_answer_to_what_was_asked_before_does_not_close_it(breaker: Breaker) -> None:
    fail(breaker, 5)

    breaker.worked()

    assert breaker.state is State.OPEN
