"""What was looked up in the last seconds, so that not every request looks it up again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Found = TypeVar("Found")

# While one looks something up again, the others go on with what was found before, for so long and no longer.
LOOKING_UP_SECONDS = 0.5


@dataclass(slots=True)
class _Kept(Generic[Found]):
    found: Found
    since: float
    until: float
    last: float


class Recent(Generic[Found]):
    """Keeps up to ``most`` findings, each for ``seconds``; none is told ``LOOKING_UP_SECONDS`` after that."""

    def __init__(self, *, seconds: float, most: int, clock: Callable[[], float]) -> None:
        self.seconds = seconds
        self.most = most
        self.clock = clock
        self._kept: dict[Hashable, _Kept[Found]] = {}

    def get(self, mark: Hashable) -> Found | None:
        """Return what was found under ``mark``; ``None`` asks one caller to look it up again while others go on."""
        kept = self._kept.get(mark)
        if kept is None:
            return None
        now = self.clock()
        if not kept.since <= now < kept.last:
            # Too old for anybody; or the clock was put back, and nobody knows how old.
            del self._kept[mark]
            return None
        if now < kept.until:
            return kept.found
        kept.until = kept.last
        return None

    async def renew(self, mark: Hashable, look_up: Awaitable[Found]) -> Found:
        """Return what ``look_up`` finds, kept under ``mark``; where it ends in any other way, nothing is kept there."""
        # Counted from before it looked: what changes while an answer is on its way is not in it.
        since = self.clock()
        try:
            found = await look_up
        except BaseException:
            # Also where the client left: else one that leaves every time would keep an old finding alive.
            self.drop(mark)
            raise
        if len(self._kept) >= self.most:
            self._kept.clear()
        until = since + self.seconds
        self._kept[mark] = _Kept(found, since, until, until + LOOKING_UP_SECONDS)
        return found

    def drop(self, mark: Hashable) -> None:
        """Forget what was found under ``mark``."""
        self._kept.pop(mark, None)

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
