"""Answers kept for requests that may be sent again go over to a new encryption key, in every store."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from epicrisis.errors import BrokenSeal, StorageError
from epicrisis.services.access import Principal, Scope
from epicrisis.services.audit import Audit
from epicrisis.services.idempotency import Answer, Claim, ClaimStore, Idempotency
from epicrisis.services.reseal import Reseal, Resealed
from epicrisis.services.seals import SealedColumn, key_of_bytes
from epicrisis.storage.crypto import EncryptionKey, KeyRing
from epicrisis.storage.idempotency import SqliteClaims
from epicrisis.storage.memory import MemoryAudit, MemoryClaims
from epicrisis.storage.redis_claims import RedisClaims, RedisColumn
from epicrisis.storage.redis_link import RedisLink
from epicrisis.storage.sealed import kept_answers
from epicrisis.storage.sqlite import Database
from tests.chains import FixedSecret
from tests.postgres_server import a_postgres_database
from tests.redis_server import running_redis

pytestmark = pytest.mark.anyio

OLD, NEW = EncryptionKey(bytes(range(32))), EncryptionKey(bytes(range(32, 64)))
WHO = Principal("ward", frozenset({Scope.READ}))
# More than are gone through at once here.
MANY, PAGE = 12, 5


def ring(*keys: EncryptionKey) -> KeyRing:
    return KeyRing(keys, secret=FixedSecret())


@dataclass
class Kept:
    """A store, and the column of it that a new key goes through."""

    claims: ClaimStore
    column: SealedColumn[bytes]

    def server(self, *keys: EncryptionKey) -> Idempotency:
        """Return a server that keeps answers here, encrypted with the first of ``keys``."""
        audit = Audit(MemoryAudit(), FixedSecret())
        return Idempotency(self.claims, FixedSecret(), seals=ring(*keys), audit=audit, runs=3_600)

    async def asked(self, key: str, *keys: EncryptionKey) -> Answer | None:
        """Send the request with ``key`` (again), and answer it where it is to be done."""
        server = self.server(*keys)
        attempt = server.attempt(WHO, key, sent=key.encode(), route="/v1/redactions", request_id="r")
        answer = await server.begin(attempt)
        if answer is None:
            await server.finish(attempt, Answer("r", 200, [], f"{key}: Ana Ruiz Prueba".encode()))
        return answer

    async def rows(self) -> dict[str, bytes]:
        rows: dict[str, bytes] = {}
        while page := await self.column.page(after=max(rows, default=""), limit=100):
            rows |= dict(page)
        return rows


@pytest.fixture(params=["sqlite", "postgres", "redis"])
async def kept(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Kept]:
    if request.param == "sqlite":
        database = Database(tmp_path)
        yield Kept(SqliteClaims(database), kept_answers(database))
        database.close()
    elif request.param == "postgres":
        with a_postgres_database() as postgres:
            from epicrisis.storage.postgres.columns import kept_answers as in_postgres
            from epicrisis.storage.postgres.idempotency import PostgresClaims

            yield Kept(PostgresClaims(postgres), in_postgres(postgres))
    else:
        with running_redis() as redis:
            link = RedisLink(redis.url, patience=10)
            # A server that has nothing of it but what Redis tells.
            yield Kept(_Elsewhere(link), RedisColumn(RedisLink(redis.url, patience=10)))
            await link.close()


class _Elsewhere:
    """Each request comes to another server."""

    def __init__(self, link: RedisLink) -> None:
        self.link = link

    def _server(self) -> RedisClaims:
        here = MemoryClaims()
        return RedisClaims(self.link, here)

    async def claim(self, mark: str, claim: Claim, *, now: float) -> Claim | None:
        self._last = self._server()
        return await self._last.claim(mark, claim, now=now)

    async def finish(self, mark: str, claim: Claim) -> bool:
        return await self._last.finish(mark, claim)

    async def release(self, mark: str, by: str) -> None:
        await self._last.release(mark, by)


async def test_after_the_rotation_the_old_key_can_go_and_every_answer_is_told_again(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("epicrisis.services.reseal._PAGE", PAGE)
    for number in range(MANY):
        assert await kept.asked(f"key {number}", OLD) is None
    # One that is being done meanwhile has no answer yet.
    await kept.claims.claim("0" * 64, Claim(b"another", "b" * 32, time.time() + 3_600), now=time.time())

    done = await Reseal([kept.column], ring(NEW, OLD))()

    assert done == Resealed(renewed=MANY)
    assert {key_of_bytes(each) for each in (await kept.rows()).values()} == {NEW.id}
    for number in range(MANY):
        answer = await kept.asked(f"key {number}", NEW)
        assert answer is not None
        assert answer.body == f"key {number}: Ana Ruiz Prueba".encode()


async def test_without_it_the_old_key_cannot_go(kept: Kept) -> None:
    await kept.asked("key", OLD)

    with pytest.raises(BrokenSeal):
        await kept.asked("key", NEW)


async def test_a_rotation_that_was_stopped_goes_on_where_it_was(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(10):
        await kept.asked(f"key {number}", OLD)
    swap, swaps = type(kept.column).swap, list[str]()

    async def stopped(self: SealedColumn[bytes], row: str, before: bytes, now: bytes) -> bool:
        if len(swaps) == 4:
            raise StorageError
        swaps.append(row)
        return await swap(kept.column, row, before, now)

    monkeypatch.setattr(type(kept.column), "swap", stopped)
    with pytest.raises(StorageError):
        await Reseal([kept.column], ring(NEW, OLD))()
    monkeypatch.undo()

    assert await Reseal([kept.column], ring(NEW, OLD))() == Resealed(renewed=6)
    assert await kept.asked("key 7", NEW) is not None


async def test_an_answer_that_came_meanwhile_is_not_written_over(kept: Kept) -> None:
    await kept.asked("key", OLD)
    [(mark, before)] = (await kept.rows()).items()

    assert not await kept.column.swap(mark, b"another", b"new")
    assert await kept.column.swap(mark, before, before)
    assert not await kept.column.swap("f" * 64, before, b"new")
    assert await kept.rows() == {mark: before}


async def test_redis_forgets_an_answer_when_it_would_have() -> None:
    with running_redis() as redis:
        link = RedisLink(redis.url, patience=10)
        kept = Kept(_Elsewhere(link), RedisColumn(link))
        await kept.asked("key", OLD)

        await Reseal([kept.column], ring(NEW, OLD))()

        [name] = await link.client.keys("epicrisis:request:*")
        assert 86_000_000 < await link.client.pttl(name) <= 86_400_000
        await link.close()


async def test_a_redis_that_is_down_is_said() -> None:
    with running_redis() as redis:
        url = redis.url

    with pytest.raises(StorageError, match="EPICRISIS_REDIS_URL"):
        await RedisColumn(RedisLink(url)).page(after="", limit=1)
