"""P8: over lines to Redis and PostgreSQL that are late, dripping, cut, silent or lost, nobody waits without end."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from epicrisis.errors import StorageError
from epicrisis.storage.answers import RedisAnswers
from epicrisis.storage.redis_link import RedisLink
from epicrisis.storage.tally import RedisTally
from tests.fault_proxy import SILENT, Fault, FaultProxy, faulty
from tests.load import posting
from tests.postgres_server import a_postgres_address, at, shared_server
from tests.redis_server import running_redis
from tests.serving import Server, running
from tests.sockets import soon

TROUBLES = {
    "late": Fault(late_seconds=1.0),
    "dripping": Fault(bytes_per_second=10, slice_bytes=1),
    "cut": Fault(cut_after=9),
    "silent": SILENT,
}


@pytest.mark.anyio
@pytest.mark.parametrize("trouble", [*TROUBLES, "lost"])
async def test_a_line_to_redis_costs_a_moment_and_is_used_again_when_it_is_repaired(trouble: str) -> None:
    with running_redis() as redis, faulty(redis.port) as line:
        url = f"redis://127.0.0.1:{line.port}/0"
        # More patient than a server is, for the sake of a busy machine.
        answers = RedisAnswers(url, seconds=60, patience=0.4, rest=0.3)
        tally = RedisTally(RedisLink(url, patience=0.4, rest=0.3))
        await until_it_is_used(answers, tally)

        spoil(line, trouble)
        waited = 0.0
        for _ in range(10):
            started = time.monotonic()
            assert await answers.get([b"key"]) == [None]
            assert (await tally.spend("ward", limit=10_000)).granted
            waited = max(waited, time.monotonic() - started)
        degraded = tally.degraded
        line.repair()

        assert degraded
        # What is kept there is asked for, and counted: each in the time it has.
        assert waited < 3
        await until_it_is_used(answers, tally)
        await answers.close()
        await tally.close()


async def until_it_is_used(answers: RedisAnswers, tally: RedisTally) -> None:
    for _ in soon("Redis is used", within=20):
        await answers.put({b"key": b"answer"})
        kept = await answers.get([b"key"])
        await tally.spend("ward", limit=10_000)
        if kept == [b"answer"] and not (tally.degraded or answers.degraded):
            return
        await asyncio.sleep(0.1)


def spoil(line: FaultProxy, trouble: str) -> None:
    if trouble == "lost":
        line.lose()
    else:
        line.spoil(TROUBLES[trouble])


@pytest.fixture(scope="module")
def kept() -> Iterator[tuple[Server, FaultProxy]]:
    """Lend a server, and the line to its database."""
    with a_postgres_address(), faulty(shared_server().cluster / ".s.PGSQL.5432") as line:
        through_it = f"postgresql://epicrisis@127.0.0.1:{line.port}/postgres"
        with running(EPICRISIS_DATABASE_URL=through_it) as (server, _):
            yield server, line


@pytest.mark.alone
@pytest.mark.parametrize("trouble", [*TROUBLES, "lost"])
def test_a_line_to_the_database_costs_what_needs_it_a_moment_and_the_rest_nothing(
    kept: tuple[Server, FaultProxy], trouble: str
) -> None:
    server, line = kept
    until_it_is_kept(server)

    spoil(line, trouble)
    refused = [timed(server, opinion()) for _ in range(6)]
    read = [timed(server, posting("/predict", {"sentence": "Denies chest pain."})) for _ in range(3)]
    health = server.send(b"GET /ready HTTP/1.1\r\nHost: here\r\n\r\n")
    line.repair()

    assert {status for status, _ in refused} == {503}
    assert max(waited for _, waited in refused) < 2
    assert {status for status, _ in read} == {200}
    assert max(waited for _, waited in read) < 1
    assert health is not None
    assert (health.status, health.json()["status"]) == (200, "degraded")
    until_it_is_kept(server)


@pytest.mark.anyio
async def test_connections_that_are_lost_keep_no_thread_and_no_place_in_the_pool() -> None:
    from epicrisis.storage.postgres.database import CONNECTIONS, PostgresDatabase

    with a_postgres_address(), faulty(shared_server().cluster / ".s.PGSQL.5432") as line:
        place = at(f"postgresql://epicrisis@127.0.0.1:{line.port}/postgres")
        database = PostgresDatabase(place, patience=0.3, rest=0.01)

        async def answered() -> bool:
            with suppress(StorageError):
                return await database.run(lambda connection: connection.exec_driver_sql("SELECT true").scalar_one())
            return False

        assert await asyncio.gather(*(answered() for _ in range(CONNECTIONS))) == [True] * CONNECTIONS
        before = threading.active_count()

        line.lose()
        # More than there are places: each of them waits for what never comes.
        for _ in range(CONNECTIONS):
            assert not await answered()
            await asyncio.sleep(0.02)
            leaving = asyncio.create_task(answered())
            await asyncio.sleep(0.05)
            leaving.cancel()
        line.repair()
        # Whether there is a place is asked from here on, not how busy this machine is.
        database.patience = 5.0

        for _ in soon("the database answers again", within=20):
            if await answered():
                break
        for _ in soon("no thread waits", within=20):
            if threading.active_count() <= before:
                break
        database.close()


def opinion() -> bytes:
    said = {"request_id": "0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11", "given": "ABSENT", "right": "PRESENT"}
    return posting("/v1/feedback", said)


def timed(server: Server, sent: bytes) -> tuple[int, float]:
    started = time.monotonic()
    answer = server.send(sent)
    assert answer is not None
    # Who is refused at once comes again in a while.
    waited = time.monotonic() - started
    time.sleep(max(0.0, 0.3 - waited))
    return answer.status, waited


def until_it_is_kept(server: Server) -> None:
    for _ in soon("opinions are kept", within=10):
        if timed(server, opinion())[0] == 201:
            return
