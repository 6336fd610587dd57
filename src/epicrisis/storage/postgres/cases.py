"""Cases in PostgreSQL, compared by pgvector: an index of neighbours (HNSW, Malkov and Yashunin 2018) over vectors.

An index finds nearly all of the nearest, and looks on while a search that is narrowed has too few. Where it still has,
every vector that is left is looked at, so that no narrowing hides a case.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    delete,
    insert,
    literal,
    select,
    text,
    true,
    update,
)

from epicrisis.domain.patients import Sex
from epicrisis.errors import MissingDependency
from epicrisis.services.case_store import CONTENT, CaseRow, Narrowing, Near, Vector
from epicrisis.services.seals import BYTES
from epicrisis.storage.postgres.columns import PostgresTelling
from epicrisis.storage.postgres.database import PostgresDatabase
from epicrisis.storage.postgres.migrations.versions.step_0008_cases import made
from epicrisis.storage.postgres.tables import HalfVector, cases

# How many neighbours are looked at: on 100,000 vectors, benchmarks/cases/run.py finds recall@10 over 0.98 with so many.
NEIGHBOURS = 120
# A search that goes on finds what is nearer too late to put it first: so many more are taken, and put in order here.
_MORE = 5
# How many vectors are looked at in all where a search is narrowed.
MOST_SCANNED = 20_000

_TABLE = text("SELECT to_regclass('cases') IS NOT NULL")
# One statement: each is a way to the server and back.
_LOOK = text(
    f"SELECT set_config('hnsw.ef_search', '{NEIGHBOURS}', true), "
    "set_config('hnsw.iterative_scan', 'relaxed_order', true), "
    f"set_config('hnsw.max_scan_tuples', '{MOST_SCANNED}', true)"
)


class PostgresCases:
    """Cases as long as the database lives, of every server that uses it."""

    def __init__(self, database: PostgresDatabase) -> None:
        self.database = database
        self._made = False

    async def add(self, row: CaseRow, vector: Vector) -> None:
        """Keep ``row``, whose id is new, and its vector."""
        await self.add_all([row], [vector])

    async def add_all(self, rows: Sequence[CaseRow], vectors: Sequence[Vector]) -> None:
        """Keep ``rows``, all of them or none."""
        values = [{**_values(row), "vector": _told(vector)} for row, vector in zip(rows, vectors, strict=True)]

        def added(connection: Connection) -> None:
            self._require(connection, making=True)
            connection.execute(insert(cases), values)

        await self.database.run(added)

    async def find(self, case_id: str, *, tenant: str) -> CaseRow | None:
        """Return the row of that id, or ``None``."""
        query = select(*_ROW).where(cases.c.id == case_id, _of(tenant))

        def found(connection: Connection) -> RowMapping | None:
            self._require(connection)
            return connection.execute(query).mappings().first()

        row = await self.database.run(found)
        return None if row is None else _row(row)

    async def conclude(self, case_id: str, outcome: str | None, *, tenant: str) -> bool:
        """Put ``outcome`` in the place of what stood there; return whether there was such a case."""
        return await self._changed(update(cases).where(cases.c.id == case_id, _of(tenant)).values(outcome=outcome))

    async def remove(self, case_id: str, *, tenant: str) -> bool:
        """Forget the case of that id; return whether there was one."""
        return await self._changed(delete(cases).where(cases.c.id == case_id, _of(tenant)))

    async def nearest(self, vector: Vector, among: Narrowing, *, limit: int) -> list[Near]:
        """Return up to ``limit`` rows ``among`` those whose vectors point most the way of ``vector``."""
        asked = literal(_told(vector), HalfVector())
        distance: ColumnElement[float] = cases.c.vector.op("<=>", return_type=_FLOAT)(asked)
        query = select(*_ROW, distance.label("distance")).where(*_where(among)).limit(limit + _MORE)

        def found(connection: Connection) -> Sequence[RowMapping]:
            self._require(connection)
            connection.execute(_LOOK)
            rows = connection.execute(query.order_by(distance)).mappings().all()
            # An order no index has, so every row is looked at.
            return rows if len(rows) >= limit else connection.execute(query.order_by(distance + 0)).mappings().all()

        rows = sorted(await self.database.run(found), key=lambda row: row["distance"])
        return [Near(_row(row), 1 - row["distance"]) for row in rows[:limit]]

    async def _changed(self, change: Any) -> bool:
        def done(connection: Connection) -> int:
            self._require(connection)
            return connection.execute(change).rowcount

        return await self.database.run(done) > 0

    def _require(self, connection: Connection, *, making: bool = False) -> None:
        """Refuse to go on without the table; where it can be made by now, ``making`` makes it.

        Raises:
            MissingDependency: this PostgreSQL has no pgvector.
        """
        if self._made:
            return
        self._made = bool(connection.execute(_TABLE).scalar_one()) or (making and made(connection))
        if not self._made:
            raise MissingDependency(
                "Similar cases are compared by pgvector, 0.8 or later, which this database does not have; have an "
                "administrator install it and say CREATE EXTENSION vector there."
            )


class PostgresCaseContent(PostgresTelling[bytes]):
    """What is sealed of cases; nothing where there is no table of them."""

    async def page(self, *, after: str, limit: int) -> Sequence[tuple[str, bytes]]:
        """Return up to ``limit`` rows whose ids come after ``after``, in their order."""
        there = self.database.exists and await self.database.run(lambda connection: connection.scalar(_TABLE))
        return await super().page(after=after, limit=limit) if there else []

    def key_ids(self) -> list[str]:
        """Return the ids of the keys that rows are sealed with."""
        there = self.database.exists and self.database.done(lambda connection: connection.scalar(_TABLE))
        return super().key_ids() if there else []


def case_content(database: PostgresDatabase) -> PostgresCaseContent:
    """Return what is sealed of cases."""
    return PostgresCaseContent(database, *CONTENT, BYTES)


_FLOAT = cases.c.age.type
_ROW = tuple(column for column in cases.c if column.name != "vector")


def _of(tenant: str) -> ColumnElement[bool]:
    return cases.c.tenant == tenant if tenant else true()


def _where(among: Narrowing) -> list[ColumnElement[bool]]:
    """Return what narrows a query."""
    table = cases.c
    told = [_of(among.tenant), table.space == among.space]
    told += [table.language == among.language] if among.language is not None else []
    told += [table.sex == among.sex.value] if among.sex is not None else []
    told += [table.age >= among.age_from] if among.age_from is not None else []
    told += [table.age < among.age_below] if among.age_below is not None else []
    told += [table.outcome.startswith(among.outcome, autoescape=True)] if among.outcome is not None else []
    return told


def _told(vector: Vector) -> str:
    """Return ``vector`` as pgvector reads it."""
    return f"[{','.join(f'{value:.6g}' for value in vector.tolist())}]"


def _values(row: CaseRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "tenant": row.tenant,
        "owner": row.owner,
        "created_at": row.created_at,
        "language": row.language,
        "age": row.age,
        "sex": row.sex.value,
        "outcome": row.outcome,
        "space": row.space,
        "content": row.content,
    }


def _row(row: RowMapping) -> CaseRow:
    return CaseRow(
        id=row["id"],
        tenant=row["tenant"],
        owner=row["owner"],
        created_at=row["created_at"],
        language=row["language"],
        age=row["age"],
        sex=Sex(row["sex"]),
        outcome=row["outcome"],
        space=row["space"],
        content=row["content"],
    )
