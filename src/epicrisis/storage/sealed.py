"""What stands sealed in the database: the name of whoever gave an opinion; and the columns a new key goes through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic

from epicrisis.services.feedback import FeedbackStore, Opinion, Verdict
from epicrisis.services.idempotency import KEPT_ANSWERS
from epicrisis.services.seals import (
    BYTES,
    HEAD_BYTES,
    TEXTS,
    VERSION,
    Form,
    Kept,
    Place,
    Seals,
    clear_text,
    key_of,
    opened_text,
    sealed_text,
)
from epicrisis.storage.sqlite import Database

SAID_BY = ("feedback", "said_by")


class SealedFeedback:
    """Keeps opinions in another store, the name of whoever gave them sealed; the rest is labels and numbers.

    Without ``seals`` the name is kept as it is; what was sealed before does not open then.
    """

    def __init__(self, store: FeedbackStore, seals: Seals | None) -> None:
        self.store = store
        self.seals = seals

    async def keep(self, opinion: Opinion) -> Opinion | None:
        """Keep ``opinion`` in the place of the one with its id, and return that one; what was known stays known."""
        place = Place(*SAID_BY, opinion.id)
        by = clear_text(opinion.by) if self.seals is None else sealed_text(self.seals, opinion.by, place)
        before = await self.store.keep(replace(opinion, by=by))
        return None if before is None else replace(before, by=opened_text(self.seals, before.by, place))

    async def totals(self) -> Mapping[Verdict, int]:
        """Return how many of the opinions about known answers say so."""
        return await self.store.totals()


@dataclass(frozen=True, slots=True)
class SqliteColumn(Generic[Kept]):
    """Fits ``SealedColumn``: a column of a table whose key is ``key``; where it is empty, there is nothing to seal."""

    database: Database
    table: str
    column: str
    form: Form[Kept]
    key: str = "id"

    async def page(self, *, after: str, limit: int) -> Sequence[tuple[str, Kept]]:
        """Return up to ``limit`` rows whose ids come after ``after``, in their order."""
        if not self.database.exists:
            return []
        query = (
            f"SELECT {self.key} AS id, {self.column} AS kept FROM {self.table} "
            f"WHERE {self.key} > ? AND {self.column} IS NOT NULL ORDER BY {self.key} LIMIT ?"
        )
        rows = await self.database.run(lambda connection: connection.execute(query, (after, limit)).fetchall())
        return [(row["id"], row["kept"]) for row in rows]

    async def swap(self, row: str, before: Kept, now: Kept) -> bool:
        """Put ``now`` into ``row``, unless it holds something else than ``before``."""
        change = f"UPDATE {self.table} SET {self.column} = ? WHERE {self.key} = ? AND {self.column} = ?"
        values = (now, row, before)
        return await self.database.run(lambda connection: connection.execute(change, values).rowcount) > 0


class SqliteNames(SqliteColumn[str]):
    """A column of texts that tells which keys it takes to open it."""

    def key_ids(self) -> list[str]:
        """Return the ids of the keys that rows of this column are sealed with; looking makes no file."""
        if not self.database.exists:
            return []
        query = f"SELECT DISTINCT substr({self.column}, 1, 11) AS head FROM {self.table}"
        with self.database.transaction() as connection:
            heads = [row["head"] for row in connection.execute(query)]
        return [key for head in heads if (key := key_of(head)) is not None]


class SqliteSeals(SqliteColumn[bytes]):
    """A column of sealed bytes that tells which keys it takes to open it."""

    def key_ids(self) -> list[str]:
        """Return the ids of the keys that rows of this column are sealed with; looking makes no file."""
        if not self.database.exists:
            return []
        query = f"SELECT DISTINCT substr({self.column}, 1, ?) AS head FROM {self.table}"
        with self.database.transaction() as connection:
            heads = [row["head"] for row in connection.execute(query, (HEAD_BYTES,))]
        return [head[len(VERSION) :].hex() for head in heads]


def said_by(database: Database) -> SqliteNames:
    """Return the names of whoever gave opinions."""
    return SqliteNames(database, *SAID_BY, TEXTS)


def kept_answers(database: Database) -> SqliteColumn[bytes]:
    """Return the answers that are kept for requests that may be sent again."""
    return SqliteColumn(database, *KEPT_ANSWERS, BYTES, key="mark")
