"""The record of redactions in PostgreSQL: the table ``phi_audit_log`` of contract H."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping, select
from sqlalchemy.dialects.postgresql import insert

from epicrisis.services.redaction_log import RedactionRecord
from epicrisis.storage.postgres.audit import as_writer
from epicrisis.storage.postgres.database import PostgresDatabase
from epicrisis.storage.postgres.tables import phi_audit_log


class PostgresRedactionLog:
    """Records of redactions as long as the database lives, of every server that uses it."""

    def __init__(self, database: PostgresDatabase) -> None:
        self.database = database

    async def keep(self, record: RedactionRecord) -> None:
        """Keep ``record``; one whose id is kept already stays as it is."""
        values = {
            "id": record.id,
            "created_at": record.created_at,
            "request_id": record.request_id,
            "route": record.route,
            "policy": record.policy,
            "kinds": dict(record.kinds),
            "redaction_count": record.redaction_count,
            "text_hash": record.text_hash,
            "engine": record.engine,
            "version": record.version,
        }
        statement = insert(phi_audit_log).values(values).on_conflict_do_nothing(index_elements=["id"])

        def kept(connection: Connection) -> None:
            as_writer(connection)
            connection.execute(statement)

        await self.database.run(kept)

    async def latest(self, *, limit: int = 100) -> list[RedactionRecord]:
        """Return the records kept last, the newest first."""
        if not self.database.exists:
            return []
        query = select(phi_audit_log).order_by(phi_audit_log.c.number.desc()).limit(limit)
        return await self.database.run(
            lambda connection: [_record(row) for row in connection.execute(query).mappings()]
        )


def _record(row: RowMapping) -> RedactionRecord:
    return RedactionRecord(
        id=row["id"],
        created_at=row["created_at"],
        route=row["route"],
        kinds=row["kinds"],
        text_hash=row["text_hash"],
        engine=row["engine"],
        version=row["version"],
        policy=row["policy"],
        request_id=row["request_id"],
    )
