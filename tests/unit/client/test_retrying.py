from __future__ import annotations

import time
from email.utils import formatdate

import pytest

from epicrisis.client.retrying import Patience, Tries, seconds_of


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    return now


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("0", 0), ("2", 2), ("120", 120), ("", 0), ("-1", 0), ("soon", 0), ("²", 0), ("9" * 400, 999_999)],
)
def test_reads_the_seconds_of_retry_after(said: str, seconds: float) -> None:
    assert seconds_of(said) == seconds


def test_reads_the_date_of_retry_after() -> None:
    assert seconds_of(formatdate(time.time() + 60, usegmt=True)) == pytest.approx(60, abs=2)
    assert seconds_of("Wed, 21 Oct 2015 07:28:00 GMT") == 0


def test_pauses_grow_and_differ_from_client_to_client(clock: list[float]) -> None:
    many = [Tries(Patience(total_seconds=1_000, retries=8)) for _ in range(200)]
    pauses = [[each.pause() or 0 for each in many] for _ in range(8)]

    assert max(pauses[0]) <= 0.25
    assert 1 < max(pauses[3]) <= 2
    assert 6 < max(pauses[7]) <= 8
    assert all(len(set(each)) > 190 for each in pauses)


def test_the_server_is_given_the_time_it_asks_for(clock: list[float]) -> None:
    pause = Tries(Patience()).pause("3")

    assert pause is not None
    assert 3 <= pause <= 3.25


def test_tries_come_to_an_end(clock: list[float]) -> None:
    tries = Tries(Patience(retries=2))

    assert [tries.pause() is None for _ in range(3)] == [False, False, True]


@pytest.mark.parametrize(("asked", "waits"), [("19", True), ("21", False), ("3600", False)])
def test_nobody_waits_for_longer_than_is_left(clock: list[float], asked: str, waits: bool) -> None:
    tries = Tries(Patience(total_seconds=30))
    clock[0] += 10

    assert (tries.pause(asked) is not None) is waits
    assert tries.left == 20


def test_what_is_heard_gives_a_call_as_long_again_and_no_more_tries(clock: list[float]) -> None:
    tries = Tries(Patience(total_seconds=30, retries=1))
    clock[0] += 29
    tries.pause()

    tries.goes_on()

    assert tries.left == 30
    assert tries.pause() is None
