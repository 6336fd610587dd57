"""How much was redacted, counted in this process for whoever watches it, and once for all servers together."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Protocol

from epicrisis.services.deidentify import CountsRedactions

# What the number of redactions is called beside the kinds of what they hid.
REDACTIONS = "redactions"


class RedactionCounts(Protocol):
    """Sums of what was hidden since counting began; names of kinds and numbers, never a value."""

    async def add(self, counts: Mapping[str, int]) -> bool:
        """Add ``counts``; return whether that could be done now."""
        ...

    async def totals(self) -> Mapping[str, int] | None:
        """Return the sums, or ``None`` where they cannot be had now."""
        ...


class CountRedactions:
    """Counts every redaction here at once, and in the sums of all servers, where several add to them, soon after.

    What could not be added is added with the next; it is lost where this process ends first.
    """

    def __init__(self, here: CountsRedactions, sums: RedactionCounts | None) -> None:
        self.here = here
        self.sums = sums
        self._waiting = Counter[str]()
        self._adding: asyncio.Task[None] | None = None

    def redacted(self, kinds: Mapping[str, int]) -> None:
        """Count one redaction, and how many of each kind were hidden by it."""
        self.here.redacted(kinds)
        if self.sums is None:
            return
        self._waiting.update({REDACTIONS: 1, **kinds})
        if self._adding is None or self._adding.done():
            self._adding = asyncio.get_running_loop().create_task(self.add_waiting())

    async def add_waiting(self) -> None:
        """Add what waits to the sums of all servers, until nothing waits or it cannot be done."""
        while self._waiting and self.sums is not None:
            counts, self._waiting = self._waiting, Counter[str]()
            if not await self.sums.add(counts):
                self._waiting.update(counts)
                return

    async def close(self) -> None:
        """Add what still waits."""
        if self._adding is not None:
            await self._adding
        await self.add_waiting()
