from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from epicrisis.errors import StorageError
from epicrisis.storage.schema import STEPS
from epicrisis.storage.sqlite import FILE, Database, open_database

ADD = "INSERT INTO keys (id, name, scopes, digest, made_with, created_at) VALUES (?, 'n', 'read', x'00', 'm', 0)"


def ids(database: Database) -> list[str]:
    with database.transaction() as connection:
        return [row["id"] for row in connection.execute("SELECT id FROM keys ORDER BY id")]


def permissions(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_kept_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "data"
    before = os.umask(0)
    try:
        database = open_database(folder)
    finally:
        os.umask(before)

    with database.transaction() as connection:
        connection.execute(ADD, ("a",))

    assert permissions(folder) == 0o700
    assert {path.name: permissions(path) for path in folder.iterdir()} == {
        FILE: 0o600, f"{FILE}-wal": 0o600, f"{FILE}-shm": 0o600,
    }  # fmt: skip


def test_nothing_is_made_before_it_is_needed(tmp_path: Path) -> None:
    database = Database(tmp_path / "data")

    assert not database.exists
    assert list(tmp_path.iterdir()) == []


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    database = open_database(tmp_path)

    def add_and_fail() -> None:
        with database.transaction() as connection:
            connection.execute(ADD, ("a",))
            raise LookupError

    with pytest.raises(LookupError):
        add_and_fail()

    assert ids(database) == []


def test_threads_take_turns(tmp_path: Path) -> None:
    database = open_database(tmp_path)

    def add(first: int) -> None:
        for number in range(first, first + 25):
            with database.transaction() as connection:
                connection.execute(ADD, (f"{number:03}",))

    threads = [threading.Thread(target=add, args=(first,)) for first in range(0, 200, 25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ids(database) == [f"{number:03}" for number in range(200)]


def test_processes_open_and_write_the_same_new_file_at_once(tmp_path: Path) -> None:
    script = f"""
import sys
from pathlib import Path
from epicrisis.storage.sqlite import open_database
database = open_database(Path(sys.argv[1]))
for number in range(20):
    with database.transaction() as connection:
        connection.execute({ADD!r}, (sys.argv[2] + str(number),))
"""
    programs = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "data"), name], stderr=subprocess.PIPE)
        for name in "abcd"
    ]

    assert [(program.wait(timeout=60), program.communicate()[1]) for program in programs] == [(0, b"")] * 4
    assert len(ids(open_database(tmp_path / "data"))) == 80


def test_takes_the_steps_a_file_has_not_taken_and_no_other(tmp_path: Path) -> None:
    open_database(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE) as kept:
        kept.execute(ADD, ("a",))

    again = open_database(tmp_path)

    assert ids(again) == ["a"]
    with again.transaction() as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(STEPS)


def test_refuses_a_file_of_a_newer_release(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE) as newer:
        newer.execute(f"PRAGMA user_version = {len(STEPS) + 1}")

    with pytest.raises(StorageError, match="made by a newer epicrisis"):
        open_database(tmp_path)


def test_refuses_what_is_no_database(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all, and long enough to be none" * 100)

    with pytest.raises(StorageError, match="EPICRISIS_DATA"):
        open_database(tmp_path)


def test_refuses_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StorageError, match="EPICRISIS_DATA"):
        open_database(tmp_path / "file" / "data")


@pytest.mark.anyio
async def test_work_runs_beside_the_loop_and_returns_what_it_found(tmp_path: Path) -> None:
    database = open_database(tmp_path)

    thread = await database.run(lambda connection: (connection.execute(ADD, ("a",)), threading.current_thread())[1])

    assert thread is not threading.current_thread()
    assert await database.run(lambda connection: connection.execute("SELECT id FROM keys").fetchone()["id"]) == "a"
