"""The columns a new encryption key goes through, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic

from sqlalchemy import Connection, func, select, update

from epicrisis.services.idempotency import KEPT_ANSWERS
from epicrisis.services.seals import BYTES, HEAD_BYTES, TEXTS, VERSION, Form, Kept, key_of
from epicrisis.storage.postgres.database import PostgresDatabase
from epicrisis.storage.postgres.tables import metadata
from epicrisis.storage.sealed import SAID_BY

# As much of a sealed text as tells its key.
_HEAD_CHARACTERS = 11


class PostgresColumn(Generic[Kept]):
    """Fits ``SealedColumn``: a column of a table whose key is ``key``; where it is empty, there is nothing to seal."""

    def __init__(
        self, database: PostgresDatabase, table: str, column: str, form: Form[Kept], *, key: str = "id"
    ) -> None:
        self.database = database
        self.table = table
        self.column = column
        self.form = form
        self._id = metadata.tables[table].c[key]
        self._kept = metadata.tables[table].c[column]

    async def page(self, *, after: str, limit: int) -> Sequence[tuple[str, Kept]]:
        """Return up to ``limit`` rows whose ids come after ``after``, in their order."""
        if not self.database.exists:
            return []
        some = select(self._id, self._kept).where(self._id > after, self._kept.is_not(None))
        query = some.order_by(self._id).limit(limit)
        return await self.database.run(
            lambda connection: [(row_id, kept) for row_id, kept in connection.execute(query)]
        )

    async def swap(self, row: str, before: Kept, now: Kept) -> bool:
        """Put ``now`` into ``row``, unless it holds something else than ``before``."""
        change = (
            update(metadata.tables[self.table]).where(self._id == row, self._kept == before).values({self.column: now})
        )
        return await self.database.run(lambda connection: connection.execute(change).rowcount) > 0


class PostgresNames(PostgresColumn[str]):
    """A column of texts that tells which keys it takes to open it."""

    def key_ids(self) -> list[str]:
        """Return the ids of the keys that rows of this column are sealed with; looking makes no database."""
        if not self.database.exists:
            return []
        query = select(func.substr(self._kept, 1, _HEAD_CHARACTERS)).distinct()

        def heads(connection: Connection) -> Sequence[str]:
            return connection.execute(query).scalars().all()

        return [key for head in self.database.done(heads) if (key := key_of(head)) is not None]


class PostgresSeals(PostgresColumn[bytes]):
    """A column of sealed bytes that tells which keys it takes to open it."""

    def key_ids(self) -> list[str]:
        """Return the ids of the keys that rows of this column are sealed with; looking makes no database."""
        if not self.database.exists:
            return []
        query = select(func.substr(self._kept, 1, HEAD_BYTES)).distinct()

        def heads(connection: Connection) -> Sequence[bytes]:
            return connection.execute(query).scalars().all()

        return [bytes(head)[len(VERSION) :].hex() for head in self.database.done(heads)]


def said_by(database: PostgresDatabase) -> PostgresNames:
    """Return the names of whoever gave opinions."""
    return PostgresNames(database, *SAID_BY, TEXTS)


def kept_answers(database: PostgresDatabase) -> PostgresColumn[bytes]:
    """Return the answers that are kept for requests that may be sent again."""
    return PostgresColumn(database, *KEPT_ANSWERS, BYTES, key="mark")
