"""Sums of what was redacted: in this process, or in Redis where several servers add to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Mapping
from typing import Any, cast

from epicrisis.storage.redis_link import RedisLink

# A hash of numbers by name: `redis-cli HGETALL epicrisis:redactions` shows it.
NAME = "epicrisis:redactions"


class MemoryRedactionCounts:
    """Sums as long as the process lives."""

    def __init__(self) -> None:
        self._sums = Counter[str]()

    async def add(self, counts: Mapping[str, int]) -> bool:
        """Add ``counts``; that can always be done."""
        self._sums.update(counts)
        return True

    async def totals(self) -> Mapping[str, int]:
        """Return the sums."""
        return dict(self._sums)


class RedisRedactionCounts:
    """Sums in the Redis behind ``link``, of every server that uses it."""

    def __init__(self, link: RedisLink) -> None:
        self.link = link

    async def add(self, counts: Mapping[str, int]) -> bool:
        """Add ``counts``; return whether Redis said that it did.

        Where it did and could not say so any more, they are added twice: these are sums, and the rows of the log tell
        exactly.
        """
        return await self.link.ask(self._add, counts) is not None

    async def totals(self) -> Mapping[str, int] | None:
        """Return the sums, or ``None`` while Redis is away."""
        return await self.link.ask(self._totals)

    async def _add(self, counts: Mapping[str, int]) -> list[Any]:
        # All of them, or none.
        async with self.link.client.pipeline(transaction=True) as together:
            for name, count in counts.items():
                together.hincrby(NAME, name, count)
            return await together.execute()

    async def _totals(self) -> Mapping[str, int]:
        kept = await cast(Awaitable[dict[bytes, bytes]], self.link.client.hgetall(NAME))
        return {name.decode(): int(count) for name, count in kept.items()}
