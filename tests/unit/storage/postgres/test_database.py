from __future__ import annotations

import asyncio
import time

import pytest

pytest.importorskip("alembic")
pytest.importorskip("psycopg")

from sqlalchemy import Connection, text

from epicrisis.errors import InvalidSettings, StorageError
from epicrisis.storage.postgres.database import Address, PostgresDatabase
from epicrisis.storage.postgres.keys import PostgresKeys
from epicrisis.storage.postgres.lent import Lent
from tests.postgres_server import a_postgres_database
from tests.redis_server import free_port

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("address", ["mysql://u:hunter2@h/db", "hunter2", "postgresql://u:hunter2@h:port/db", ":"])
def test_what_is_no_address_of_a_postgresql_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        Address(address)

    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg", "postgresql+psycopg2"])
def test_an_address_that_names_another_programs_driver_is_taken(scheme: str) -> None:
    url = Address(f"{scheme}://ward:hunter2@db.example:6543/notes?sslmode=require").ensured()

    assert (url.drivername, url.host, url.port, url.database) == ("postgresql+psycopg", "db.example", 6543, "notes")


async def test_a_server_that_is_not_there_is_told_at_once_and_without_its_password() -> None:
    keys = PostgresKeys(PostgresDatabase(Address(f"postgresql://ward:hunter2@127.0.0.1:{free_port()}/notes")))

    started = time.monotonic()
    with pytest.raises(StorageError) as refused:
        await keys.all()

    assert time.monotonic() - started < 2
    assert "hunter2" not in str(refused.value)
    assert keys.database.degraded


async def test_whoever_waits_for_the_database_waits_no_longer_than_said() -> None:
    with a_postgres_database() as database:
        await database.run(lambda connection: connection.execute(text("SELECT 1")))
        database.patience, database.rest = 0.3, 0.2

        started = time.monotonic()
        with pytest.raises(StorageError):
            await database.run(lambda connection: connection.execute(text("SELECT pg_sleep(1)")))
        waited = time.monotonic() - started
        with pytest.raises(StorageError):
            await database.run(lambda connection: connection.execute(text("SELECT 1")))
        refused = time.monotonic() - started - waited
        database.patience = 20
        await asyncio.sleep(0.3)

        # Waited for once, then left alone for a moment, and then asked again.
        assert waited < 1
        assert refused < 0.2
        assert await database.run(lambda connection: connection.execute(text("SELECT 1")).scalar()) == 1
        assert not database.degraded


async def test_an_answer_that_says_no_does_not_count_as_none() -> None:
    with a_postgres_database() as database:
        with pytest.raises(StorageError, match="42P01") as refused:
            await database.run(lambda connection: connection.execute(text("SELECT 'Quetzalcanary' FROM nowhere")))

        assert not database.degraded
        assert "Quetzalcanary" not in str(refused.value)


async def test_a_connection_that_was_given_back_is_nobodys_to_hang_up() -> None:
    def hung_up_meanwhile(connection: Connection) -> object:
        mine.give_up()
        return connection.execute(text("SELECT true")).scalar_one()

    with a_postgres_database() as database, Lent() as mine:
        # The pool has one connection by now, and lends it to whoever comes next.
        database.done(lambda connection: connection.execute(text("SELECT 1")))

        assert await database.run(hung_up_meanwhile) is True
