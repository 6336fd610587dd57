"""What must be kept although the database is down: written aside, encrypted, and put in its place in order later."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from epicrisis.errors import EpicrisisError, StorageError
from epicrisis.services.audit import PAGE, Audit, AuditEntry, AuditStore
from epicrisis.services.audit_chain import AuditRow
from epicrisis.services.key_records import Secret
from epicrisis.services.redaction_log import RedactionLog, RedactionRecord

log = logging.getLogger(__name__)

# Promised are ten seconds until everything is as before (P11).
DRAINED_EVERY_SECONDS = 1.0

_COUNT_BYTES = 8
_NEVER = -1


@dataclass(frozen=True, slots=True)
class Batch:
    """What was written aside first, in its order; ``note`` is what was noted about it, empty the first time."""

    records: Sequence[bytes]
    note: bytes = b""


class Spool(Protocol):
    """Keeps records aside, in order; every method raises ``StorageError`` where it cannot."""

    @property
    def pending(self) -> bool:
        """Whether anything is aside."""
        ...

    async def put(self, record: bytes) -> None:
        """Keep ``record`` behind the others; it is safe when this returns."""
        ...

    async def claim(self) -> Batch | None:
        """Return the oldest batch, the same one until it is ``done``; ``None`` where another process has it."""
        ...

    async def note(self, note: bytes) -> None:
        """Keep ``note`` with the batch that was claimed."""
        ...

    async def done(self) -> None:
        """Let go of the batch that was claimed: all of it is in its place."""
        ...


@runtime_checkable
class Drains(Protocol):
    """Has something aside now and then, and brings it home."""

    @property
    def pending(self) -> bool:
        """Whether anything is aside."""
        ...

    async def drain(self) -> int:
        """Put what is aside into its place, in order, and return how many that were; raises where it cannot yet."""
        ...


class SpoolingAudit(Audit):
    """Records also while the database is down: later, in order, each entry once."""

    def __init__(
        self, store: AuditStore, secret: Secret, *, spool: Spool, now: Callable[[], float] = time.time
    ) -> None:
        super().__init__(store, secret, now=now)
        self.spool = spool
        self._seen = _NEVER

    @property
    def pending(self) -> bool:
        """Whether entries are aside."""
        return self.spool.pending

    async def record(self, entry: AuditEntry) -> AuditRow:
        """Keep ``entry`` at the end of the log; aside, where the database is down: its row then has no number yet.

        Raises:
            StorageError: it can be kept neither there nor here.
        """
        # Whoever comes while others are aside stands in the line behind them.
        if not self.spool.pending:
            try:
                row = await super().record(entry)
            except StorageError:
                log.info("audit entry kept aside")
            else:
                self._seen = row.number
                return row
        kept = entry.to_bytes()
        await self.spool.put(self._seen.to_bytes(_COUNT_BYTES, "big", signed=True) + kept)
        return AuditRow(0, kept, b"")

    async def drain(self) -> int:
        """Put the entries that are aside into the log, in order, and return how many that were.

        Raises:
            StorageError: the database is still down; what is in the log already is not put there again.
            BrokenSeal: what is aside was changed, or sealed with a key that is not at hand.
        """
        drained = 0
        while (batch := await self.spool.claim()) is not None:
            there = await self._there_already(batch)
            for record in batch.records:
                kept = record[_COUNT_BYTES:]
                if there[kept]:
                    there[kept] -= 1
                    continue
                self._seen = (await super().record(AuditEntry.of(kept))).number
                drained += 1
            await self.spool.done()
        return drained

    async def _there_already(self, batch: Batch) -> Counter[bytes]:
        """Return the entries that came into the log since the first of ``batch`` was tried.

        An answer of the database that was lost on its way, and a server that was killed while it drained, leave entries
        both here and there.
        """
        head = await self.store.head()
        count = 0 if head is None else head.count
        seen = [int.from_bytes(record[:_COUNT_BYTES], "big", signed=True) for record in batch.records]
        noted = [int(batch.note)] if batch.note else [count]
        if not batch.note:
            await self.spool.note(str(count).encode())
        after = min([number for number in seen if number != _NEVER] + noted)
        there = Counter[bytes]()
        while after < count and (rows := await self.store.rows(after=after, limit=PAGE)):
            there.update(row.entry for row in rows)
            after = rows[-1].number
        return there


class SpoolingRedactionLog:
    """Keeps records of redactions also while the database is down: later, in order, each once."""

    def __init__(self, store: RedactionLog, *, spool: Spool) -> None:
        self.store = store
        self.spool = spool

    @property
    def pending(self) -> bool:
        """Whether records are aside."""
        return self.spool.pending

    async def keep(self, record: RedactionRecord) -> None:
        """Keep ``record``; aside, where the database is down.

        Raises:
            StorageError: it can be kept neither there nor here.
        """
        if not self.spool.pending:
            try:
                await self.store.keep(record)
            except StorageError:
                log.info("record of a redaction kept aside")
            else:
                return
        await self.spool.put(json.dumps(asdict(record) | {"created_at": record.created_at.isoformat()}).encode())

    async def latest(self, *, limit: int = 100) -> Sequence[RedactionRecord]:
        """Return the records kept last, the newest first; those aside are not among them."""
        return await self.store.latest(limit=limit)

    async def drain(self) -> int:
        """Put the records that are aside into the log, in order, and return how many that were."""
        drained = 0
        while (batch := await self.spool.claim()) is not None:
            for kept in batch.records:
                members = json.loads(kept)
                at = datetime.fromisoformat(members.pop("created_at"))
                # One that is there already, by its id, stays as it is.
                await self.store.keep(RedactionRecord(created_at=at, **members))
                drained += 1
            await self.spool.done()
        return drained


def those_aside(*logs: object) -> list[Drains]:
    """Return those of ``logs`` that keep records aside while the database is down."""
    return [each for each in logs if isinstance(each, Drains)]


async def keep_draining(those: Sequence[Drains], *, every: float = DRAINED_EVERY_SECONDS) -> None:
    """Bring home what is aside as soon as the database answers again, until cancelled."""
    told: set[str] = set()
    while True:
        for each in those:
            if not each.pending:
                continue
            try:
                drained = await each.drain()
            except EpicrisisError as error:
                # Once for each reason: a database that is down for a day shall not fill the log.
                if error.code not in told:
                    told.add(error.code)
                    log.warning("what is aside stays there", extra={"error": error.code})
            else:
                told.clear()
                log.info("what was aside is kept", extra={"records": drained})
        await asyncio.sleep(every)
