"""What people said was right, in PostgreSQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from epicrisis.domain.assertions import Status
from epicrisis.services.feedback import Answered, Opinion, Verdict
from epicrisis.storage.postgres.database import PostgresDatabase
from epicrisis.storage.postgres.tables import feedback


class PostgresFeedback:
    """Opinions as long as the database lives, counted over every server that uses it."""

    def __init__(self, database: PostgresDatabase) -> None:
        self.database = database

    async def keep(self, opinion: Opinion) -> Opinion | None:
        """Keep ``opinion`` in the place of the one with its id, and return that one; what was known stays known."""
        values = _values(opinion)
        row = insert(feedback).values(values)
        changed = {**values, "known": or_(feedback.c.known, row.excluded.known)}
        put = row.on_conflict_do_update(index_elements=["id"], set_=changed)

        def kept(connection: Connection) -> RowMapping | None:
            query = select(feedback).where(feedback.c.id == opinion.id).with_for_update()
            before = connection.execute(query).mappings().first()
            connection.execute(put)
            return before

        before = await self.database.run(kept)
        return None if before is None else _opinion(before)

    async def totals(self) -> dict[Verdict, int]:
        """Return how many of the opinions about known answers say so."""
        if not self.database.exists:
            # A server that was never told anything makes no database.
            return {}
        agreed = feedback.c.given == feedback.c.was_right
        query = (
            select(feedback.c.engine, feedback.c.version, feedback.c.given, agreed, func.count())
            .where(feedback.c.known)
            .group_by(feedback.c.engine, feedback.c.version, feedback.c.given, agreed)
        )
        rows = await self.database.run(lambda connection: connection.execute(query).all())
        return {Verdict(engine, Status(given), right, version): times for engine, version, given, right, times in rows}


def _values(opinion: Opinion) -> dict[str, Any]:
    return {
        "id": opinion.id,
        "request_id": opinion.answer.request_id,
        "item": opinion.answer.item,
        "target": opinion.answer.target,
        "said_by": opinion.by,
        "engine": opinion.engine,
        "version": opinion.version,
        "given": opinion.given.value,
        "was_right": opinion.right.value,
        "said_at": opinion.at,
        "known": opinion.known,
    }


def _opinion(row: RowMapping) -> Opinion:
    return Opinion(
        id=row["id"],
        answer=Answered(row["request_id"], row["item"], row["target"]),
        by=row["said_by"],
        engine=row["engine"],
        version=row["version"],
        given=Status(row["given"]),
        right=Status(row["was_right"]),
        at=row["said_at"],
        known=row["known"],
    )
