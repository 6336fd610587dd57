"""What every store of interactions must do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from epicrisis.errors import StorageError
from epicrisis.services.interactions import InteractionStore, Looked, SealedInteraction
from epicrisis.services.spooled_interactions import SpoolingInteractions
from epicrisis.storage.interactions import SqliteInteractions
from epicrisis.storage.memory_differentials import MemoryInteractions
from epicrisis.storage.spool import MemorySpool
from epicrisis.storage.sqlite import Database
from tests.interactions import NOON, interaction
from tests.postgres_server import a_postgres_database

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["memory", "sqlite", "postgres", "spooling"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[InteractionStore]:
    if request.param == "memory":
        yield MemoryInteractions()
    elif request.param == "spooling":
        yield SpoolingInteractions(MemoryInteractions(), spool=MemorySpool())
    elif request.param == "sqlite":
        database = Database(tmp_path)
        yield SqliteInteractions(database)
        database.close()
    else:
        with a_postgres_database() as postgres:
            from epicrisis.storage.postgres.interactions import PostgresInteractions

            yield PostgresInteractions(postgres)


def unnumbered(sealed: SealedInteraction | None) -> SealedInteraction | None:
    return None if sealed is None else replace(sealed, interaction=replace(sealed.interaction, number=0))


async def ids(store: InteractionStore, looked: Looked = Looked(), **how: int) -> list[int]:  # noqa: B008
    return [UUID(each.id).int for each in await store.page(looked, **how)]


async def test_gives_back_what_it_kept(store: InteractionStore) -> None:
    await store.keep(interaction(1, tenant="north"))

    assert unnumbered(await store.find(interaction(1).interaction.id)) == interaction(1, tenant="north")


async def test_lists_in_the_order_they_came_and_goes_on_behind_one(store: InteractionStore) -> None:
    # Kept later, though another server's clock is behind.
    for number in (3, 1, 2):
        await store.keep(interaction(number))

    first, second = await store.page(limit=2), await store.page()

    assert [UUID(each.id).int for each in first] == [3, 1]
    assert await ids(store, after=first[-1].number) == [2]
    assert first[0].number < first[1].number
    assert list(second)[:2] == list(first)


async def test_one_whose_id_is_kept_stays_as_it_is(store: InteractionStore) -> None:
    await store.keep(interaction(1))
    await store.keep(interaction(1, owner="somebody else"))

    assert unnumbered(await store.find(interaction(1).interaction.id)) == interaction(1)
    assert await ids(store) == [1]


async def test_finds_those_of_a_time_a_request_and_a_tenant(store: InteractionStore) -> None:
    for number, tenant in enumerate(("north", "south", "", "north"), 1):
        await store.keep(interaction(number, tenant=tenant))

    assert await ids(store, Looked(since=NOON + timedelta(minutes=2), until=NOON + timedelta(minutes=4))) == [2, 3]
    assert await ids(store, Looked(request_id=str(UUID(int=1_002)))) == [2]
    assert await ids(store, Looked(tenant="north")) == [1, 4]
    assert await ids(store, Looked(request_id=str(UUID(int=1_002)), tenant="north")) == []
    assert await ids(store, Looked(tenant="north"), limit=1) == [1]


async def test_to_a_tenant_another_ones_is_not_there(store: InteractionStore) -> None:
    await store.keep(interaction(1, tenant="north"))
    await store.keep(interaction(2))
    one, other = (interaction(number).interaction.id for number in (1, 2))

    assert await store.find(one, tenant="north") is not None
    assert await store.find(one) is not None
    assert await store.find(one, tenant="south") is None
    assert await store.find(other, tenant="south") is None
    assert await store.find(str(UUID(int=9))) is None


async def test_forgets_what_is_older_and_nothing_else_and_gives_no_number_twice(store: InteractionStore) -> None:
    for number in (1, 2, 3):
        await store.keep(interaction(number))
    last = (await store.page())[-1].number

    assert await store.purge(NOON + timedelta(minutes=4)) == 3
    await store.keep(interaction(5))

    assert await ids(store) == [5]
    assert (await store.page())[0].number > last
    assert await store.purge(NOON) == 0
    assert await store.find(interaction(1).interaction.id) is None


async def test_where_nothing_was_kept_there_is_nothing(store: InteractionStore) -> None:
    assert list(await store.page()) == []
    assert await store.find(str(UUID(int=1))) is None
    assert await store.purge(NOON) == 0


async def test_the_file_is_made_by_the_first(tmp_path: Path) -> None:
    database = Database(tmp_path / "data")
    assert list(await SqliteInteractions(database).page()) == []
    assert await SqliteInteractions(database).purge(NOON) == 0
    assert not database.exists

    await SqliteInteractions(database).keep(interaction(1))
    database.close()

    assert await ids(SqliteInteractions(Database(tmp_path / "data"))) == [1]


class Down(MemoryInteractions):
    """A database that is away until it is said to be back."""

    def __init__(self) -> None:
        super().__init__()
        self.away = True

    async def keep(self, sealed: SealedInteraction) -> None:
        if self.away:
            raise StorageError
        await super().keep(sealed)


async def test_what_comes_while_the_database_is_down_is_kept_aside_and_brought_home_in_order_once() -> None:
    down = Down()
    spooling = SpoolingInteractions(down, spool=MemorySpool())
    await spooling.keep(interaction(1))
    down.away = False
    # Whoever comes while others are aside stands in the line behind them.
    await spooling.keep(interaction(2, tenant="north"))
    assert (spooling.pending, await ids(spooling)) == (True, [])
    # A server that was killed while it drained left this one there already.
    await down.keep(interaction(1))

    assert await spooling.drain() == 2

    assert (spooling.pending, await ids(spooling)) == (False, [1, 2])
    assert unnumbered(await spooling.find(interaction(2).interaction.id)) == interaction(2, tenant="north")
