from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from epicrisis.errors import StorageError
from epicrisis.services.audit import Audit, AuditEntry
from epicrisis.services.audit_chain import AuditHead, AuditRow, Grown
from epicrisis.services.redaction_log import RedactionRecord
from epicrisis.services.spooling import SpoolingAudit, SpoolingRedactionLog, keep_draining
from epicrisis.storage.memory import MemoryAudit, MemoryRedactionLog, MemorySecret
from epicrisis.storage.spool import MemorySpool
from tests.contract.test_redaction_logs import RECORD

pytestmark = pytest.mark.anyio


class WaywardAudit(MemoryAudit):
    """The twin in memory, which can be down, and can keep a row and lose the answer."""

    def __init__(self) -> None:
        super().__init__()
        self.down = False
        self.lose_answers = 0

    async def append(self, grow: Callable[[AuditHead | None], Grown]) -> AuditRow:
        if self.down:
            raise StorageError
        row = await super().append(grow)
        if self.lose_answers:
            self.lose_answers -= 1
            raise StorageError
        return row


@pytest.fixture
def store() -> WaywardAudit:
    return WaywardAudit()


@pytest.fixture
def audit(store: WaywardAudit) -> SpoolingAudit:
    return SpoolingAudit(store, MemorySecret(), spool=MemorySpool())


def entry(number: int) -> AuditEntry:
    return AuditEntry(at=float(number), who="ward", action="redact", counts={"NAME": number})


async def recorded(audit: Audit) -> list[float]:
    return [AuditEntry.of(row.entry).at for row in await audit.store.rows()]


async def test_what_comes_while_the_database_is_down_is_recorded_later_in_order(
    audit: SpoolingAudit, store: WaywardAudit
) -> None:
    await audit.record(entry(1))
    store.down = True
    row = await audit.record(entry(2))
    await audit.record(entry(3))
    store.down = False
    # Nobody overtakes those who wait.
    await audit.record(entry(4))

    assert row.number == 0
    assert audit.pending
    assert await audit.drain() == 3

    assert await recorded(audit) == [1, 2, 3, 4]
    assert await audit.verify() is None
    assert not audit.pending


async def test_a_row_that_was_kept_though_the_answer_was_lost_is_not_recorded_again(
    audit: SpoolingAudit, store: WaywardAudit
) -> None:
    await audit.record(entry(1))
    store.lose_answers = 1
    await audit.record(entry(2))
    await audit.record(entry(3))

    assert await audit.drain() == 1

    assert await recorded(audit) == [1, 2, 3]


async def test_a_drain_that_was_cut_short_goes_on_where_it_was(audit: SpoolingAudit, store: WaywardAudit) -> None:
    store.down = True
    for number in range(1, 5):
        await audit.record(entry(number))
    store.down, store.lose_answers = False, 1
    with pytest.raises(StorageError):
        await audit.drain()

    # Another server takes the batch over: it knows no more than what is written.
    heir = SpoolingAudit(store, audit.secret, spool=audit.spool)
    await heir.drain()

    assert await recorded(audit) == [1, 2, 3, 4]
    assert await audit.verify() is None


async def test_records_of_redactions_wait_too_and_are_kept_once() -> None:
    class Wayward(MemoryRedactionLog):
        down = True

        async def keep(self, record: RedactionRecord) -> None:
            if self.down:
                raise StorageError
            await super().keep(record)

    store = Wayward()
    log = SpoolingRedactionLog(store, spool=MemorySpool())
    await log.keep(RECORD)
    await log.keep(RECORD)
    store.down = False
    await log.drain()

    assert list(await log.latest()) == [RECORD]


async def test_what_is_aside_comes_home_by_itself_once_the_database_answers(
    audit: SpoolingAudit, store: WaywardAudit, caplog: pytest.LogCaptureFixture
) -> None:
    store.down = True
    await audit.record(entry(1))
    draining = asyncio.create_task(keep_draining([audit], every=0.01))
    await asyncio.sleep(0.1)
    still_there = audit.pending
    store.down = False
    async with asyncio.timeout(10):
        while audit.pending:
            await asyncio.sleep(0.01)
    draining.cancel()

    assert still_there
    assert await recorded(audit) == [1]
    # Told once, though it was tried again and again.
    assert caplog.text.count("what is aside stays there") == 1
