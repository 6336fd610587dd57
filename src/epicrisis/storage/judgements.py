"""What clinicians said of differentials, in the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

from epicrisis.services.judgements import Counted, Judged, Judgement, Said
from epicrisis.storage.sqlite import Database


class SqliteJudgements:
    """Judgements as long as the database lives."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def keep(self, judgement: Judgement) -> Judgement | None:
        """Keep ``judgement`` in the place of the one with its id, and return that one; what was known stays known."""

        def kept(connection: sqlite3.Connection) -> sqlite3.Row | None:
            before: sqlite3.Row | None = connection.execute(
                "SELECT * FROM judgements WHERE id = ?", (judgement.id,)
            ).fetchone()
            connection.execute(
                "INSERT OR REPLACE INTO judgements (id, about, subject, judged, final, reason, said_by, tenant, "
                "engine, version, said_at, known) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*_values(judgement), judgement.known or (before is not None and bool(before["known"]))),
            )
            return before

        row = await self.database.run(kept)
        return None if row is None else _judgement(row)

    async def about(self, ids: Sequence[str], *, tenant: str = "") -> Sequence[Judgement]:
        """Return those about any of ``ids``, the first said first; to a ``tenant``, what is another's is not there."""
        if not self.database.exists:
            return []
        places = ", ".join("?" * len(ids))
        query = f"SELECT * FROM judgements WHERE about IN ({places}) AND ? IN ('', tenant) ORDER BY said_at, id"
        rows = await self.database.run(lambda connection: connection.execute(query, (*ids, tenant)).fetchall())
        return [_judgement(row) for row in rows]

    async def totals(self) -> dict[Counted, int]:
        """Return how many of the judgements about known answers say so."""
        if not self.database.exists:
            # A server that was never told anything keeps no file.
            return {}
        query = "SELECT engine, version, judged, COUNT(*) AS times FROM judgements WHERE known GROUP BY 1, 2, 3"
        rows = await self.database.run(lambda connection: connection.execute(query).fetchall())
        return {Counted(row["engine"], row["version"], Judged(row["judged"])): row["times"] for row in rows}


def _values(judgement: Judgement) -> tuple[object, ...]:
    said = judgement.said
    return (
        judgement.id, said.about, said.subject, said.judged.value, said.final, said.reason, judgement.by,
        judgement.tenant, judgement.engine, judgement.version, judgement.at.timestamp(),
    )  # fmt: skip


def _judgement(row: sqlite3.Row) -> Judgement:
    return Judgement(
        id=row["id"],
        said=Said(row["about"], row["subject"], Judged(row["judged"]), row["final"], row["reason"]),
        by=row["said_by"],
        tenant=row["tenant"],
        engine=row["engine"],
        version=row["version"],
        at=datetime.fromtimestamp(row["said_at"], UTC),
        known=bool(row["known"]),
    )
