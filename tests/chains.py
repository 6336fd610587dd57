"""Audit logs to tamper with: in memory, or in a file whose guards are taken down first, as a thief would."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from epicrisis.services.audit import Audit, AuditEntry, AuditStore
from epicrisis.services.audit_chain import AuditHead, AuditRow
from epicrisis.services.key_records import Secret
from epicrisis.storage.memory import MemoryAudit
from epicrisis.storage.sqlite import FILE

# 2031-02-03T04:05:00Z.
BEGAN = 1_927_857_900.0

SECRET = b"the secret of the tests, long enough for an HMAC"


class FixedSecret:
    """A secret the tests know."""

    def __init__(self, secret: bytes = SECRET) -> None:
        self._secret = secret

    def known(self) -> bytes:
        return self._secret

    def ensured(self) -> bytes:
        return self._secret


def entry(number: int, **changed: str) -> AuditEntry:
    """Return an entry that differs from those of other numbers."""
    return AuditEntry(BEGAN + number, "k3v9x0q2m7aa", "redact", counts={"NAME": number}, **changed)


async def recorded(rows: int, store: AuditStore | None = None, *, secret: Secret | None = None) -> Audit:
    """Return a log of so many rows, in memory where no ``store`` is given."""
    audit = Audit(store or MemoryAudit(), secret or FixedSecret())
    for number in range(1, rows + 1):
        await audit.record(entry(number))
    return audit


class Doctored(MemoryAudit):
    """A log that holds what somebody put there."""

    def __init__(self, rows: Sequence[AuditRow], head: AuditHead | None) -> None:
        super().__init__()
        self._rows = {row.number: row for row in rows}
        self._head = head


def break_in(data: Path, *statements: str) -> None:
    """Run ``statements`` on the file of a log, once its triggers are gone."""
    with closing(sqlite3.connect(data / FILE)) as file, file:
        file.execute("PRAGMA ignore_check_constraints = ON")
        triggers = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for name in triggers:
            file.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            file.execute(statement)
