"""What every tally keeps: a client has its limit and no more, and a name is new once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from epicrisis.services.tally import WINDOW_SECONDS, Tally
from epicrisis.storage.redis_link import RedisLink
from epicrisis.storage.tally import MemoryTally, RedisTally
from tests.redis_server import running_redis

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["memory", "redis"])
async def tally(request: pytest.FixtureRequest) -> AsyncIterator[Tally]:
    if request.param == "memory":
        yield MemoryTally()
        return
    with running_redis() as redis:
        # As patient as a busy machine needs: what an impatient one does is another test's business.
        tally = RedisTally(RedisLink(redis.url, patience=10))
        yield tally
        await tally.close()


async def test_a_client_has_its_limit_and_no_more(tally: Tally) -> None:
    spent = [await tally.spend("ward", limit=3) for _ in range(5)]

    assert [each.granted for each in spent] == [True, True, True, False, False]
    assert [each.remaining for each in spent] == [2, 1, 0, 0, 0]
    assert all(0 < each.wait <= WINDOW_SECONDS + 1 for each in spent)


async def test_a_client_does_not_spend_what_is_anothers(tally: Tally) -> None:
    await tally.spend("ward", limit=1)

    assert not (await tally.spend("ward", limit=1)).granted
    assert (await tally.spend("ambulance", limit=1)).granted


async def test_requests_at_the_same_moment_share_one_limit(tally: Tally) -> None:
    spent = await asyncio.gather(*(tally.spend("ward", limit=10) for _ in range(40)))

    assert sum(each.granted for each in spent) == 10


async def test_a_name_is_new_once_until_its_time_is_over(tally: Tally) -> None:
    first, again = await tally.first("jti", seconds=1), await tally.first("jti", seconds=1)
    other = await tally.first("another", seconds=1)

    await asyncio.sleep(1.1)

    assert (first, again, other) == (True, False, True)
    assert await tally.first("jti", seconds=1)


@pytest.mark.parametrize("name", ["a b{c}\r\nFLUSHALL", "é\ud800", "x" * 10_000])
async def test_any_name_is_a_name(tally: Tally, name: str) -> None:
    spent = [await tally.spend(name, limit=1) for _ in range(2)]

    assert [each.granted for each in spent] == [True, False]
