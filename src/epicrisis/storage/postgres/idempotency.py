"""Requests that may be sent again, and their answers, in PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from epicrisis.errors import StorageError
from epicrisis.services.idempotency import Claim
from epicrisis.storage.postgres.database import PostgresDatabase
from epicrisis.storage.postgres.tables import idempotency

# Swept up by each who comes: more than one that came can have left behind.
_SWEPT = 10
# What is there is let go between two looks once in a blue moon, and three times in a row never.
_LOOKS = 3


class PostgresClaims:
    """Claims as long as they hold, of every server that uses the database."""

    def __init__(self, database: PostgresDatabase) -> None:
        self.database = database

    async def claim(self, mark: str, claim: Claim, *, now: float) -> Claim | None:
        """Keep ``claim``, unless one that is kept there holds after ``now``: then return that one."""
        table, at = idempotency.c, _time(now)
        values = {
            "fingerprint": claim.fingerprint,
            "claimed_by": claim.by,
            "expires_at": _time(claim.until),
            "answer": None,
        }
        # Of two who insert at once, one waits for the other, and then finds what it wrote.
        take = (
            insert(idempotency)
            .values(mark=mark, **values)
            .on_conflict_do_update(index_elements=["mark"], set_=values, where=table.expires_at <= at)
            .returning(table.mark)
        )
        # Rows that another is at are left to it: nobody waits for a sweeper.
        old = (
            select(table.mark)
            .where(table.expires_at <= at, table.mark != mark)
            .limit(_SWEPT)
            .with_for_update(skip_locked=True)
        )

        def claimed(connection: Connection) -> Claim | None:
            connection.execute(delete(idempotency).where(table.mark.in_(old)))
            for _ in range(_LOOKS):
                if connection.execute(take).first() is not None:
                    return None
                row = connection.execute(select(idempotency).where(table.mark == mark)).mappings().first()
                if row is not None:
                    return Claim(row["fingerprint"], row["claimed_by"], row["expires_at"].timestamp(), row["answer"])
            raise StorageError("What is kept of this request does not hold still; send it again.")

        return await self.database.run(claimed)

    async def finish(self, mark: str, claim: Claim) -> bool:
        """Put ``claim`` in the place of what the same attempt claimed; return whether that was still there."""
        change = (
            update(idempotency)
            .where(idempotency.c.mark == mark, idempotency.c.claimed_by == claim.by)
            .values(expires_at=_time(claim.until), answer=claim.answer)
        )
        return await self.database.run(lambda connection: connection.execute(change).rowcount) > 0

    async def release(self, mark: str, by: str) -> None:
        """Forget what the attempt ``by`` claimed and has not finished."""
        table = idempotency.c
        forget = delete(idempotency).where(table.mark == mark, table.claimed_by == by, table.answer.is_(None))
        await self.database.run(lambda connection: connection.execute(forget))


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
