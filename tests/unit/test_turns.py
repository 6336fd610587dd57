"""Nothing of the suite is lost when it runs in several processes, and who measures the clock has the machine alone."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.turns import Turns, processes, told_apart


def test_two_tests_of_one_id_stop_the_run(request: pytest.FixtureRequest) -> None:
    told_apart([request.node])

    with pytest.raises(pytest.UsageError, match="one of them would not run"):
        told_apart([request.node, request.node])


@pytest.mark.parametrize("alone", [(False, True), (True, False), (True, True)], ids=["beside", "first", "both"])
def test_nothing_runs_beside_who_is_alone(tmp_path: Path, alone: tuple[bool, bool]) -> None:
    one, other, entered = Turns(tmp_path), Turns(tmp_path), Event()

    def enter() -> None:
        with other.taken(alone=alone[1]):
            entered.set()

    with one.taken(alone=alone[0]):
        waiting = Thread(target=enter)
        waiting.start()
        beside = entered.wait(timeout=0.2)
    waiting.join(timeout=20)

    assert not beside
    assert entered.is_set()


def test_all_others_run_beside_each_other(tmp_path: Path) -> None:
    one, other = Turns(tmp_path), Turns(tmp_path)

    with one.taken(alone=False), other.taken(alone=False):
        pass


def test_one_core_is_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)

    assert processes() == 0
