"""What every spool must do: nothing that was put there is lost, and the order stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from epicrisis.errors import BrokenSeal
from epicrisis.services.spooling import Batch, Spool
from epicrisis.storage.crypto import KeyRing
from epicrisis.storage.memory import MemorySecret
from epicrisis.storage.spool import FileSpool, MemorySpool
from tests.serving import CANARY

pytestmark = pytest.mark.anyio


@pytest.fixture
def ring() -> KeyRing:
    return KeyRing(secret=MemorySecret())


@pytest.fixture(params=["memory", "file"])
def spool(request: pytest.FixtureRequest, tmp_path: Path, ring: KeyRing) -> Spool:
    return MemorySpool() if request.param == "memory" else FileSpool(tmp_path / "data", "audit", ring)


async def put(spool: Spool, *records: bytes) -> None:
    for record in records:
        await spool.put(record)


async def test_gives_back_what_it_was_given_in_order_until_it_is_done(spool: Spool) -> None:
    assert not spool.pending
    assert await spool.claim() is None
    await put(spool, b"first", b"", b"second")
    assert spool.pending

    assert await spool.claim() == await spool.claim() == Batch((b"first", b"", b"second"))
    await spool.done()

    assert not spool.pending
    assert await spool.claim() is None


async def test_what_comes_while_a_batch_is_claimed_is_the_next_batch(spool: Spool) -> None:
    await put(spool, b"first")
    await spool.claim()
    await put(spool, b"second")
    await spool.note(b"7")

    again = await spool.claim()
    await spool.done()
    following = await spool.claim()

    assert again == Batch((b"first",), b"7")
    assert following == Batch((b"second",))


async def test_what_is_aside_outlives_the_process_and_is_sealed(tmp_path: Path, ring: KeyRing) -> None:
    await put(FileSpool(tmp_path, "audit", ring), CANARY.encode(), b"second")

    assert CANARY.encode() not in (tmp_path / "audit.spool").read_bytes()
    assert await FileSpool(tmp_path, "audit", ring).claim() == Batch((CANARY.encode(), b"second"))


async def test_a_record_that_was_cut_short_is_none_and_harms_no_other(tmp_path: Path, ring: KeyRing) -> None:
    await put(FileSpool(tmp_path, "audit", ring), b"first", b"cut")
    file = tmp_path / "audit.spool"
    with file.open("r+b") as stream:
        stream.truncate(file.stat().st_size - 3)

    spool = FileSpool(tmp_path, "audit", ring)
    await put(spool, b"second")

    assert await spool.claim() == Batch((b"first", b"second"))


async def test_two_processes_put_into_one_file_and_one_of_them_drains(tmp_path: Path, ring: KeyRing) -> None:
    here, there = (FileSpool(tmp_path, "audit", ring) for _ in range(2))
    for number in range(3):
        await put(here, b"here %d" % number)
        await put(there, b"there %d" % number)

    batch = await here.claim()

    assert batch is not None
    assert batch.records == tuple(b"%s %d" % (who, number) for number in range(3) for who in (b"here", b"there"))
    assert await there.claim() is None
    await here.done()
    assert await there.claim() is None
    assert not there.pending


async def test_a_record_that_was_moved_or_changed_does_not_open(tmp_path: Path, ring: KeyRing) -> None:
    spool, file = FileSpool(tmp_path, "audit", ring), tmp_path / "audit.spool"
    await put(spool, b"first", b"other")
    kept = file.read_bytes()
    file.write_bytes(kept[len(kept) // 2 :] + kept[: len(kept) // 2])

    with pytest.raises(BrokenSeal):
        await spool.claim()
    assert spool.pending
