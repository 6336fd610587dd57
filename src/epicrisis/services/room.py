"""Room for files: they are large, and memory is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from epicrisis.errors import DeadlineExceeded, Overloaded


class Room:
    """Room for so many files being worked on at once, and for as many again that wait for their turn."""

    def __init__(self, at_once: int = 1) -> None:
        self._most = 2 * at_once
        self.taken = 0
        self._turns = asyncio.Semaphore(at_once)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold room for one file, from before it is sent until its answer is.

        Raises:
            Overloaded: there are as many files here as may be.
        """
        if self.taken >= self._most:
            raise Overloaded
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1

    @contextmanager
    def held_for(self, size: int, *, above: int) -> Iterator[None]:
        """Hold room for what has ``size`` bytes where those are more than ``above``: what is small needs none.

        Raises:
            Overloaded: there are as many files here as may be.
        """
        if size <= above:
            yield
            return
        with self.held():
            yield

    @asynccontextmanager
    async def turn(self, seconds: float) -> AsyncIterator[None]:
        """Wait for a turn, and have it for as long as is left of ``seconds``.

        Raises:
            DeadlineExceeded: they are over.
        """
        try:
            async with asyncio.timeout(seconds), self._turns:
                yield
        except TimeoutError:
            raise DeadlineExceeded from None
