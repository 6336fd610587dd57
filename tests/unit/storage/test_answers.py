from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator

import pytest
from redis.asyncio import Redis as Client

from epicrisis.errors import InvalidSettings, MissingDependency
from epicrisis.storage.answers import PREFIX, RedisAnswers
from tests.redis_server import Redis, free_port, running_redis

pytestmark = pytest.mark.anyio


@pytest.fixture
def redis() -> Iterator[Redis]:
    with running_redis() as server:
        yield server


async def test_answers_are_kept_for_as_long_as_was_said(redis: Redis) -> None:
    answers = RedisAnswers(redis.url, seconds=30, patience=5)

    await answers.put({b"\xab": b"value"})

    async with Client.from_url(redis.url) as client:
        assert 20_000 < await client.pttl(f"{PREFIX}ab") <= 30_000
    await answers.close()


async def test_one_that_hangs_is_left_alone_after_a_few_tries(redis: Redis) -> None:
    answers = RedisAnswers(redis.url, seconds=30, patience=0.05, failures=3, rest=60)
    assert list(await answers.get([b"key"])) == [None]
    redis.freeze()

    started = time.perf_counter()
    for _ in range(100):
        assert list(await answers.get([b"key"])) == [None]

    assert answers.degraded
    # Three tries of a twentieth of a second, and all the rest for nothing.
    assert time.perf_counter() - started < 1
    await answers.close()


async def test_comes_back_by_itself_once_redis_does(redis: Redis) -> None:
    answers = RedisAnswers(redis.url, seconds=30, patience=1, failures=1, rest=0.2)
    await answers.put({b"key": b"value"})
    redis.freeze()
    assert list(await answers.get([b"key"])) == [None]
    assert answers.degraded
    redis.thaw()

    await asyncio.sleep(0.25)

    assert list(await answers.get([b"key"])) == [b"value"]
    assert not answers.degraded
    await answers.close()


async def test_one_with_full_memory_finds_nothing_and_says_nothing(redis: Redis) -> None:
    async with Client.from_url(redis.url) as client:
        await client.config_set("maxmemory", "1")
    answers = RedisAnswers(redis.url, seconds=30, patience=5)

    await answers.put({b"key": b"value"})

    assert list(await answers.get([b"key"])) == [None]
    await answers.close()


async def test_one_that_is_not_there_costs_nothing_but_its_help() -> None:
    answers = RedisAnswers(f"redis://127.0.0.1:{free_port()}", seconds=30, failures=2, rest=60)

    assert list(await answers.get([b"key"])) == [None]
    await answers.put({b"key": b"value"})

    assert answers.degraded
    await answers.close()


def test_serves_one_event_loop_after_another(redis: Redis) -> None:
    answers = RedisAnswers(redis.url, seconds=30, patience=5)

    asyncio.run(answers.put({b"key": b"value"}))

    assert list(asyncio.run(answers.get([b"key"]))) == [b"value"]
    asyncio.run(answers.close())


async def test_an_address_of_another_kind_is_refused_at_once() -> None:
    with pytest.raises(InvalidSettings, match="must begin with redis://"):
        RedisAnswers("mem://", seconds=30)


async def test_without_the_client_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis.exceptions", None)

    with pytest.raises(MissingDependency, match=r"pip install 'epicrisis\[server\]'"):
        RedisAnswers("redis://127.0.0.1", seconds=30)
