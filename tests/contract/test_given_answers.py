"""What everything does that remembers which requests were answered: the twin in memory, and Redis."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator

import pytest

from epicrisis.services.feedback import GivenAnswers
from epicrisis.storage import given as page
from epicrisis.storage.given import MemoryGiven, RedisGiven, given_in
from epicrisis.storage.redis_link import RedisLink
from tests.redis_server import Redis, free_port, running_redis

pytestmark = pytest.mark.anyio

DAY = 86_400.0


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    with running_redis() as redis:
        yield redis


@pytest.fixture
async def link(redis: Redis) -> AsyncIterator[RedisLink]:
    link = RedisLink(redis.url, patience=5)
    yield link
    await link.close()


@pytest.fixture(params=["memory", "redis"])
async def given(request: pytest.FixtureRequest, link: RedisLink) -> AsyncIterator[GivenAnswers]:
    given = given_in(None if request.param == "memory" else link)
    yield given
    await given.close()


def an_id() -> str:
    return str(uuid.uuid4())


async def test_what_was_answered_is_remembered_and_nothing_else(given: GivenAnswers) -> None:
    answered = an_id()

    given.note(answered)

    assert await given.holds(answered)
    assert not await given.holds(an_id())


async def test_a_tenant_sees_its_own_answers_and_the_installation_sees_all(given: GivenAnswers) -> None:
    theirs, ours = an_id(), an_id()

    given.note(theirs, tenant="north")
    given.note(ours)

    assert [await given.holds(theirs, tenant=tenant) for tenant in ("north", "south", "")] == [True, False, True]
    assert [await given.holds(ours, tenant=tenant) for tenant in ("north", "")] == [False, True]


async def test_memory_holds_the_last_answers_and_never_more_than_twice_as_many() -> None:
    given, ids = MemoryGiven(most=100), [an_id() for _ in range(1_000)]

    for each in ids:
        given.note(each)

    held = [await given.holds(each) for each in ids]
    assert all(held[-100:])
    assert sum(held) <= 200


async def test_what_one_server_answered_another_knows_also_after_the_first_has_gone(redis: Redis) -> None:
    here, there = RedisLink(redis.url, patience=5), RedisLink(redis.url, patience=5)
    given, answered = RedisGiven(here), [an_id() for _ in range(50)]
    for each in answered:
        given.note(each, tenant="north")
    await given.close()
    await here.close()

    elsewhere = RedisGiven(there)

    assert all([await elsewhere.holds(each, tenant="north") for each in answered])
    assert not await elsewhere.holds(answered[0], tenant="south")
    await there.close()


async def test_redis_hears_of_answers_in_a_moment_without_being_told_to(
    link: RedisLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "_MOMENT_SECONDS", 0.0)
    given, answered = RedisGiven(link), an_id()

    given.note(answered)
    assert given._telling is not None
    await given._telling

    assert await RedisGiven(link).holds(answered)


async def test_redis_remembers_for_a_day_and_a_bit(link: RedisLink) -> None:
    now = 10 * DAY + 21_599
    given, answered = RedisGiven(link, clock=lambda: now), an_id()
    given.note(answered)
    await given.close()

    def known_after(seconds: float) -> RedisGiven:
        return RedisGiven(link, clock=lambda: now + seconds)

    assert await known_after(DAY).holds(answered)
    assert not await known_after(1.5 * DAY).holds(answered)
    left = await link.client.ttl(f"epicrisis:given:{int(now) // 21_600}")
    assert DAY < left <= 1.5 * DAY


async def test_redis_holds_so_many_answers_of_six_hours_and_no_more(
    link: RedisLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "MOST_SHARED", 100)
    given, now = RedisGiven(link, clock=lambda: 20 * DAY), f"epicrisis:given:{20 * 4}"
    for _ in range(300):
        given.note(an_id())
    await given.close()
    held = await link.client.scard(now)

    given.note(an_id(), tenant="north")
    await given.close()

    assert held == await link.client.scard(now) == 100


async def test_with_redis_away_each_server_remembers_its_own() -> None:
    link = RedisLink(f"redis://127.0.0.1:{free_port()}", patience=0.2)
    given, answered = RedisGiven(link), an_id()

    given.note(answered)
    await given.close()

    assert await given.holds(answered)
    assert not await given.holds(an_id())
    await link.close()
