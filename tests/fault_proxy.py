"""A proxy that spoils the line between two programs: late, slow, in slices, cut in the middle, or silent for ever.

It runs in a thread of its own, on sockets of 127.0.0.1, and a test changes the weather while the line is in use.
"""

from __future__ import annotations

import asyncio
import math
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

# A port of this machine, or the path of a socket.
Target: TypeAlias = int | Path

# What asyncio holds of what came and went; small, so that a line that is slow is felt at both ends of it.
_PIECE = 16_384
_TICK_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to what is sent one way; as it stands, nothing does.

    Each piece waits ``late_seconds`` and is passed on ``slice_bytes`` at a time, ``bytes_per_second`` at most. After
    ``cut_after`` bytes the connection is reset at both ends. While it is ``silent`` nothing is passed on, and no end is
    told: so does a network that lost the way.
    """

    late_seconds: float = 0.0
    bytes_per_second: float = math.inf
    slice_bytes: int = _PIECE
    cut_after: int | None = None
    silent: bool = False


SOUND = Fault()
SILENT = Fault(silent=True)


@dataclass(slots=True)
class FaultProxy:
    """Where it listens, and what it does: ``up`` to what a client sends, ``down`` to what it is answered."""

    port: int = 0
    up: Fault = SOUND
    down: Fault = SOUND
    connections: int = 0
    _losing: bool = False
    _lost: set[int] = field(default_factory=set)
    _open: set[int] = field(default_factory=set)

    def spoil(self, fault: Fault) -> None:
        """Let ``fault`` happen to whatever is sent from now on, either way."""
        self.up = self.down = fault

    def lose(self) -> None:
        """Be silent, and do not let those who are connected, or connect meanwhile, find each other again."""
        self.spoil(SILENT)
        self._losing = True
        self._lost |= self._open

    def repair(self) -> None:
        """Pass everything on again, on every connection that is not lost."""
        self._losing = False
        self.up = self.down = SOUND

    async def serve(self, target: Target, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Connect a client to ``target``."""
        number = self.connections = self.connections + 1
        self._open.add(number)
        if self._losing:
            self._lost.add(number)
        writers = [writer]
        try:
            server, into = await _connected(target)
            writers.append(into)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass(number, reader, into, up=True))
                both.create_task(self._pass(number, server, writer, up=False))
        except* OSError:
            for each in writers:
                _reset(each)
        finally:
            self._open.discard(number)
            for each in writers:
                each.close()

    async def _pass(self, number: int, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, up: bool) -> None:
        passed = 0
        while piece := await source.read(_PIECE):
            await asyncio.sleep(self._fault(up).late_seconds)
            while piece:
                fault = await self._heard(number, up)
                now = piece[: fault.slice_bytes]
                if fault.cut_after is not None and passed + len(now) > fault.cut_after:
                    sink.write(now[: max(0, fault.cut_after - passed)])
                    await sink.drain()
                    raise ConnectionResetError
                sink.write(now)
                await sink.drain()
                piece, passed = piece[len(now) :], passed + len(now)
                # Each slice is a packet of its own, so whoever reads sees it come alone.
                await asyncio.sleep(len(now) / fault.bytes_per_second)
        await self._heard(number, up)
        sink.write_eof()

    async def _heard(self, number: int, up: bool) -> Fault:
        """Return what happens to what is passed on now, once anything is."""
        while self._fault(up).silent or number in self._lost:
            await asyncio.sleep(_TICK_SECONDS)
        return self._fault(up)

    def _fault(self, up: bool) -> Fault:
        return self.up if up else self.down


async def _connected(target: Target) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if isinstance(target, Path):
        return await asyncio.open_unix_connection(target)
    return await asyncio.open_connection("127.0.0.1", target)


def _reset(writer: asyncio.StreamWriter) -> None:
    connection = writer.get_extra_info("socket")
    if connection is not None and connection.family != socket.AF_UNIX:
        with suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@contextmanager
def faulty(target: Target) -> Iterator[FaultProxy]:
    """Run a proxy before ``target``; every connection through it ends with it."""
    proxy, listening, over = FaultProxy(), threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # The end of the proxy is the end of what it was doing, and no error.
        with suppress(asyncio.CancelledError):
            await proxy.serve(target, reader, writer)

    async def run() -> None:
        server = await asyncio.start_server(connected, "127.0.0.1", 0, limit=_PIECE)
        proxy.port = server.sockets[0].getsockname()[1]
        listening.set()
        await over.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
            await asyncio.wait([task])

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), name="proxy")
    thread.start()
    try:
        assert listening.wait(timeout=10)
        yield proxy
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(timeout=10)
        loop.close()
    assert not thread.is_alive()
