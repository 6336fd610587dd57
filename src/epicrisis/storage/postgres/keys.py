"""API keys in PostgreSQL."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, Update, insert, select, update

from epicrisis.services.access import Scope
from epicrisis.services.key_records import ApiKey
from epicrisis.storage.postgres.database import PostgresDatabase
from epicrisis.storage.postgres.tables import keys


class PostgresKeys:
    """API keys as long as the database lives, seen by every server that uses it."""

    def __init__(self, database: PostgresDatabase) -> None:
        self.database = database

    async def add(self, key: ApiKey) -> None:
        """Keep ``key``, whose id is new."""
        values = {**asdict(key), "scopes": sorted(key.scopes)}
        await self.database.run(lambda connection: connection.execute(insert(keys).values(values)))

    async def find(self, key_id: str) -> ApiKey | None:
        """Return the key of that id, or ``None``."""
        found = await self._select(key_id)
        return found[0] if found else None

    async def all(self) -> list[ApiKey]:
        """Return every key, the oldest first."""
        return await self._select()

    async def rotate(
        self, key_id: str, *, digest: bytes, made_with: str, expires_at: datetime | None, previous_until: datetime
    ) -> bool:
        """Put ``digest`` in the place of the one kept, unless the key was revoked."""
        changed = await self._change(
            _working(key_id).values(
                previous_digest=keys.c.digest,
                previous_until=previous_until,
                digest=digest,
                made_with=made_with,
                expires_at=expires_at,
            )
        )
        return changed > 0

    async def revoke(self, key_id: str, at: datetime) -> None:
        """Note that the key was revoked."""
        await self._change(_working(key_id).values(revoked_at=at))

    async def use(self, key_id: str, at: datetime) -> None:
        """Note when the key was last used."""
        await self._change(update(keys).where(keys.c.id == key_id).values(used_at=at))

    async def _select(self, key_id: str | None = None) -> list[ApiKey]:
        if not self.database.exists:
            # Looking for a key makes no database: a server that only answers keeps nothing.
            return []
        query = select(keys).order_by(keys.c.created_at, keys.c.id)
        if key_id is not None:
            query = query.where(keys.c.id == key_id)

        def found(connection: Connection) -> list[ApiKey]:
            return [
                ApiKey(**{**row, "scopes": frozenset(map(Scope, row["scopes"]))})
                for row in connection.execute(query).mappings()
            ]

        return await self.database.run(found)

    async def _change(self, statement: Update) -> int:
        return await self.database.run(lambda connection: connection.execute(statement).rowcount)


def _working(key_id: str) -> Update:
    return update(keys).where(keys.c.id == key_id, keys.c.revoked_at.is_(None))
