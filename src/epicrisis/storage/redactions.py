"""The record of redactions in the database."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime

from epicrisis.services.redaction_log import RedactionRecord
from epicrisis.storage.sqlite import Database


class SqliteRedactionLog:
    """Records of redactions as long as the database lives."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def keep(self, record: RedactionRecord) -> None:
        """Keep ``record``; one whose id is kept already stays as it is."""
        values = (
            record.id,
            record.created_at.timestamp(),
            record.request_id,
            record.route,
            record.policy,
            json.dumps(dict(record.kinds), sort_keys=True),
            record.redaction_count,
            record.text_hash,
            record.engine,
            record.version,
        )
        await self.database.run(
            lambda connection: connection.execute(
                "INSERT INTO phi_audit_log (id, created_at, request_id, route, policy, kinds, redaction_count, "
                "text_hash, engine, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
                values,
            )
        )

    async def latest(self, *, limit: int = 100) -> list[RedactionRecord]:
        """Return the records kept last, the newest first."""
        if not self.database.exists:
            return []
        rows = await self.database.run(
            lambda connection: connection.execute(
                "SELECT * FROM phi_audit_log ORDER BY rowid DESC LIMIT ?", (limit,)
            ).fetchall()
        )
        return [_record(row) for row in rows]


def _record(row: sqlite3.Row) -> RedactionRecord:
    return RedactionRecord(
        id=row["id"],
        created_at=datetime.fromtimestamp(row["created_at"], UTC),
        route=row["route"],
        kinds=json.loads(row["kinds"]),
        text_hash=row["text_hash"],
        engine=row["engine"],
        version=row["version"],
        policy=row["policy"],
        request_id=row["request_id"],
    )
