"""What everything keeps that shares answers between servers: the twin in memory, and Redis."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from epicrisis.services.answer_memory import SharedAnswers
from epicrisis.storage.answers import MemoryAnswers, RedisAnswers
from tests.redis_server import Redis, running_redis

pytestmark = pytest.mark.anyio

# Two of the ways bytes are taken for something else: numbers, and what cashews writes before a value.
AWKWARD = [b"{}", b"12", b"bytes:a:b", b"\x00\xff", b"a" * 100_000]


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    with running_redis() as server:
        yield server


@pytest.fixture(params=["memory", "redis"])
async def shared(request: pytest.FixtureRequest) -> AsyncIterator[SharedAnswers]:
    if request.param == "memory":
        yield MemoryAnswers()
        return
    answers = RedisAnswers(request.getfixturevalue("redis").url, seconds=60, patience=5)
    yield answers
    await answers.close()


async def test_returns_what_was_kept_in_the_order_asked(shared: SharedAnswers) -> None:
    await shared.put({b"\x01": b"one", b"\x02": b"two"})

    assert list(await shared.get([b"\x02", b"\x03", b"\x01"])) == [b"two", None, b"one"]


@pytest.mark.parametrize("value", AWKWARD, ids=range(len(AWKWARD)))
async def test_bytes_come_back_as_they_were(shared: SharedAnswers, value: bytes) -> None:
    await shared.put({b"key": value})

    assert list(await shared.get([b"key"])) == [value]


async def test_the_last_one_kept_counts(shared: SharedAnswers) -> None:
    await shared.put({b"key": b"old"})
    await shared.put({b"key": b"new"})

    assert list(await shared.get([b"key"])) == [b"new"]


async def test_is_in_reach_and_can_be_closed_and_asked_again(shared: SharedAnswers) -> None:
    await shared.put({b"key": b"value"})
    await shared.close()

    assert list(await shared.get([b"key"])) == [b"value"]
    assert not shared.degraded
