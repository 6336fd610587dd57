"""Requests that may be sent again, and their answers, in the database."""

from __future__ import annotations

import sqlite3

from epicrisis.services.idempotency import Claim
from epicrisis.storage.sqlite import Database


class SqliteClaims:
    """Claims as long as they hold, of every process that uses the file."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def claim(self, mark: str, claim: Claim, *, now: float) -> Claim | None:
        """Keep ``claim``, unless one that is kept there holds after ``now``: then return that one."""

        def claimed(connection: sqlite3.Connection) -> Claim | None:
            # Whoever comes sweeps up: what holds no more is of no use to anybody.
            connection.execute("DELETE FROM idempotency WHERE expires_at <= ?", (now,))
            row = connection.execute("SELECT * FROM idempotency WHERE mark = ?", (mark,)).fetchone()
            if row is not None:
                return Claim(row["fingerprint"], row["claimed_by"], row["expires_at"], row["answer"])
            connection.execute(
                "INSERT INTO idempotency (mark, fingerprint, claimed_by, expires_at) VALUES (?, ?, ?, ?)",
                (mark, claim.fingerprint, claim.by, claim.until),
            )
            return None

        return await self.database.run(claimed)

    async def finish(self, mark: str, claim: Claim) -> bool:
        """Put ``claim`` in the place of what the same attempt claimed; return whether that was still there."""
        change = "UPDATE idempotency SET expires_at = ?, answer = ? WHERE mark = ? AND claimed_by = ?"
        values = (claim.until, claim.answer, mark, claim.by)
        return await self.database.run(lambda connection: connection.execute(change, values).rowcount) > 0

    async def release(self, mark: str, by: str) -> None:
        """Forget what the attempt ``by`` claimed and has not finished."""
        forget = "DELETE FROM idempotency WHERE mark = ? AND claimed_by = ? AND answer IS NULL"
        await self.database.run(lambda connection: connection.execute(forget, (mark, by)))
