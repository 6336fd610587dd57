"""What clinicians said of differentials, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from epicrisis.services.judgements import Counted, Judged, Judgement, Said
from epicrisis.storage.postgres.database import PostgresDatabase
from epicrisis.storage.postgres.tables import judgements

_TABLE = judgements.c


class PostgresJudgements:
    """Judgements as long as the database lives, counted over every server that uses it."""

    def __init__(self, database: PostgresDatabase) -> None:
        self.database = database

    async def keep(self, judgement: Judgement) -> Judgement | None:
        """Keep ``judgement`` in the place of the one with its id, and return that one; what was known stays known."""
        values = _values(judgement)
        row = insert(judgements).values(values)
        changed = {**values, "known": or_(_TABLE.known, row.excluded.known)}
        put = row.on_conflict_do_update(index_elements=["id"], set_=changed)

        def kept(connection: Connection) -> RowMapping | None:
            query = select(judgements).where(_TABLE.id == judgement.id).with_for_update()
            before = connection.execute(query).mappings().first()
            connection.execute(put)
            return before

        before = await self.database.run(kept)
        return None if before is None else _judgement(before)

    async def about(self, ids: Sequence[str], *, tenant: str = "") -> Sequence[Judgement]:
        """Return those about any of ``ids``, the first said first; to a ``tenant``, what is another's is not there."""
        if not self.database.exists:
            return []
        query = select(judgements).where(_TABLE.about.in_(ids)).order_by(_TABLE.said_at, _TABLE.id)
        query = query.where(_TABLE.tenant == tenant) if tenant else query
        return await self.database.run(
            lambda connection: [_judgement(row) for row in connection.execute(query).mappings()]
        )

    async def totals(self) -> dict[Counted, int]:
        """Return how many of the judgements about known answers say so."""
        if not self.database.exists:
            # A server that was never told anything makes no database.
            return {}
        kinds = (_TABLE.engine, _TABLE.version, _TABLE.judged)
        query = select(*kinds, func.count()).where(_TABLE.known).group_by(*kinds)
        rows = await self.database.run(lambda connection: connection.execute(query).all())
        return {Counted(engine, version, Judged(judged)): times for engine, version, judged, times in rows}


def _values(judgement: Judgement) -> dict[str, Any]:
    said = judgement.said
    return {
        "id": judgement.id,
        "about": said.about,
        "subject": said.subject,
        "judged": said.judged.value,
        "final": said.final,
        "reason": said.reason,
        "said_by": judgement.by,
        "tenant": judgement.tenant,
        "engine": judgement.engine,
        "version": judgement.version,
        "said_at": judgement.at,
        "known": judgement.known,
    }


def _judgement(row: RowMapping) -> Judgement:
    return Judgement(
        id=row["id"],
        said=Said(row["about"], row["subject"], Judged(row["judged"]), row["final"], row["reason"]),
        by=row["said_by"],
        tenant=row["tenant"],
        engine=row["engine"],
        version=row["version"],
        at=row["said_at"],
        known=row["known"],
    )
