"""Cases in memory and in the small database: every vector is looked at, so what is nearest is exactly that."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from epicrisis.domain.patients import Sex
from epicrisis.errors import StorageError
from epicrisis.services.case_store import CONTENT, CaseRow, Narrowing, Near, Vector
from epicrisis.services.seals import BYTES
from epicrisis.storage.sealed import SqliteTelling
from epicrisis.storage.sqlite import Database

# Vectors that lie in memory at once.
_CHUNK = 4_096


class MemoryCases:
    """Cases as long as the process lives."""

    def __init__(self) -> None:
        self._rows: dict[str, CaseRow] = {}
        self._vectors: dict[str, Vector] = {}

    async def add(self, row: CaseRow, vector: Vector) -> None:
        """Keep ``row``, whose id is new, and its vector."""
        if row.id in self._rows:
            raise StorageError(f"There is a case {row.id} already.")
        self._rows[row.id], self._vectors[row.id] = row, np.asarray(vector, np.float32)

    async def find(self, case_id: str, *, tenant: str) -> CaseRow | None:
        """Return the row of that id, or ``None``."""
        row = self._rows.get(case_id)
        return row if row is not None and tenant in ("", row.tenant) else None

    async def conclude(self, case_id: str, outcome: str | None, *, tenant: str) -> bool:
        """Put ``outcome`` in the place of what stood there; return whether there was such a case."""
        row = await self.find(case_id, tenant=tenant)
        if row is not None:
            self._rows[case_id] = replace(row, outcome=outcome)
        return row is not None

    async def remove(self, case_id: str, *, tenant: str) -> bool:
        """Forget the case of that id; return whether there was one."""
        if await self.find(case_id, tenant=tenant) is None:
            return False
        del self._rows[case_id], self._vectors[case_id]
        return True

    async def nearest(self, vector: Vector, among: Narrowing, *, limit: int) -> list[Near]:
        """Return up to ``limit`` rows ``among`` those whose vectors point most the way of ``vector``."""
        ids = [each for each, row in self._rows.items() if among.admits(row)]
        if not ids:
            return []
        scores = np.stack([self._vectors[each] for each in ids]) @ vector
        return [Near(self._rows[ids[place]], float(scores[place])) for place in _best(scores, limit)]


class SqliteCases:
    """Cases as long as the database lives; a vector takes a kilobyte, in half precision."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def add(self, row: CaseRow, vector: Vector) -> None:
        """Keep ``row``, whose id is new, and its vector."""
        values = (*_values(row), np.asarray(vector, "<f2").tobytes())
        insert = (
            "INSERT INTO cases (id, tenant, owner, created_at, language, age, sex, outcome, space, content, vector) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        await self.database.run(lambda connection: connection.execute(insert, values))

    async def find(self, case_id: str, *, tenant: str) -> CaseRow | None:
        """Return the row of that id, or ``None``."""
        if not self.database.exists:
            return None
        query = "SELECT * FROM cases WHERE id = ? AND ? IN ('', tenant)"
        row = await self.database.run(lambda connection: connection.execute(query, (case_id, tenant)).fetchone())
        return None if row is None else _row(row)

    async def conclude(self, case_id: str, outcome: str | None, *, tenant: str) -> bool:
        """Put ``outcome`` in the place of what stood there; return whether there was such a case."""
        if not self.database.exists:
            return False
        change = "UPDATE cases SET outcome = ? WHERE id = ? AND ? IN ('', tenant)"
        values = (outcome, case_id, tenant)
        return await self.database.run(lambda connection: connection.execute(change, values).rowcount) > 0

    async def remove(self, case_id: str, *, tenant: str) -> bool:
        """Forget the case of that id; return whether there was one."""
        if not self.database.exists:
            return False
        forget = "DELETE FROM cases WHERE id = ? AND ? IN ('', tenant)"
        return await self.database.run(lambda connection: connection.execute(forget, (case_id, tenant)).rowcount) > 0

    async def nearest(self, vector: Vector, among: Narrowing, *, limit: int) -> list[Near]:
        """Return up to ``limit`` rows ``among`` those whose vectors point most the way of ``vector``."""
        if not self.database.exists:
            return []
        return await self.database.run(lambda connection: _nearest(connection, vector, among, limit))


def case_content(database: Database) -> SqliteTelling[bytes]:
    """Return what is sealed of cases."""
    return SqliteTelling(database, *CONTENT, BYTES)


def _nearest(connection: sqlite3.Connection, vector: Vector, among: Narrowing, limit: int) -> list[Near]:
    where, values = _where(among)
    ids, scores = list[int](), np.empty(0, np.float32)
    for numbers, chunk in _chunks(connection.execute(f"SELECT rowid, vector FROM cases WHERE {where}", values)):
        scores = np.concatenate([scores, chunk @ vector])
        kept = _best(scores, limit)
        ids, scores = [[*ids, *numbers][place] for place in kept], scores[kept]
    rows = [connection.execute("SELECT * FROM cases WHERE rowid = ?", (each,)).fetchone() for each in ids]
    return [Near(_row(row), float(score)) for row, score in zip(rows, scores, strict=True)]


def _chunks(cursor: sqlite3.Cursor) -> Iterator[tuple[list[int], Vector]]:
    while rows := cursor.fetchmany(_CHUNK):
        packed = np.frombuffer(b"".join(row["vector"] for row in rows), "<f2")
        yield [row["rowid"] for row in rows], packed.reshape(len(rows), -1).astype(np.float32)


def _where(among: Narrowing) -> tuple[str, list[object]]:
    """Return what narrows a query, as SQL and its values."""
    told: list[tuple[str, object]] = [("? IN ('', tenant)", among.tenant), ("space = ?", among.space)]
    told += [("language = ?", among.language)] if among.language is not None else []
    told += [("sex = ?", among.sex.value)] if among.sex is not None else []
    told += [("age >= ?", among.age_from)] if among.age_from is not None else []
    told += [("age < ?", among.age_below)] if among.age_below is not None else []
    told += [("substr(outcome, 1, length(?)) = ?", among.outcome)] if among.outcome is not None else []
    return " AND ".join(part for part, _ in told), [value for part, value in told for _ in range(part.count("?"))]


def _best(scores: Vector, limit: int) -> Sequence[int]:
    """Return the places of the ``limit`` highest scores, the highest first, and of equal ones the first."""
    places: list[int] = np.argsort(-scores, kind="stable")[:limit].tolist()
    return places


def _values(row: CaseRow) -> tuple[object, ...]:
    return (
        row.id,
        row.tenant,
        row.owner,
        row.created_at.timestamp(),
        row.language,
        row.age,
        row.sex.value,
        row.outcome,
        row.space,
        row.content,
    )


def _row(row: sqlite3.Row) -> CaseRow:
    return CaseRow(
        id=row["id"],
        tenant=row["tenant"],
        owner=row["owner"],
        created_at=datetime.fromtimestamp(row["created_at"], UTC),
        language=row["language"],
        age=row["age"],
        sex=Sex(row["sex"]),
        outcome=row["outcome"],
        space=row["space"],
        content=row["content"],
    )
