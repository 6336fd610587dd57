from __future__ import annotations

import time

import pytest

from epicrisis.services.timings import Read, Timings, add_reading, spending, spent, timings


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


def told(since: float, *batches: Read) -> dict[str, float]:
    request = Timings()
    token = timings.set(request)
    add_reading(since, batches)
    timings.reset(token)
    return dict(request)


def test_what_is_done_inside_is_spent_also_where_it_fails() -> None:
    request = Timings()
    token = timings.set(request)

    def fails() -> None:
        with spending("cache"):
            time.sleep(0.01)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    timings.reset(token)

    assert dict(request)["cache"] >= 0.01


def test_a_batch_is_told_by_its_stages_after_the_wait_for_it() -> None:
    batch = Read(2.0, 5.0, {"encode": 2.0, "engine": 1.0})

    assert told(1.0, batch) == pytest.approx({"queue": 1.0, "encode": 2.0, "engine": 1.0})


def test_between_two_batches_a_request_waits() -> None:
    batches = [Read(5.0, 6.0, {"heads": 1.0}), Read(1.0, 3.0, {"encode": 2.0})]

    assert told(1.0, *batches) == pytest.approx({"queue": 2.0, "encode": 2.0, "heads": 1.0})


def test_batches_read_side_by_side_share_the_time() -> None:
    stages = told(1.0, Read(1.0, 5.0, {"tokenize": 1.0, "encode": 3.0}), Read(2.0, 5.0, {"encode": 3.0}))

    assert sum(stages.values()) == pytest.approx(4.0)
    assert stages["encode"] / stages["tokenize"] == pytest.approx(6.0)


def test_who_joins_a_question_that_is_being_answered_is_told_of_its_end_alone() -> None:
    assert told(4.0, Read(1.0, 5.0, {"encode": 4.0})) == pytest.approx({"queue": 0.0, "encode": 1.0})


def test_what_was_refused_while_it_waited_was_in_no_stage() -> None:
    assert told(1.0, Read(3.0, 3.0)) == {"queue": 2.0}


def test_without_a_request_nobody_is_told_of_its_batches() -> None:
    assert timings.get() is None

    add_reading(1.0, [Read(2.0, 3.0, {"encode": 1.0})])
