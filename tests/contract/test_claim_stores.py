"""What every store of requests that may be sent again must do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from epicrisis.services.idempotency import Claim, ClaimStore
from epicrisis.storage.idempotency import SqliteClaims
from epicrisis.storage.memory import MemoryClaims
from epicrisis.storage.redis_claims import RedisClaims
from epicrisis.storage.redis_link import RedisLink
from epicrisis.storage.sqlite import Database
from tests.postgres_server import a_postgres_database
from tests.redis_server import running_redis

pytestmark = pytest.mark.anyio

# Redis forgets by its own clock, so these are told by the clock too.
NOW = float(int(time.time()))
CLAIM = Claim(fingerprint=b"\x00of one request\xff", by="a" * 32, until=NOW + 3_600)
OTHER = replace(CLAIM, by="b" * 32)
ANSWER = b"\x01sealed\x00\xff"


@pytest.fixture(params=["memory", "sqlite", "postgres", "redis"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ClaimStore]:
    if request.param == "memory":
        yield MemoryClaims()
    elif request.param == "sqlite":
        database = Database(tmp_path)
        yield SqliteClaims(database)
        database.close()
    elif request.param == "postgres":
        with a_postgres_database() as postgres:
            from epicrisis.storage.postgres.idempotency import PostgresClaims

            yield PostgresClaims(postgres)
    else:
        with running_redis() as redis:
            link = RedisLink(redis.url, patience=10)
            # Two servers: what one claims is there for the other, who has nothing of it but what Redis tells.
            yield _Alternately(RedisClaims(link, MemoryClaims()), RedisClaims(link, MemoryClaims()))
            await link.close()


class _Alternately:
    """Two servers behind one balancer: an attempt stays with the server it came to."""

    def __init__(self, *servers: ClaimStore) -> None:
        self.servers = servers

    def _server(self, by: str) -> ClaimStore:
        return self.servers[ord(by[0]) % 2]

    async def claim(self, mark: str, claim: Claim, *, now: float) -> Claim | None:
        return await self._server(claim.by).claim(mark, claim, now=now)

    async def finish(self, mark: str, claim: Claim) -> bool:
        return await self._server(claim.by).finish(mark, claim)

    async def release(self, mark: str, by: str) -> None:
        await self._server(by).release(mark, by)


async def test_the_first_finds_nothing_and_the_next_what_the_first_claimed(store: ClaimStore) -> None:
    assert await store.claim("mark", CLAIM, now=NOW) is None

    assert await store.claim("mark", OTHER, now=NOW) == CLAIM
    assert await store.claim("another", OTHER, now=NOW) is None


async def test_what_is_finished_is_there_with_its_answer_for_as_long_as_it_holds(store: ClaimStore) -> None:
    await store.claim("mark", CLAIM, now=NOW)
    finished = replace(CLAIM, answer=ANSWER, until=NOW + 86_400)

    assert await store.finish("mark", finished)

    assert await store.claim("mark", OTHER, now=NOW + 86_399) == finished
    assert await store.claim("mark", OTHER, now=NOW + 86_400) is None


async def test_who_is_heard_of_no_more_holds_it_no_longer_and_cannot_finish_it_later(store: ClaimStore) -> None:
    later = replace(OTHER, until=CLAIM.until + 3_600)
    await store.claim("mark", CLAIM, now=NOW)

    assert await store.claim("mark", later, now=CLAIM.until) is None

    assert not await store.finish("mark", replace(CLAIM, answer=ANSWER, until=later.until))
    if not isinstance(store, _Alternately):
        assert await store.claim("mark", replace(OTHER, by="c" * 32), now=CLAIM.until) == later


async def test_what_is_released_is_anyones(store: ClaimStore) -> None:
    await store.claim("mark", CLAIM, now=NOW)

    await store.release("mark", CLAIM.by)

    assert await store.claim("mark", OTHER, now=NOW) is None


async def test_nobody_releases_what_another_claimed_or_what_is_answered(store: ClaimStore) -> None:
    await store.claim("mark", CLAIM, now=NOW)

    await store.release("mark", OTHER.by)
    assert await store.claim("mark", OTHER, now=NOW) == CLAIM

    answered = replace(CLAIM, answer=ANSWER)
    await store.finish("mark", answered)
    await store.release("mark", CLAIM.by)
    assert await store.claim("mark", OTHER, now=NOW) == answered


async def test_what_nobody_claimed_is_neither_finished_nor_released(store: ClaimStore) -> None:
    assert not await store.finish("mark", replace(CLAIM, answer=ANSWER))
    await store.release("mark", CLAIM.by)

    assert await store.claim("mark", OTHER, now=NOW) is None


async def test_of_many_at_the_same_moment_one_finds_nothing(store: ClaimStore) -> None:
    attempts = [replace(CLAIM, by=f"{number:x}" * 32) for number in range(16)]

    found = await asyncio.gather(*(store.claim("mark", attempt, now=NOW) for attempt in attempts))

    [first] = [attempt for attempt, kept in zip(attempts, found, strict=True) if kept is None]
    # Of two servers, one may hear of its neighbour at the same server, who is about to hear of the first.
    neighbours = {attempt.by for attempt in attempts[:2]} if isinstance(store, _Alternately) else set()
    assert {kept.by for kept in found if kept is not None} <= {first.by} | neighbours


async def test_what_holds_no_more_is_swept_up(store: ClaimStore) -> None:
    for number in range(5):
        await store.claim(f"old {number}", CLAIM, now=NOW)

    await store.claim("new", replace(CLAIM, until=NOW + 99_999), now=CLAIM.until)

    if isinstance(store, MemoryClaims):
        assert set(store._claims) == {"new"}
    elif isinstance(store, SqliteClaims):
        rows = await store.database.run(
            lambda connection: connection.execute("SELECT mark FROM idempotency").fetchall()
        )
        assert [row["mark"] for row in rows] == ["new"]
    elif (marks := await _marks_in_postgres(store)) is not None:
        assert marks == ["new"]
    for number in range(5):
        assert await store.claim(f"old {number}", OTHER, now=CLAIM.until) is None


async def _marks_in_postgres(store: ClaimStore) -> list[str] | None:
    """Return the marks that lie in the table of ``store``, ``None`` where it has none in PostgreSQL."""
    if isinstance(store, _Alternately | MemoryClaims | SqliteClaims):
        return None
    from sqlalchemy import select

    from epicrisis.storage.postgres.idempotency import PostgresClaims
    from epicrisis.storage.postgres.tables import idempotency

    assert isinstance(store, PostgresClaims)
    return list(await store.database.run(lambda connection: connection.scalars(select(idempotency.c.mark)).all()))


async def test_answers_in_memory_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    from epicrisis.storage import memory

    monkeypatch.setattr(memory, "MOST_ANSWER_BYTES", 10)
    store = MemoryClaims()
    for mark in ("first", "second", "third"):
        await store.claim(mark, CLAIM, now=NOW)
        await store.finish(mark, replace(CLAIM, answer=b"seven b"))

    assert await store.claim("third", OTHER, now=NOW) is not None
    assert await store.claim("first", OTHER, now=NOW) is None


async def test_a_redis_that_is_away_leaves_each_server_its_own(tmp_path: Path) -> None:
    with running_redis() as redis:
        link = RedisLink(redis.url, patience=5)
        here = RedisClaims(link, MemoryClaims())
        await here.claim("before", CLAIM, now=NOW)
        redis.kill()

        assert await here.claim("before", OTHER, now=NOW) == CLAIM
        assert await here.claim("since", CLAIM, now=NOW) is None
        assert await here.finish("since", replace(CLAIM, answer=ANSWER))
        assert await here.claim("since", OTHER, now=NOW) == replace(CLAIM, answer=ANSWER)
        assert link.degraded
        await link.close()
