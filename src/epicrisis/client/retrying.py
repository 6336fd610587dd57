"""When to ask again, and after how long."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

# These say: not now. Whatever a client asks for may be asked for twice: it changes nothing, or it leaves twice what it
# leaves once, or it carries a key under which it is done once.
AGAIN = frozenset({429, 502, 503, 504})
# But these, with the same status, last until somebody installs or changes something there.
LASTING = frozenset({
    "missing-dependency", "missing-artifact", "corrupt-artifact", "invalid-settings", "invalid-policy",
    "invalid-word-list",
})  # fmt: skip
# And this: an earlier try under the same key is being done.
RUNNING = 409

_FIRST_SECONDS = 0.25
_MOST_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a client tries: ``retries`` after the first try, and never beyond ``total_seconds``."""

    connect_seconds: float = 10.0
    total_seconds: float = 30.0
    retries: int = 3


@dataclass(slots=True)
class Tries:
    """The tries of one call."""

    patience: Patience
    done: int = 0
    # The id of the last event that was heard, on whichever try.
    event: str = ""
    _begun: float = field(default_factory=lambda: time.monotonic())

    @property
    def left(self) -> float:
        """Return the seconds this call still has."""
        return self.patience.total_seconds - (time.monotonic() - self._begun)

    def goes_on(self) -> None:
        """Give this call as long again as it had, because something was heard of it."""
        self._begun = time.monotonic()

    def pause(self, retry_after: str = "") -> float | None:
        """Return the seconds to wait before the next try, or ``None`` where there shall be none.

        ``retry_after`` is what the server asked for; asked for more than is left, it is better to say so now.
        """
        if self.done >= self.patience.retries:
            return None
        seconds = self.wait(retry_after)
        self.done += 1
        return seconds

    def wait(self, retry_after: str = "") -> float | None:
        """Return what ``pause`` does, for a try that does not count as one."""
        # Full jitter: clients that were refused together do not come back together.
        # https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
        backoff = random.uniform(0, min(_MOST_SECONDS, _FIRST_SECONDS * 2**self.done))
        seconds = seconds_of(retry_after) + backoff
        return seconds if seconds < self.left else None


def seconds_of(retry_after: str) -> float:
    """Return the seconds a ``Retry-After`` header asks for (RFC 9110, 10.2.3), 0 where we do not understand it."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:6])
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (ValueError, TypeError):
        return 0.0
