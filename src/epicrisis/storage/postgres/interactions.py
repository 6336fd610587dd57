"""What was asked of a differential and answered, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, delete, select
from sqlalchemy.dialects.postgresql import insert

from epicrisis.services.interactions import ALL, Interaction, Looked, SealedInteraction
from epicrisis.storage.postgres.database import PostgresDatabase
from epicrisis.storage.postgres.tables import interactions

_TABLE = interactions.c
_CLEAR = [column for column in _TABLE if column is not _TABLE.content]


class PostgresInteractions:
    """Interactions of every server that uses the database, until they are purged."""

    def __init__(self, database: PostgresDatabase) -> None:
        self.database = database

    async def keep(self, sealed: SealedInteraction) -> None:
        """Keep ``sealed``; one whose id is kept already stays as it is."""
        each = sealed.interaction
        values = {
            "id": each.id,
            "at": each.at,
            "request_id": each.request_id,
            "route": each.route,
            "owner": each.owner,
            "tenant": each.tenant,
            "engine": each.engine,
            "version": each.version,
            "codes": list(each.codes),
            "content": sealed.content,
        }
        statement = insert(interactions).values(values).on_conflict_do_nothing(index_elements=["id"])
        await self.database.run(lambda connection: connection.execute(statement))

    async def find(self, interaction_id: str, *, tenant: str = "") -> SealedInteraction | None:
        """Return the interaction of that id, or ``None``; to a ``tenant``, what is another's is not there."""
        if not self.database.exists:
            return None
        query = select(interactions).where(_TABLE.id == interaction_id)
        query = query.where(_TABLE.tenant == tenant) if tenant else query
        row = await self.database.run(lambda connection: connection.execute(query).mappings().first())
        return None if row is None else SealedInteraction(_interaction(row), bytes(row["content"]))

    async def page(self, looked: Looked = ALL, *, after: int = 0, limit: int = 100) -> Sequence[Interaction]:
        """Return up to ``limit`` of those ``looked`` for, whose numbers come after ``after``, in their order."""
        if not self.database.exists:
            return []
        query = select(*_CLEAR).where(_TABLE.number > after)
        query = query if looked.since is None else query.where(_TABLE.at >= looked.since)
        query = query if looked.until is None else query.where(_TABLE.at < looked.until)
        query = query.where(_TABLE.request_id == looked.request_id) if looked.request_id else query
        query = query.where(_TABLE.tenant == looked.tenant) if looked.tenant else query
        some = query.order_by(_TABLE.number).limit(limit)
        return await self.database.run(
            lambda connection: [_interaction(row) for row in connection.execute(some).mappings()]
        )

    async def purge(self, before: datetime) -> int:
        """Forget those from before ``before``, and return how many that were."""
        if not self.database.exists:
            return 0
        forget = delete(interactions).where(_TABLE.at < before)
        return await self.database.run(lambda connection: connection.execute(forget).rowcount)


def _interaction(row: RowMapping) -> Interaction:
    return Interaction(
        id=row["id"],
        at=row["at"],
        request_id=row["request_id"],
        route=row["route"],
        owner=row["owner"],
        tenant=row["tenant"],
        engine=row["engine"],
        version=row["version"],
        codes=tuple(row["codes"]),
        number=row["number"],
    )
