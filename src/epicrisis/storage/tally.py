"""Counts in this process, or in Redis where several servers share them; while Redis is down, in this process again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2s
from typing import Any

from epicrisis.services.tally import WINDOW_SECONDS, Allowance, Tally, allowance, weighted
from epicrisis.storage.redis_link import RedisLink

# Some ten megabytes. A client that falls out begins anew, so whoever comes from more addresses than this gains nothing.
MOST_CLIENTS = 50_000
MOST_NAMES = 50_000


@dataclass(slots=True)
class _Counts:
    """The requests of one client: of the minute that began at ``since``, and of the one before."""

    since: float
    current: int = 0
    previous: int = 0


class MemoryTally:
    """Counts in this process, of a bounded number of clients."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._clients: dict[str, _Counts] = {}
        self._seen: dict[str, float] = {}

    @property
    def degraded(self) -> bool:
        """Never: what is counted here is for this process alone."""
        return False

    async def spend(self, client: str, *, limit: int) -> Allowance:
        """Count one request of ``client``, unless it has made ``limit`` in the last minute."""
        now = self.clock()
        counts = self._counts(client, now)
        left = counts.since + WINDOW_SECONDS - now
        # Counted as Redis counts it, by whole requests.
        granted = int(weighted(counts.previous, counts.current, left)) < limit
        if granted:
            counts.current += 1
        return allowance(granted=granted, limit=limit, previous=counts.previous, current=counts.current, left=left)

    async def first(self, name: str, *, seconds: int) -> bool:
        """Return whether ``name`` is seen for the first time in ``seconds``."""
        now = self.clock()
        if self._seen.get(name, now) > now:
            return False
        self._seen.pop(name, None)
        self._seen[name] = now + seconds
        if len(self._seen) > MOST_NAMES:
            self._forget_names(now)
        return True

    async def close(self) -> None:
        """Keep nothing open: there is nothing to close."""

    def _counts(self, client: str, now: float) -> _Counts:
        counts = self._clients.get(client)
        if counts is not None and now < counts.since + WINDOW_SECONDS:
            return counts
        # Put back at the end, so that those who have been silent longest stand first.
        self._clients.pop(client, None)
        if counts is None or now >= counts.since + 2 * WINDOW_SECONDS:
            counts = _Counts(now)
        else:
            counts = _Counts(counts.since + WINDOW_SECONDS, previous=counts.current)
        self._clients[client] = counts
        if len(self._clients) > MOST_CLIENTS:
            del self._clients[next(iter(self._clients))]
        return counts

    def _forget_names(self, now: float) -> None:
        self._seen = {name: until for name, until in self._seen.items() if until > now}
        while len(self._seen) > MOST_NAMES:
            del self._seen[next(iter(self._seen))]


class RedisTally:
    """Counts in Redis, so that several servers hold a client to one limit; in this process while Redis is down."""

    def __init__(self, link: RedisLink) -> None:
        """Take the Redis behind ``link``, which others may use too."""
        self._link = link
        # Here, so that whoever counts in this process does not wait for it.
        from limits.aio.storage import RedisStorage

        # The pool is what speaks to Redis; the address says no more than which client library to use.
        client: Any = {"connection_pool": self._link.pool}
        self._storage = RedisStorage("async+redis://", implementation="redispy", key_prefix="epicrisis:count", **client)
        foreign = self._storage.base_exceptions
        self._link.also_fails(*(foreign if isinstance(foreign, tuple) else (foreign,)))
        self._instead = MemoryTally()

    @property
    def degraded(self) -> bool:
        """Whether Redis did not answer when it was asked last."""
        return self._link.degraded

    async def spend(self, client: str, *, limit: int) -> Allowance:
        """Count one request of ``client``, unless it has made ``limit`` in the last minute, on whatever server."""
        # Hashed for its length and its characters; it is no secret that Redis keeps.
        name = blake2s(client.encode("utf-8", "replace"), digest_size=16).hexdigest()
        found = await self._link.ask(self._spend, name, limit)
        return found if found is not None else await self._instead.spend(client, limit=limit)

    async def first(self, name: str, *, seconds: int) -> bool:
        """Return whether ``name`` is seen for the first time in ``seconds``, by whatever server."""
        seen = await self._link.ask(self._storage.incr, f"seen/{name}", seconds)
        # Kept here too, so that no name is new again when Redis goes down, or comes back.
        here = await self._instead.first(name, seconds=seconds)
        return here and seen in {None, 1}

    async def close(self) -> None:
        """Close the connections to Redis."""
        await self._link.close()

    async def _spend(self, client: str, limit: int) -> Allowance:
        granted = await self._storage.acquire_sliding_window_entry(client, limit, WINDOW_SECONDS)
        previous, previous_left, current, current_left = await self._storage.get_sliding_window(client, WINDOW_SECONDS)
        left = previous_left if previous else current_left - WINDOW_SECONDS
        return allowance(
            granted=granted, limit=limit, previous=previous, current=current, left=min(max(left, 0.0), WINDOW_SECONDS)
        )


def tally_of(link: RedisLink | None) -> Tally:
    """Return what counts for this installation: in the Redis behind ``link``, where there is one."""
    return MemoryTally() if link is None else RedisTally(link)
