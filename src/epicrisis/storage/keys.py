"""API keys in the database."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

from epicrisis.services.access import Scope
from epicrisis.services.key_records import ApiKey
from epicrisis.storage.sqlite import Database


class SqliteKeys:
    """API keys as long as the database lives, seen by every process that opens it."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def add(self, key: ApiKey) -> None:
        """Keep ``key``, whose id is new."""
        await self.database.run(
            lambda connection: connection.execute(
                "INSERT INTO keys (id, name, scopes, digest, made_with, created_at, expires_at, tenant) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    key.id,
                    key.name,
                    " ".join(sorted(key.scopes)),
                    key.digest,
                    key.made_with,
                    _seconds(key.created_at),
                    _seconds(key.expires_at),
                    key.tenant,
                ),
            )
        )

    async def find(self, key_id: str) -> ApiKey | None:
        """Return the key of that id, or ``None``."""
        found = await self._select("SELECT * FROM keys WHERE id = ?", key_id)
        return found[0] if found else None

    async def all(self) -> list[ApiKey]:
        """Return every key, the oldest first."""
        return await self._select("SELECT * FROM keys ORDER BY created_at, id")

    async def rotate(
        self, key_id: str, *, digest: bytes, made_with: str, expires_at: datetime | None, previous_until: datetime
    ) -> bool:
        """Put ``digest`` in the place of the one kept, unless the key was revoked."""
        changed = await self._change(
            "UPDATE keys SET previous_digest = digest, previous_until = ?, digest = ?, made_with = ?, expires_at = ? "
            "WHERE id = ? AND revoked_at IS NULL",
            (_seconds(previous_until), digest, made_with, _seconds(expires_at), key_id),
        )
        return changed > 0

    async def revoke(self, key_id: str, at: datetime) -> None:
        """Note that the key was revoked."""
        await self._change("UPDATE keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", (_seconds(at), key_id))

    async def use(self, key_id: str, at: datetime) -> None:
        """Note when the key was last used."""
        await self._change("UPDATE keys SET used_at = ? WHERE id = ?", (_seconds(at), key_id))

    async def _select(self, query: str, *values: str) -> list[ApiKey]:
        if not self.database.exists:
            # Looking for a key makes no file: a server that only answers keeps nothing.
            return []
        rows = await self.database.run(lambda connection: connection.execute(query, values).fetchall())
        return [_key(row) for row in rows]

    async def _change(self, statement: str, values: tuple[object, ...]) -> int:
        return await self.database.run(lambda connection: connection.execute(statement, values).rowcount)


def _key(row: sqlite3.Row) -> ApiKey:
    return ApiKey(
        id=row["id"],
        name=row["name"],
        scopes=frozenset(Scope(scope) for scope in row["scopes"].split()),
        digest=row["digest"],
        made_with=row["made_with"],
        created_at=datetime.fromtimestamp(row["created_at"], UTC),
        expires_at=_time(row["expires_at"]),
        previous_digest=row["previous_digest"],
        previous_until=_time(row["previous_until"]),
        used_at=_time(row["used_at"]),
        revoked_at=_time(row["revoked_at"]),
        tenant=row["tenant"],
    )


def _seconds(time: datetime | None) -> float | None:
    return None if time is None else time.timestamp()


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
