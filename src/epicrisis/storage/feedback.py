"""What people said was right, in the database."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

from epicrisis.domain.assertions import Status
from epicrisis.services.feedback import Answered, Opinion, Verdict
from epicrisis.storage.sqlite import Database


class SqliteFeedback:
    """Opinions as long as the database lives."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def keep(self, opinion: Opinion) -> Opinion | None:
        """Keep ``opinion`` in the place of the one with its id, and return that one; what was known stays known."""

        def kept(connection: sqlite3.Connection) -> sqlite3.Row | None:
            before: sqlite3.Row | None = connection.execute(
                "SELECT * FROM feedback WHERE id = ?", (opinion.id,)
            ).fetchone()
            connection.execute(
                "INSERT OR REPLACE INTO feedback "
                "(id, request_id, item, target, said_by, engine, version, given, was_right, said_at, known) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*_values(opinion), opinion.known or (before is not None and bool(before["known"]))),
            )
            return before

        row = await self.database.run(kept)
        return None if row is None else _opinion(row)

    async def totals(self) -> dict[Verdict, int]:
        """Return how many of the opinions about known answers say so."""
        if not self.database.exists:
            # A server that was never told anything keeps no file.
            return {}
        rows = await self.database.run(
            lambda connection: connection.execute(
                "SELECT engine, version, given, given = was_right AS agreed, COUNT(*) AS times FROM feedback "
                "WHERE known GROUP BY 1, 2, 3, 4"
            ).fetchall()
        )
        return {
            Verdict(row["engine"], Status(row["given"]), bool(row["agreed"]), row["version"]): row["times"]
            for row in rows
        }


def _values(opinion: Opinion) -> tuple[object, ...]:
    return (
        opinion.id,
        opinion.answer.request_id,
        opinion.answer.item,
        opinion.answer.target,
        opinion.by,
        opinion.engine,
        opinion.version,
        opinion.given.value,
        opinion.right.value,
        opinion.at.timestamp(),
    )


def _opinion(row: sqlite3.Row) -> Opinion:
    return Opinion(
        id=row["id"],
        answer=Answered(row["request_id"], row["item"], row["target"]),
        by=row["said_by"],
        engine=row["engine"],
        version=row["version"],
        given=Status(row["given"]),
        right=Status(row["was_right"]),
        at=datetime.fromtimestamp(row["said_at"], UTC),
        known=bool(row["known"]),
    )
