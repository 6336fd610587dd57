"""The columns a new encryption key goes through, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select, update

from epicrisis.services.seals import key_of
from epicrisis.storage.postgres.database import PostgresDatabase
from epicrisis.storage.postgres.tables import metadata

# As much of a sealed text as tells its key.
_HEAD_CHARACTERS = 11


class PostgresColumn:
    """Fits ``SealedColumn``: a column of a table whose key is ``id``."""

    def __init__(self, database: PostgresDatabase, table: str, column: str) -> None:
        self.database = database
        self.table = table
        self.column = column
        self._id = metadata.tables[table].c.id
        self._kept = metadata.tables[table].c[column]

    async def page(self, *, after: str, limit: int) -> Sequence[tuple[str, str]]:
        """Return up to ``limit`` rows whose ids come after ``after``, in their order."""
        if not self.database.exists:
            return []
        query = select(self._id, self._kept).where(self._id > after).order_by(self._id).limit(limit)
        return await self.database.run(
            lambda connection: [(row_id, kept) for row_id, kept in connection.execute(query)]
        )

    async def swap(self, row: str, before: str, now: str) -> bool:
        """Put ``now`` into ``row``, unless it holds something else than ``before``."""
        change = (
            update(metadata.tables[self.table]).where(self._id == row, self._kept == before).values({self.column: now})
        )
        return await self.database.run(lambda connection: connection.execute(change).rowcount) > 0

    def key_ids(self) -> list[str]:
        """Return the ids of the keys that rows of this column are sealed with; looking makes no database."""
        if not self.database.exists:
            return []
        query = select(func.substr(self._kept, 1, _HEAD_CHARACTERS)).distinct()

        def heads(connection: Connection) -> Sequence[str]:
            return connection.execute(query).scalars().all()

        return [key for head in self.database.done(heads) if (key := key_of(head)) is not None]
