from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import pytest

pytest.importorskip("alembic")
pytest.importorskip("psycopg")

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text

from epicrisis.errors import StorageError
from epicrisis.storage.postgres.database import PostgresDatabase
from epicrisis.storage.postgres.migrations.migrating import NOTHING, migrate
from epicrisis.storage.postgres.tables import metadata
from tests.postgres_server import a_postgres_address, at

OURS = set(metadata.tables)


@pytest.fixture
def address() -> Iterator[str]:
    with a_postgres_address(empty=True) as address:
        yield address


@pytest.fixture
def engine(address: str) -> Iterator[Engine]:
    engine = create_engine(at(address).ensured())
    yield engine
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) & OURS


def said(engine: Engine, *statements: str) -> list[tuple[object, ...]]:
    with engine.begin() as connection:
        for statement in statements:
            result = connection.execute(text(statement))
        return [tuple(row) for row in result] if result.returns_rows else []


A_KEY = (
    "INSERT INTO keys (id, name, scopes, digest, made_with, created_at) "
    "VALUES ('aaaaaaaaaaaa', 'ward', '{read}', 'x', 'abcd', now())"
)
A_ROW = "INSERT INTO audit_log (number, entry, link) VALUES (1, 'e', 'l')"


def test_steps_go_up_down_and_up_again_and_keep_what_is_not_theirs(engine: Engine) -> None:
    migrate(engine, "0001")
    assert tables(engine) == {"keys", "feedback"}
    said(engine, A_KEY)
    migrate(engine)
    assert tables(engine) == OURS
    said(engine, A_ROW)

    migrate(engine, "0001")
    assert tables(engine) == {"keys", "feedback"}
    migrate(engine)

    assert said(engine, "SELECT name FROM keys") == [("ward",)]
    assert said(engine, "SELECT * FROM audit_log") == []
    said(engine, A_ROW)
    migrate(engine, NOTHING)
    assert tables(engine) == set()
    migrate(engine)
    assert tables(engine) == OURS


def test_the_tables_are_what_the_adapters_think_they_are(engine: Engine) -> None:
    migrate(engine)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "epicrisis_version"})
        differences = compare_metadata(context, metadata)

    # The index is of the database's business, and of no statement's.
    assert [each for each in differences if each[0] != "remove_index"] == []


def test_servers_that_start_at_the_same_moment_take_each_step_once(address: str, engine: Engine) -> None:
    faults: list[BaseException] = []

    def start() -> None:
        database = PostgresDatabase(at(address))
        try:
            database.open()
        except BaseException as error:  # noqa: BLE001  told by the test
            faults.append(error)
        finally:
            database.close()

    threads = [Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert faults == []
    assert tables(engine) == OURS
    assert said(engine, "SELECT count(*) FROM epicrisis_version") == [(1,)]


def test_a_database_of_a_newer_epicrisis_is_left_alone(address: str, engine: Engine) -> None:
    migrate(engine)
    said(engine, "UPDATE epicrisis_version SET version_num = '9999'")

    with pytest.raises(StorageError, match="newer epicrisis"):
        PostgresDatabase(at(address)).open()

    assert tables(engine) == OURS


def test_a_step_that_fails_leaves_everything_as_it_was(engine: Engine) -> None:
    migrate(engine, "0001")
    # In the way of the last table of the step.
    said(engine, "CREATE TABLE phi_audit_log (id int)")

    with pytest.raises(Exception, match="already exists"):
        migrate(engine)

    assert tables(engine) == {"keys", "feedback", "phi_audit_log"}
    assert said(engine, "SELECT version_num FROM epicrisis_version") == [("0001",)]
