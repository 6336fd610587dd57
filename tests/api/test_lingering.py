"""What a connection writes, and when."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest

from epicrisis.api.lingering import Lingering

pytestmark = pytest.mark.anyio

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"


class Recording(asyncio.Transport):
    """A transport that keeps each write apart."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.writes.append(bytes(data))

    def writelines(self, pieces: Iterable[bytes | bytearray | memoryview]) -> None:
        self.writes.append(b"".join(pieces))

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True


def over(transport: Recording) -> Lingering:
    return Lingering(transport, asyncio.get_running_loop(), unfinished=lambda: False, patience=1)


async def test_head_and_body_go_out_together() -> None:
    transport = Recording()
    line = over(transport)

    line.write(HEAD)
    line.write(b"{}")

    assert transport.writes == [HEAD + b"{}"]


async def test_a_head_whose_body_is_late_goes_out_alone() -> None:
    transport = Recording()
    line = over(transport)

    line.write(HEAD)
    await asyncio.sleep(0)
    line.write(b"{}")

    assert transport.writes == [HEAD, b"{}"]


async def test_a_head_without_a_body_goes_out_before_the_end() -> None:
    transport = Recording()
    line = over(transport)

    line.write(HEAD)
    line.close()
    await asyncio.sleep(0)

    assert transport.writes == [HEAD]
    assert transport.closed


async def test_the_head_of_a_lost_connection_is_dropped() -> None:
    transport = Recording()
    line = over(transport)

    line.write(HEAD)
    transport.close()
    await asyncio.sleep(0)

    assert transport.writes == []


@pytest.mark.parametrize("piece", [b"data: 1\n\n", b"0\r\n\r\n", b"HTTP/1.1 503 Busy\r\n\r\n{}"])
async def test_whatever_is_no_head_goes_out_at_once(piece: bytes) -> None:
    transport = Recording()

    over(transport).write(piece)

    assert transport.writes == [piece]
