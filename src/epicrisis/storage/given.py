"""Which answers were given lately: in this process, and in Redis where several servers give them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from hashlib import blake2s
from typing import cast

from epicrisis.services.feedback import GivenAnswers
from epicrisis.storage.redis_link import RedisLink

# Twice as many at most, some ten megabytes; and in Redis, those of a day and a bit more, so many of each six hours.
MOST_GIVEN = 50_000
MOST_SHARED = 1_000_000
_STRETCH_SECONDS = 21_600
_STRETCHES = 5
# Told to Redis together: one command for all answers of a moment, whatever the load.
_MOMENT_SECONDS = 0.2


class MemoryGiven:
    """Remembers the last ``most`` answers of this process, and up to as many before those."""

    def __init__(self, *, most: int = MOST_GIVEN) -> None:
        self.most = most
        self._last: set[bytes] = set()
        self._before: set[bytes] = set()

    def note(self, request_id: str, *, tenant: str = "") -> None:
        """Remember that the request was answered, to somebody of ``tenant``."""
        self.keep(marks(request_id, tenant))

    async def holds(self, request_id: str, *, tenant: str = "") -> bool:
        """Return whether the request was answered here, to somebody of ``tenant``; those of none see all."""
        return self.kept(mark(request_id, tenant))

    async def close(self) -> None:
        """Let go of nothing: it all lives here."""

    def keep(self, noted: Sequence[bytes]) -> None:
        """Remember what is ``noted``."""
        self._last.update(noted)
        if len(self._last) >= self.most:
            # Both at once: to look for the oldest of so many at every answer would cost more than the answer.
            self._before, self._last = self._last, set()

    def kept(self, noted: bytes) -> bool:
        """Return whether that is remembered."""
        return noted in self._last or noted in self._before


class RedisGiven:
    """Remembers for a day, in Redis, what any server answered; what is answered while Redis is away, its own alone."""

    def __init__(self, link: RedisLink, *, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self._link = link
        self._here = MemoryGiven()
        self._new: list[bytes] = []
        self._telling: asyncio.Task[None] | None = None

    def note(self, request_id: str, *, tenant: str = "") -> None:
        """Remember that the request was answered, to somebody of ``tenant``; Redis hears of it in a moment."""
        noted = marks(request_id, tenant)
        self._here.keep(noted)
        self._new += noted
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell_soon())

    async def holds(self, request_id: str, *, tenant: str = "") -> bool:
        """Return whether any server answered the request, to somebody of ``tenant``; those of none see all."""
        wanted = mark(request_id, tenant)
        return self._here.kept(wanted) or bool(await self._link.ask(self._found, wanted))

    async def close(self) -> None:
        """Wait until Redis has heard of everything, or is away."""
        if self._telling is not None:
            await self._telling

    async def _tell_soon(self) -> None:
        while self._new:
            await asyncio.sleep(_MOMENT_SECONDS)
            new, self._new = self._new, []
            await self._link.ask(self._put, new)

    async def _put(self, new: Sequence[bytes]) -> None:
        name = self._names()[0]
        async with self._link.client.pipeline(transaction=False) as told:
            told.sadd(name, *new)
            told.expire(name, _STRETCH_SECONDS * _STRETCHES)
            told.scard(name)
            *_, held = await told.execute()
        if held > MOST_SHARED:
            # Or the answers of a busy day would fill Redis; which of them are forgotten is left to chance.
            await self._link.client.spop(name, held - MOST_SHARED)

    async def _found(self, wanted: bytes) -> bool:
        async with self._link.client.pipeline(transaction=False) as asked:
            for name in self._names():
                asked.sismember(name, cast(str, wanted))
            return any(await asked.execute())

    def _names(self) -> list[str]:
        """Return the names of the sets that may hold what was answered lately, that of now first."""
        now = int(self.clock()) // _STRETCH_SECONDS
        return [f"epicrisis:given:{stretch}" for stretch in range(now, now - _STRETCHES, -1)]


def given_in(link: RedisLink | None) -> GivenAnswers:
    """Return what remembers answers for this installation: in the Redis behind ``link``, where there is one."""
    return MemoryGiven() if link is None else RedisGiven(link)


def mark(request_id: str, tenant: str) -> bytes:
    """Return what stands for a request of ``tenant``."""
    return blake2s(f"{tenant} {request_id}".encode(), digest_size=16).digest()


def marks(request_id: str, tenant: str) -> list[bytes]:
    """Return every mark such a request is found by: that of its tenant, and that of whoever looks after all of them."""
    return [mark(request_id, each) for each in {"", tenant}]
