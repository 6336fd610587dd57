"""P15: a data folder that is full or read-only is told in so many words, and no file looks whole and is not."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from epicrisis.errors import StorageError
from epicrisis.services.access import Scope
from epicrisis.services.keys import Keys
from epicrisis.storage.crypto import KeyRing
from epicrisis.storage.feedback import SqliteFeedback
from epicrisis.storage.keys import SqliteKeys
from epicrisis.storage.memory import MemoryKeys, MemorySecret
from epicrisis.storage.redactions import SqliteRedactionLog
from epicrisis.storage.secret import InstallationSecret
from epicrisis.storage.spool import FileSpool
from epicrisis.storage.sqlite import Database
from tests.contract.test_feedback_stores import OPINION
from tests.contract.test_redaction_logs import RECORD
from tests.serving import running

pytestmark = pytest.mark.anyio

BYTES = 20_000_000


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Lend a small disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={BYTES},mode=700", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> None:
    """Leave not a byte on the disk."""
    with suppress(OSError), (disk / "ballast").open("wb", buffering=0) as ballast:
        while ballast.write(bytes(65_536)):
            pass
    with suppress(OSError), (disk / "ballast").open("ab", buffering=0) as ballast:
        while ballast.write(b"0"):
            pass


def lock(disk: Path) -> None:
    """Let nobody write to the disk."""
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)


def unlock(disk: Path) -> None:
    subprocess.run(["mount", "-o", f"remount,rw,size={BYTES * 2}", str(disk)], check=True)


async def keep_a_key(data: Path) -> None:
    await Keys(SqliteKeys(Database(data)), MemorySecret()).create("ward", scopes=[Scope.READ])


async def keep_an_opinion(data: Path) -> None:
    await SqliteFeedback(Database(data)).keep(OPINION)


async def keep_a_record(data: Path) -> None:
    await SqliteRedactionLog(Database(data)).keep(RECORD)


async def make_a_secret(data: Path) -> None:
    await Keys(MemoryKeys(), InstallationSecret("", data)).create("ward", scopes=[Scope.READ])


async def put_aside(data: Path) -> None:
    await FileSpool(data, "audit", KeyRing(secret=MemorySecret())).put(b"x" * 100)


WORK: list[Callable[[Path], Awaitable[None]]] = [
    keep_a_key, keep_an_opinion, keep_a_record, make_a_secret, put_aside,
]  # fmt: skip


def whole(data: Path) -> bool:
    """Return whether every file that can be seen in ``data`` is what its name says, or empty."""
    database, secret, spool = (data / name for name in ("epicrisis.db", "secret.key", "audit.spool"))
    if database.exists() and database.stat().st_size:
        with sqlite3.connect(database) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return (not secret.exists() or secret.stat().st_size >= 32) and not spool.exists() and not list(data.glob(".*"))


@pytest.mark.parametrize("trouble", [fill, lock])
@pytest.mark.parametrize("work", WORK)
async def test_a_disk_in_trouble_is_told_and_what_is_kept_later_is_kept_whole(
    disk: Path, work: Callable[[Path], Awaitable[None]], trouble: Callable[[Path], None]
) -> None:
    data = disk / "data"
    data.mkdir()
    trouble(disk)

    with pytest.raises(StorageError, match="EPICRISIS_DATA"):
        await work(data)
    assert whole(data)
    unlock(disk)
    await work(data)

    assert list(data.iterdir())


async def test_a_spool_on_a_disk_that_fills_up_keeps_what_it_promised(disk: Path) -> None:
    spool, kept = FileSpool(disk / "data", "audit", KeyRing(secret=MemorySecret())), list[bytes]()
    await spool.put(b"first")
    fill(disk)
    for number in range(100):
        record = b"%d " % number * 2000
        try:
            await spool.put(record)
        except StorageError:
            continue
        kept.append(record)
    unlock(disk)
    await spool.put(b"last")

    batch = await spool.claim()

    assert batch is not None
    assert batch.records == (b"first", *kept, b"last")
    assert len(kept) < 100


def test_a_server_on_a_full_disk_goes_on_reading(disk: Path) -> None:
    fill(disk)
    with running(EPICRISIS_DATA=str(disk)) as (server, log):
        read, said = (
            server.send(
                f"POST {path} HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
            )
            for path, body in (
                ("/predict", json.dumps({"sentence": "The patient denies chest pain."})),
                ("/v1/feedback", json.dumps({
                    "request_id": "0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11", "given": "ABSENT", "right": "PRESENT",
                })),
            )
        )  # fmt: skip

    assert read is not None
    assert said is not None
    assert read.status == 200
    assert (said.status, said.json()["code"]) == (503, "storage-error")
    assert str(disk) not in said.body.decode()
    assert "Traceback" not in "".join(log)
