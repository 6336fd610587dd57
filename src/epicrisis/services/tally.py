"""What is counted across requests: how many a client has made lately, and which one-time names were seen."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import Protocol

WINDOW_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a client has left: ``wait`` seconds from now it may make one request more than ``remaining``."""

    granted: bool
    limit: int
    remaining: int
    wait: int


class Tally(Protocol):
    """Counts for one server, or for several that share what is counted."""

    @property
    def degraded(self) -> bool:
        """Whether counts should be shared, and what shares them is out of reach."""
        ...

    async def spend(self, client: str, *, limit: int) -> Allowance:
        """Count one request of ``client``, unless it has made ``limit`` in the last minute."""
        ...

    async def first(self, name: str, *, seconds: int) -> bool:
        """Return whether ``name`` is seen for the first time in ``seconds``."""
        ...

    async def close(self) -> None:
        """Let go of whatever holds the counts."""
        ...


def allowance(*, granted: bool, limit: int, previous: int, current: int, left: float) -> Allowance:
    """Return what is left to a client that made ``current`` requests in this minute, which has ``left`` seconds to go.

    The requests of the minute before count by the share of it that the last sixty seconds still cover: the sliding
    window counter, which keeps two numbers a client and lets no burst through where two minutes meet.
    """
    used = floor(weighted(previous, current, left))
    return Allowance(granted, limit, max(0, limit - used), _wait(max(1, min(used, limit)), previous, current, left))


def weighted(previous: int, current: int, left: float) -> float:
    """Return how many requests of the last sixty seconds two whole counts amount to."""
    return previous * left / WINDOW_SECONDS + current


def _wait(below: int, previous: int, current: int, left: float) -> int:
    """Return after how many whole seconds of silence the weighted count is less than ``below``."""
    if current < below:
        # The minute before fades out while this one lasts; one without requests has nothing that could.
        fades = (below - current) * WINDOW_SECONDS / previous if previous else 0.0
        return max(0, floor(left - fades) + 1)
    # Then this minute becomes the one before, and fades out itself.
    return max(0, floor(left + WINDOW_SECONDS * (1 - below / current)) + 1)
