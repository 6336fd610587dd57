"""The audit log in the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from epicrisis.errors import StorageError
from epicrisis.services.audit_chain import AuditHead, AuditRow, Grown
from epicrisis.storage.sqlite import Database


class SqliteAudit:
    """The audit log as long as the database lives, written by every process that opens it."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def append(self, grow: Callable[[AuditHead | None], Grown]) -> AuditRow:
        """Keep the row and the head that ``grow`` makes of the head kept: one transaction, one writer at a time."""

        def appended(connection: sqlite3.Connection) -> AuditRow:
            row, head = grow(_head(connection))
            try:
                connection.execute(
                    "INSERT INTO audit_log (number, entry, link) VALUES (?, ?, ?)", (row.number, row.entry, row.link)
                )
            except sqlite3.IntegrityError as error:
                raise StorageError(
                    f"The audit log has a row {row.number} already; run `epicrisis audit verify`."
                ) from error
            connection.execute(
                "INSERT OR REPLACE INTO audit_head (only, count, link, seal) VALUES (1, ?, ?, ?)",
                (head.count, head.link, head.seal),
            )
            return row

        return await self.database.run(appended)

    async def rows(self, *, after: int = 0, limit: int = 1000) -> Sequence[AuditRow]:
        """Return up to ``limit`` rows whose numbers come after ``after``, in their order."""
        if not self.database.exists:
            # Nothing was recorded, and looking makes no file.
            return []
        return await self.database.run(
            lambda connection: [
                AuditRow(row["number"], _bytes(row["entry"]), _bytes(row["link"]))
                for row in connection.execute(
                    "SELECT number, entry, link FROM audit_log WHERE number > ? ORDER BY number LIMIT ?", (after, limit)
                )
            ]
        )

    async def head(self) -> AuditHead | None:
        """Return the head, or ``None`` where nothing was ever recorded."""
        return await self.database.run(_head) if self.database.exists else None


def _head(connection: sqlite3.Connection) -> AuditHead | None:
    row = connection.execute("SELECT count, link, seal FROM audit_head").fetchone()
    if row is None:
        return None
    count = row["count"] if isinstance(row["count"], int) else -1
    return AuditHead(count, _bytes(row["link"]), _bytes(row["seal"]))


def _bytes(kept: object) -> bytes:
    # SQLite keeps anything in any column, and whoever tampers with a row may put words where bytes belong.
    return kept if isinstance(kept, bytes) else b""
