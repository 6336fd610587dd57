"""Load from many clients at once, in a closed loop or at a rate of arrival, over raw sockets that are kept open.

A closed loop asks again once it has its answer, so it asks a slow server less: it finds what a server can do. At a rate
of arrival the next request comes whether or not the last was answered: it shows what a server does beyond that.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter
from typing import TypeAlias

from tests.serving import Server

# One request again and again, or another one each time: equal ones are read once.
Asked: TypeAlias = bytes | Iterator[bytes]

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_RETRY_AFTER = re.compile(rb"\r\nretry-after: *(\d+)\r\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer: when it came, how many seconds after it was due, and when clients are told to try again."""

    status: int
    at: float
    seconds: float
    retry_after: int | None


@dataclass(frozen=True, slots=True)
class Load:
    """What came back within ``seconds``; ``lost`` had no whole answer, and never should any."""

    seconds: float
    answers: Sequence[Answered]
    lost: int

    @property
    def goodput(self) -> float:
        """Return how many requests a second had what they asked for.

        From the first such answer to the last: a window holds one more or one less of slow answers by chance.
        """
        came = [answer.at for answer in self.with_status(200)]
        return (len(came) - 1) / (max(came) - min(came)) if len(set(came)) > 1 else len(came) / self.seconds

    def with_status(self, status: int) -> list[Answered]:
        """Return the answers of that ``status``."""
        return [answer for answer in self.answers if answer.status == status]


def middle(answers: Sequence[Answered]) -> float:
    """Return within how many seconds half of ``answers`` had come; there is no such time where none came."""
    return median(answer.seconds for answer in answers) if answers else math.inf


def slowest(answers: Sequence[Answered]) -> float:
    """Return within how many seconds 99 of 100 ``answers`` had come; of fewer than two nobody can say."""
    if len(answers) < 2:
        return math.inf
    return quantiles((answer.seconds for answer in answers), n=100, method="inclusive")[98]


def posting(path: str, body: object) -> bytes:
    """Return the bytes that post ``body`` to ``path`` and leave the connection open."""
    content = json.dumps(body).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: {len(content)}"
    return f"{head}\r\n\r\n".encode() + content


class Clients:
    """Connections to one server, each of which has one request under way at most.

    Loads are counted for ``seconds`` after a ``lead``, in which the queue fills to what it then stays at.
    """

    def __init__(self, lines: Sequence[_Line]) -> None:
        self._lines = lines

    async def in_turn(self, asked: Asked, *, clients: int, seconds: float, lead: float = 0.0) -> Load:
        """Let ``clients`` of them ask again and again."""
        count = _Count(seconds, lead)

        async def again(line: _Line) -> None:
            while (now := perf_counter()) < count.end:
                await count.ask(line, asked, due=now)

        await asyncio.gather(*(again(line) for line in self._lines[:clients]))
        return count.load()

    async def arriving(self, asked: Asked, *, rate: float, seconds: float, lead: float = 0.0) -> Load:
        """Ask ``rate`` times a second, by the client that has rested longest; where none does, the request waits."""
        count = _Count(seconds, lead)
        resting, under_way = deque(self._lines), set[asyncio.Task[None]]()

        async def once(line: _Line, due: float) -> None:
            await count.ask(line, asked, due=due)
            resting.append(line)

        due = perf_counter()
        while due < count.end:
            await asyncio.sleep(max(0.0, due - perf_counter()))
            while not resting:
                await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            task = asyncio.create_task(once(resting.popleft(), due))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
            due += 1 / rate
        await asyncio.gather(*under_way)
        return count.load()

    async def share(self, asked: Iterable[tuple[bytes, int]], *, renewed_after: int = 100) -> int:
        """Share out ``asked``, requests with the status each shall have; return how many had it.

        A line that has asked ``renewed_after`` times is closed, and opened anew.
        """
        waiting, right = iter(asked), 0

        async def again(line: _Line) -> None:
            nonlocal right
            for number, (request, status) in enumerate(waiting, 1):
                head = await line.ask(request)
                right += head is not None and int(head[9:12]) == status
                if number % renewed_after == 0:
                    line.close()

        await asyncio.gather(*(again(line) for line in self._lines))
        return right


@asynccontextmanager
async def connected(server: Server, *, clients: int) -> AsyncIterator[Clients]:
    """Connect ``clients`` to ``server``."""
    lines = [_Line(server) for _ in range(clients)]
    for line in lines:
        await line.open()
    try:
        yield Clients(lines)
    finally:
        for line in lines:
            line.close()


class _Count:
    """Keeps the answers that come between the beginning and the end."""

    def __init__(self, seconds: float, lead: float) -> None:
        self.seconds = seconds
        self.begin = perf_counter() + lead
        self.end = self.begin + seconds
        self.answers: list[Answered] = []
        self.lost = 0

    async def ask(self, line: _Line, asked: Asked, *, due: float) -> None:
        head = await line.ask(asked if isinstance(asked, bytes) else next(asked))
        now = perf_counter()
        if head is None:
            self.lost += 1
        elif self.begin <= now <= self.end:
            told = _RETRY_AFTER.search(head)
            self.answers.append(Answered(int(head[9:12]), now, now - due, int(told[1]) if told else None))

    def load(self) -> Load:
        return Load(self.seconds, self.answers, self.lost)


class _Line(asyncio.Protocol):
    """One connection; where the server closes it, the next request opens another."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._head: asyncio.Future[bytes | None] | None = None

    async def open(self) -> None:
        self._transport, _ = await asyncio.get_running_loop().create_connection(
            lambda: self, self.server.host, self.server.port
        )

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    async def ask(self, asked: bytes) -> bytes | None:
        """Return the head of the answer to ``asked`` once its body is there too, or ``None`` where it never is."""
        if self._transport is None:
            await self.open()
        assert self._transport is not None
        self._received = b""
        self._head = asyncio.get_running_loop().create_future()
        self._transport.write(asked)
        return await self._head

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if end and length and len(body) >= int(length[1]):
            if b"\r\nconnection: close" in head.lower():
                self.close()
            self._tell(head + b"\r\n")

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        self._tell(None)

    def _tell(self, head: bytes | None) -> None:
        if self._head is not None and not self._head.done():
            self._head.set_result(head)
