"""What was asked of a differential and answered, in the database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

from epicrisis.services.interactions import ALL, Interaction, Looked, SealedInteraction
from epicrisis.storage.sqlite import Database

_CLEAR = "number, id, at, request_id, route, owner, tenant, engine, version, codes"


class SqliteInteractions:
    """Interactions as long as the database lives, or until they are purged."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def keep(self, sealed: SealedInteraction) -> None:
        """Keep ``sealed``; one whose id is kept already stays as it is."""
        each = sealed.interaction
        values = (
            each.id, each.at.timestamp(), each.request_id, each.route, each.owner, each.tenant, each.engine,
            each.version, json.dumps(each.codes), sealed.content,
        )  # fmt: skip
        await self.database.run(
            lambda connection: connection.execute(
                "INSERT INTO interactions (id, at, request_id, route, owner, tenant, engine, version, codes, content) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
                values,
            )
        )

    async def find(self, interaction_id: str, *, tenant: str = "") -> SealedInteraction | None:
        """Return the interaction of that id, or ``None``; to a ``tenant``, what is another's is not there."""
        if not self.database.exists:
            return None
        query = f"SELECT {_CLEAR}, content FROM interactions WHERE id = ? AND ? IN ('', tenant)"
        row = await self.database.run(lambda connection: connection.execute(query, (interaction_id, tenant)).fetchone())
        return None if row is None else SealedInteraction(_interaction(row), row["content"])

    async def page(self, looked: Looked = ALL, *, after: int = 0, limit: int = 100) -> Sequence[Interaction]:
        """Return up to ``limit`` of those ``looked`` for, whose numbers come after ``after``, in their order."""
        if not self.database.exists:
            return []
        wanted: list[tuple[str, object]] = [("number > ?", after)]
        wanted += [("at >= ?", looked.since.timestamp())] if looked.since is not None else []
        wanted += [("at < ?", looked.until.timestamp())] if looked.until is not None else []
        wanted += [("request_id = ?", looked.request_id)] if looked.request_id else []
        wanted += [("tenant = ?", looked.tenant)] if looked.tenant else []
        where = " AND ".join(condition for condition, _ in wanted)
        query = f"SELECT {_CLEAR} FROM interactions WHERE {where} ORDER BY number LIMIT ?"
        values = (*(value for _, value in wanted), limit)
        rows = await self.database.run(lambda connection: connection.execute(query, values).fetchall())
        return [_interaction(row) for row in rows]

    async def purge(self, before: datetime) -> int:
        """Forget those from before ``before``, and return how many that were."""
        if not self.database.exists:
            return 0
        forget, values = "DELETE FROM interactions WHERE at < ?", (before.timestamp(),)
        return await self.database.run(lambda connection: connection.execute(forget, values).rowcount)


def _interaction(row: sqlite3.Row) -> Interaction:
    return Interaction(
        id=row["id"],
        at=datetime.fromtimestamp(row["at"], UTC),
        request_id=row["request_id"],
        route=row["route"],
        owner=row["owner"],
        tenant=row["tenant"],
        engine=row["engine"],
        version=row["version"],
        codes=tuple(json.loads(row["codes"])),
        number=row["number"],
    )
