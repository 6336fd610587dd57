from __future__ import annotations

from epicrisis.services.timings import Timings, spent, timings


def test_stages_stand_in_the_order_they_were_met_and_are_summed() -> None:
    request = Timings()

    for stage, seconds in [("queue", 1.0), ("inference", 2.0), ("queue", 0.5)]:
        request.add(stage, seconds)

    assert list(request) == [("queue", 1.5), ("inference", 2.0)]


def test_time_is_spent_for_the_request_at_hand() -> None:
    request = Timings()
    token = timings.set(request)

    spent("queue", 1.0)
    timings.reset(token)

    assert list(request) == [("queue", 1.0)]


def test_without_a_request_nobody_notes_it() -> None:
    assert timings.get() is None

    spent("queue", 1.0)
