from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import AsyncIterator

import pytest

from epicrisis.ehr.troubles import Trouble, Why
from epicrisis.ehr.unpacking import whole

pytestmark = pytest.mark.anyio

MEANT = b"abc" * 5_000
# Without the time, so that every process collects the same tests.
PACKED = gzip.compress(MEANT, mtime=0)


async def pieces(data: bytes, size: int = 1_000) -> AsyncIterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


@pytest.mark.parametrize(("encoding", "packed"), [("", MEANT), ("gzip", PACKED)])
async def test_what_fits_is_taken_as_it_was_meant(encoding: str, packed: bytes) -> None:
    assert await whole(pieces(packed), encoding, most=15_000) == b"abc" * 5_000


@pytest.mark.parametrize(("encoding", "packed"), [("", MEANT), ("GZIP", PACKED)])
async def test_one_byte_too_many_is_too_many(encoding: str, packed: bytes) -> None:
    with pytest.raises(Trouble) as refused:
        await whole(pieces(packed), encoding, most=14_999)

    assert refused.value.why is Why.TOO_LARGE


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("br", b"x"),
        ("gzip, gzip", b"x"),
        ("gzip", b"no gzip"),
        ("gzip", gzip.compress(b"x" * 9_000, mtime=0)[:-9]),
        ("gzip", b""),
    ],
)
async def test_what_cannot_be_unpacked_is_not_taken(encoding: str, data: bytes) -> None:
    with pytest.raises(Trouble) as refused:
        await whole(pieces(data), encoding, most=10_000)

    assert refused.value.why is Why.UNREADABLE


async def test_a_bomb_is_never_held() -> None:
    bomb = gzip.compress(b" " * 200_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(Trouble):
            await whole(pieces(bomb, 65_536), "gzip", most=1_000_000)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < 5_000_000
