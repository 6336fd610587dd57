"""What every store of cases must do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from epicrisis.domain.patients import Sex
from epicrisis.engines.similar.space import DIMENSIONS
from epicrisis.errors import StorageError
from epicrisis.services.case_store import CaseRow, CaseStore, Narrowing, Vector
from epicrisis.storage.cases import MemoryCases, SqliteCases
from epicrisis.storage.sqlite import Database
from tests.postgres_server import a_postgres_database

pytestmark = pytest.mark.anyio

ROW = CaseRow(
    id="0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11",
    tenant="north",
    owner="ward 3",
    created_at=datetime(2031, 2, 3, 12, 0, 0, 250_000, tzinfo=UTC),
    language="en",
    age=67.0,
    sex=Sex.FEMALE,
    outcome="J18.9",
    space="1",
    content=b"\x01sealed\x00\xff",
)
NORTH = Narrowing("north", "1")


def drawn(number: int) -> Vector:
    """Return a vector of length 1, another one for each number."""
    vector = np.random.default_rng(number).normal(size=DIMENSIONS)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CaseStore]:
    if request.param == "memory":
        yield MemoryCases()
    elif request.param == "sqlite":
        database = Database(tmp_path)
        yield SqliteCases(database)
        database.close()
    else:
        with a_postgres_database() as postgres:
            from epicrisis.storage.postgres.cases import PostgresCases

            yield PostgresCases(postgres)


async def filled(store: CaseStore, **changes: Any) -> None:
    """Keep a row for each of ``changes``, named by it: its vector, and in what it differs."""
    for number, (name, change) in enumerate(changes.items()):
        await store.add(replace(ROW, id=name, **change), drawn(number))


async def ids(store: CaseStore, among: Narrowing, *, vector: Vector | None = None, limit: int = 10) -> list[str]:
    near = await store.nearest(drawn(0) if vector is None else vector, among, limit=limit)
    return [each.row.id for each in near]


async def test_gives_back_what_it_kept(store: CaseStore) -> None:
    await store.add(ROW, drawn(0))

    assert await store.find(ROW.id, tenant="north") == ROW


@pytest.mark.parametrize("change", [{"age": None, "outcome": None, "sex": Sex.UNKNOWN}, {"tenant": "", "age": 0.1}])
async def test_gives_back_what_is_not_known(store: CaseStore, change: dict[str, Any]) -> None:
    row = replace(ROW, **change)
    await store.add(row, drawn(0))

    assert await store.find(ROW.id, tenant="") == row


async def test_an_id_is_kept_once(store: CaseStore) -> None:
    await store.add(ROW, drawn(0))

    with pytest.raises(StorageError):
        await store.add(replace(ROW, owner="ward 4"), drawn(1))

    assert await store.find(ROW.id, tenant="north") == ROW


async def test_another_tenants_is_not_there_and_is_not_touched(store: CaseStore) -> None:
    await store.add(ROW, drawn(0))

    assert await store.find(ROW.id, tenant="south") is None
    assert not await store.conclude(ROW.id, "A00.0", tenant="south")
    assert not await store.remove(ROW.id, tenant="south")
    assert await ids(store, replace(NORTH, tenant="south")) == []
    assert await store.find(ROW.id, tenant="") == ROW
    assert await ids(store, replace(NORTH, tenant="")) == [ROW.id]


async def test_an_outcome_takes_the_place_of_another_and_is_taken_back(store: CaseStore) -> None:
    await store.add(ROW, drawn(0))

    assert await store.conclude(ROW.id, "A41.9", tenant="north")
    assert await store.find(ROW.id, tenant="north") == replace(ROW, outcome="A41.9")
    assert await store.conclude(ROW.id, None, tenant="")
    assert await store.find(ROW.id, tenant="north") == replace(ROW, outcome=None)


async def test_what_is_removed_is_found_no_more(store: CaseStore) -> None:
    await store.add(ROW, drawn(0))

    assert await store.remove(ROW.id, tenant="north")

    assert await store.find(ROW.id, tenant="north") is None
    assert await ids(store, NORTH) == []
    assert not await store.remove(ROW.id, tenant="north")
    assert not await store.conclude(ROW.id, None, tenant="north")


async def test_the_nearest_come_first_with_their_cosines(store: CaseStore) -> None:
    await filled(store, **{str(number): {} for number in range(40)})
    asked = drawn(3) + 0.5 * drawn(7)
    asked = asked / np.linalg.norm(asked)

    near = await store.nearest(asked, NORTH, limit=5)

    exact = np.array([float(drawn(number) @ asked) for number in range(40)])
    assert [each.row.id for each in near] == [str(place) for place in np.argsort(-exact)[:5]]
    assert [each.score for each in near] == pytest.approx(sorted(exact, reverse=True)[:5], abs=0.002)


async def test_a_case_is_most_similar_to_itself(store: CaseStore) -> None:
    await filled(store, **{str(number): {} for number in range(25)})

    for number in range(25):
        [first] = await store.nearest(drawn(number), NORTH, limit=1)
        assert (first.row.id, first.score) == (str(number), pytest.approx(1.0, abs=0.002))


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [({"language": "es"}, {"es"}), ({"sex": Sex.MALE}, {"male"}),
     ({"age_from": 80}, {"old"}), ({"age_below": 10}, {"young"}),
     ({"age_from": 9, "age_below": 81}, {"es", "male", "young", "old", "flu", "open"}),
     ({"outcome": "J1"}, {"es", "male", "young", "old", "nobody", "flu"}), ({"outcome": "J10.1"}, {"flu"}),
     ({"outcome": "%"}, set()), ({"outcome": "_"}, set()), ({"space": "2"}, {"other space"}),
     ({"sex": Sex.FEMALE, "age_from": 60, "age_below": 70}, {"es", "flu", "open"})],
)  # fmt: skip
async def test_a_search_is_narrowed(store: CaseStore, narrowed: dict[str, Any], found: set[str]) -> None:
    await filled(
        store,
        **{"es": {"language": "es"}, "male": {"sex": Sex.MALE}, "young": {"age": 9.5}, "old": {"age": 80.0},
           "nobody": {"age": None, "sex": Sex.UNKNOWN}, "flu": {"outcome": "J10.1"}, "open": {"outcome": None},
           "other space": {"space": "2"}, "south": {"tenant": "south"}},
    )  # fmt: skip

    assert {*await ids(store, replace(NORTH, **narrowed))} == found


async def test_what_is_rare_is_found_among_many_that_are_nearer(store: CaseStore) -> None:
    asked = drawn(999)
    for number in range(600):
        near = asked + 0.05 * drawn(number)
        await store.add(replace(ROW, id=str(number)), np.asarray(near / np.linalg.norm(near), np.float32))
    await store.add(replace(ROW, id="far", tenant="south"), -asked)
    await store.add(replace(ROW, id="other", outcome="S72.0"), -asked)

    assert await ids(store, Narrowing("south", "1"), vector=asked) == ["far"]
    assert await ids(store, replace(NORTH, outcome="S72"), vector=asked) == ["other"]


async def test_where_nothing_was_kept_nothing_is_found_and_no_file_is_made(tmp_path: Path) -> None:
    database = Database(tmp_path / "data")
    store = SqliteCases(database)

    assert await store.find(ROW.id, tenant="") is None
    assert await store.nearest(drawn(0), NORTH, limit=3) == []
    assert not await store.remove(ROW.id, tenant="")
    assert not await store.conclude(ROW.id, None, tenant="")
    assert not database.exists
