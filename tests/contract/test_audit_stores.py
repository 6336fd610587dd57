"""What every store of the audit log must do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest

from epicrisis.errors import StorageError
from epicrisis.services.audit import Audit, AuditEntry, AuditStore
from epicrisis.services.audit_chain import AuditHead, AuditRow, Grown
from epicrisis.storage.audit import SqliteAudit
from epicrisis.storage.memory import MemoryAudit, MemorySecret
from epicrisis.storage.sqlite import Database
from tests.postgres_server import a_postgres_database

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AuditStore]:
    if request.param == "memory":
        yield MemoryAudit()
        return
    if request.param == "postgres":
        with a_postgres_database() as postgres:
            from epicrisis.storage.postgres.audit import PostgresAudit

            yield PostgresAudit(postgres)
        return
    database = Database(tmp_path)
    yield SqliteAudit(database)
    database.close()


def grown(number: int) -> Grown:
    """Return a row and a head with bytes of every kind in them."""
    return (
        AuditRow(number, b'{"who":"\xc3\xb1"}', bytes([number, 0, 255])),
        AuditHead(number, bytes([number, 0, 255]), b"\x00seal\xff"),
    )


async def fill(store: AuditStore, rows: int) -> None:
    for number in range(1, rows + 1):
        await store.append(lambda head, number=number: grown(number))  # type: ignore[misc]


async def test_knows_nothing_that_nobody_recorded(store: AuditStore) -> None:
    assert await store.head() is None
    assert list(await store.rows()) == []


async def test_gives_back_what_it_was_given(store: AuditStore) -> None:
    row, head = grown(1)

    assert await store.append(lambda _: (row, head)) == row

    assert list(await store.rows()) == [row]
    assert await store.head() == head


async def test_hands_out_the_head_that_is_kept(store: AuditStore) -> None:
    seen: list[AuditHead | None] = []

    def grow(head: AuditHead | None) -> Grown:
        seen.append(head)
        return grown(len(seen))

    for _ in range(3):
        await store.append(grow)

    assert seen == [None, grown(1)[1], grown(2)[1]]


async def test_pages_go_on_behind_a_number(store: AuditStore) -> None:
    await fill(store, 5)

    assert [row.number for row in await store.rows(limit=2)] == [1, 2]
    assert [row.number for row in await store.rows(after=2, limit=2)] == [3, 4]
    assert [row.number for row in await store.rows(after=4)] == [5]
    assert list(await store.rows(after=5)) == []


async def test_nothing_is_written_over(store: AuditStore) -> None:
    await fill(store, 2)

    with pytest.raises(StorageError, match="epicrisis audit verify"):
        await store.append(lambda head: (AuditRow(2, b"other", b"other"), AuditHead(2, b"other", b"other")))

    assert list(await store.rows()) == [grown(1)[0], grown(2)[0]]
    assert await store.head() == grown(2)[1]


async def test_what_fails_on_its_way_leaves_nothing(store: AuditStore) -> None:
    await fill(store, 1)

    def fail(head: AuditHead | None) -> Grown:
        raise LookupError

    with pytest.raises(LookupError):
        await store.append(fail)
    await store.append(lambda head: grown(2))

    assert [row.number for row in await store.rows()] == [1, 2]


async def test_many_who_record_at_once_stand_in_one_line(store: AuditStore) -> None:
    audit = Audit(store, MemorySecret())

    async with anyio.create_task_group() as group:
        for number in range(40):
            group.start_soon(audit.record, AuditEntry(float(number), "ward 3, «Sur»", "redact"))

    assert [row.number for row in await store.rows()] == list(range(1, 41))
    assert await audit.verify() is None
