"""What stands sealed in the database: the name of whoever gave an opinion; and the columns a new key goes through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from epicrisis.services.feedback import FeedbackStore, Opinion, Verdict
from epicrisis.services.seals import Place, Seals, clear_text, key_of, opened_text, sealed_text
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
        """Keep ``opinion`` in the place of the one with its id, and return that one."""
        place = Place(*SAID_BY, opinion.id)
        by = clear_text(opinion.by) if self.seals is None else sealed_text(self.seals, opinion.by, place)
        before = await self.store.keep(replace(opinion, by=by))
        return None if before is None else replace(before, by=opened_text(self.seals, before.by, place))

    async def totals(self) -> Mapping[Verdict, int]:
        """Return how many of the opinions kept say so."""
        return await self.store.totals()


@dataclass(frozen=True, slots=True)
class SqliteColumn:
    """Fits ``SealedColumn``: a column of a table whose key is ``id``."""

    database: Database
    table: str
    column: str

    async def page(self, *, after: str, limit: int) -> Sequence[tuple[str, str]]:
        """Return up to ``limit`` rows whose ids come after ``after``, in their order."""
        if not self.database.exists:
            return []
        query = f"SELECT id, {self.column} AS kept FROM {self.table} WHERE id > ? ORDER BY id LIMIT ?"
        rows = await self.database.run(lambda connection: connection.execute(query, (after, limit)).fetchall())
        return [(row["id"], row["kept"]) for row in rows]

    async def swap(self, row: str, before: str, now: str) -> bool:
        """Put ``now`` into ``row``, unless it holds something else than ``before``."""
        change = f"UPDATE {self.table} SET {self.column} = ? WHERE id = ? AND {self.column} = ?"
        values = (now, row, before)
        return await self.database.run(lambda connection: connection.execute(change, values).rowcount) > 0

    def key_ids(self) -> list[str]:
        """Return the ids of the keys that rows of this column are sealed with; looking makes no file."""
        if not self.database.exists:
            return []
        query = f"SELECT DISTINCT substr({self.column}, 1, 11) AS head FROM {self.table}"
        with self.database.transaction() as connection:
            heads = [row["head"] for row in connection.execute(query)]
        return [key for head in heads if (key := key_of(head)) is not None]
