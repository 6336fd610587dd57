from __future__ import annotations

from epicrisis.engines.summary.models.turns import Turns


def test_whoever_waits_for_a_turn_may_stop_waiting_and_the_next_has_it() -> None:
    turns = Turns()

    with turns.lock:
        assert turns.written(lambda over: "never", stop=lambda: True, seconds=60) == ""
        assert turns.written(lambda over: "never", stop=lambda: False, seconds=0) == ""

    assert turns.written(lambda over: f"{over()}", stop=lambda: False, seconds=60) == "False"
