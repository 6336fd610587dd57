from __future__ import annotations

import logging
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis.errors import InvalidSettings
from epicrisis.services.tally import WINDOW_SECONDS, allowance, weighted
from epicrisis.storage import tally as tallies
from epicrisis.storage.redis_link import RedisLink
from epicrisis.storage.tally import MemoryTally, RedisTally
from tests.redis_server import Redis, free_port, running_redis

pytestmark = pytest.mark.anyio


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


async def granted(tally: MemoryTally, times: int, *, limit: int = 100) -> int:
    return sum([(await tally.spend("ward", limit=limit)).granted for _ in range(times)])


async def test_the_minute_before_counts_by_the_share_that_is_not_over_yet() -> None:
    clock = Clock()
    tally = MemoryTally(clock)
    await granted(tally, 100)

    clock.now += 75

    # A quarter of the second minute is over, so three quarters of the hundred still count.
    assert await granted(tally, 100) == 25


async def test_no_burst_passes_where_two_minutes_meet() -> None:
    clock = Clock()
    tally = MemoryTally(clock)
    await granted(tally, 1)
    clock.now += 59.9
    last = await granted(tally, 200)

    clock.now += 0.2
    first = await granted(tally, 200)

    assert (last, first) == (99, 1)


async def test_after_two_silent_minutes_a_client_begins_anew() -> None:
    clock = Clock()
    tally = MemoryTally(clock)
    await granted(tally, 100)

    clock.now += 120

    assert await granted(tally, 150) == 100


async def test_a_refused_request_is_not_counted() -> None:
    clock = Clock()
    tally = MemoryTally(clock)
    await granted(tally, 1_000)

    clock.now += 90

    assert await granted(tally, 100) == 50


@given(
    requests=st.lists(st.floats(0, 40), min_size=1, max_size=60),
    limit=st.integers(1, 8),
)
async def test_whoever_waits_as_long_as_told_gets_one_more_and_not_before(requests: list[float], limit: int) -> None:
    clock = Clock()
    tally = MemoryTally(clock)
    for pause in requests:
        clock.now += pause
        told = await tally.spend("ward", limit=limit)
    if told.granted:
        return

    clock.now += told.wait
    after = await tally.spend("ward", limit=limit)

    assert after.granted


@given(
    previous=st.integers(0, 100),
    current=st.integers(1, 100),
    left=st.floats(0, WINDOW_SECONDS),
)
def test_no_client_is_told_to_wait_longer_than_needed(previous: int, current: int, left: float) -> None:
    used = int(weighted(previous, current, left))
    told = allowance(granted=True, limit=1_000, previous=previous, current=current, left=left)

    def used_after(seconds: float) -> float:
        if seconds < left:
            return weighted(previous, current, left - seconds)
        return weighted(current, 0, max(0.0, left + WINDOW_SECONDS - seconds))

    assert int(used_after(told.wait + 0.001)) < used
    assert int(used_after(max(0.0, told.wait - 1.001))) >= used


@given(
    previous=st.integers(0, 100),
    current=st.integers(0, 100),
    left=st.floats(0, WINDOW_SECONDS),
)
def test_nobody_is_told_to_wait_less_than_nothing_or_more_than_two_minutes(
    previous: int, current: int, left: float
) -> None:
    told = allowance(granted=True, limit=100, previous=previous, current=current, left=left)

    assert 0 <= told.wait <= 2 * WINDOW_SECONDS + 1


async def test_the_client_that_was_silent_longest_falls_out_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "MOST_CLIENTS", 3)
    clock = Clock()
    tally = MemoryTally(clock)
    for client in ("a", "b", "c", "d"):
        await tally.spend(client, limit=1)

    again = {client: (await tally.spend(client, limit=1)).granted for client in ("d", "c", "b")}

    assert again == {"d": False, "c": False, "b": False}
    assert (await tally.spend("a", limit=1)).granted


async def test_a_client_that_comes_back_is_not_the_one_that_was_silent_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "MOST_CLIENTS", 2)
    clock = Clock()
    tally = MemoryTally(clock)
    await tally.spend("a", limit=1)
    clock.now += 50
    await tally.spend("b", limit=1)
    clock.now += 100
    await tally.spend("a", limit=1)

    await tally.spend("c", limit=1)

    assert not (await tally.spend("a", limit=1)).granted


async def test_names_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "MOST_NAMES", 2)
    clock = Clock()
    tally = MemoryTally(clock)
    await tally.first("over", seconds=1)
    clock.now += 2

    for name in ("a", "b"):
        await tally.first(name, seconds=60)

    assert [await tally.first(name, seconds=60) for name in ("a", "b")] == [False, False]


@pytest.fixture
def redis() -> Iterator[Redis]:
    with running_redis() as redis:
        yield redis


async def test_a_redis_that_freezes_costs_one_wait_and_one_line(redis: Redis, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    tally = RedisTally(RedisLink(redis.url, patience=2, rest=3))
    await tally.spend("ward", limit=3)

    redis.freeze()
    began = time.monotonic()
    spent = [await tally.spend("ward", limit=3) for _ in range(4)]
    took = time.monotonic() - began
    away = tally.degraded
    redis.thaw()
    time.sleep(3.1)
    back = await tally.spend("ward", limit=3)
    await tally.close()

    assert (away, tally.degraded) == (True, False)

    # While it was away, this server counted by itself; what was counted before is back with it.
    assert [each.granted for each in spent] == [True, True, True, False]
    assert took < 4
    assert back.remaining <= 1
    assert [record.message for record in caplog.records] == [
        "redis does not answer; this server goes on alone",
        "redis answers again; what it holds is shared",
    ]
    assert redis.url not in caplog.text


async def test_a_redis_that_dies_and_comes_back_is_used_again() -> None:
    port = free_port()
    with running_redis(port) as redis:
        tally = RedisTally(RedisLink(redis.url, patience=10, rest=2))
        assert (await tally.spend("ward", limit=1)).granted
        redis.kill()
        assert (await tally.spend("ward", limit=1)).granted
        assert not (await tally.spend("ward", limit=1)).granted
    time.sleep(2.1)

    with running_redis(port):
        new = await tally.spend("ward", limit=1)
        other = RedisTally(RedisLink(redis.url, patience=10))
        shared = await other.spend("ward", limit=1)
        await other.close()
        await tally.close()

    assert (new.granted, shared.granted) == (True, False)


async def test_a_name_seen_while_redis_was_away_is_not_new_when_it_is_back() -> None:
    port = free_port()
    tally = RedisTally(RedisLink(f"redis://127.0.0.1:{port}/0", patience=10, rest=0))
    away = await tally.first("jti", seconds=60)

    with running_redis(port):
        back = await tally.first("jti", seconds=60)
        await tally.close()

    assert (away, back) == (True, False)


async def test_a_redis_that_was_never_there_stops_nobody() -> None:
    tally = RedisTally(RedisLink(f"redis://:secret@127.0.0.1:{free_port()}/0"))

    assert (await tally.spend("ward", limit=2)).remaining == 1
    assert await tally.first("jti", seconds=60)
    await tally.close()


@pytest.mark.parametrize("url", ["http://127.0.0.1", "redis.example:6379", "redis://:secret@host:port/0"])
def test_what_is_no_address_of_a_redis_refuses_to_start(url: str) -> None:
    with pytest.raises(InvalidSettings, match="EPICRISIS_REDIS_URL") as refused:
        RedisTally(RedisLink(url))

    assert "secret" not in str(refused.value)
