"""The audit log in PostgreSQL, written in a role that can add to it and change nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, insert, select, text
from sqlalchemy.dialects.postgresql import insert as put
from sqlalchemy.exc import IntegrityError

from epicrisis.errors import StorageError
from epicrisis.services.audit_chain import AuditHead, AuditRow, Grown
from epicrisis.storage.postgres.database import PostgresDatabase
from epicrisis.storage.postgres.tables import audit_head, audit_log

ROLE = "epicrisis_audit"

# Until the end of the transaction: one row after the other, also where there is no head yet that could be locked.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('epicrisis audit'))")

# Where the role could not be made, or is not lent to this user, the triggers alone refuse changes.
_BE_THE_ROLE = text(
    "SELECT set_config('role', rolname, true) FROM pg_roles "
    "WHERE rolname = :role AND pg_has_role(current_user, oid, 'MEMBER')"
)


def as_writer(connection: Connection) -> None:
    """Be, for the rest of the transaction, the role that adds to the logs and changes nothing, where there is one."""
    connection.execute(_BE_THE_ROLE, {"role": ROLE})


class PostgresAudit:
    """The audit log as long as the database lives, written by every server that uses it."""

    def __init__(self, database: PostgresDatabase) -> None:
        self.database = database

    async def append(self, grow: Callable[[AuditHead | None], Grown]) -> AuditRow:
        """Keep the row and the head that ``grow`` makes of the head kept: one transaction, one writer at a time."""

        def appended(connection: Connection) -> AuditRow:
            as_writer(connection)
            connection.execute(_ONE_AT_A_TIME)
            row, head = grow(_head(connection))
            try:
                connection.execute(insert(audit_log).values(number=row.number, entry=row.entry, link=row.link))
            except IntegrityError as error:
                raise StorageError(
                    f"The audit log has a row {row.number} already; run `epicrisis audit verify`."
                ) from error
            values = {"count": head.count, "link": head.link, "seal": head.seal}
            connection.execute(
                put(audit_head).values(one=1, **values).on_conflict_do_update(index_elements=["one"], set_=values)
            )
            return row

        return await self.database.run(appended)

    async def rows(self, *, after: int = 0, limit: int = 1000) -> Sequence[AuditRow]:
        """Return up to ``limit`` rows whose numbers come after ``after``, in their order."""
        if not self.database.exists:
            return []
        query = select(audit_log).where(audit_log.c.number > after).order_by(audit_log.c.number).limit(limit)
        return await self.database.run(
            lambda connection: [
                AuditRow(row.number, bytes(row.entry), bytes(row.link)) for row in connection.execute(query)
            ]
        )

    async def head(self) -> AuditHead | None:
        """Return the head, or ``None`` where nothing was ever recorded."""
        return await self.database.run(_head) if self.database.exists else None


def _head(connection: Connection) -> AuditHead | None:
    query = select(audit_head.c["count"], audit_head.c.link, audit_head.c.seal)
    row = connection.execute(query).first()
    return None if row is None else AuditHead(row[0], bytes(row[1]), bytes(row[2]))
