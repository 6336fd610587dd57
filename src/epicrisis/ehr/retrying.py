"""When to ask an EHR again, and after how long."""

from __future__ import annotations

import random

import anyio

from epicrisis.formats.retry_after import seconds_of

RETRIES = 2
_FIRST_SECONDS = 0.2
_MOST_SECONDS = 4.0


def pause(done: int, retry_after: str = "") -> float | None:
    """Return the seconds to wait after ``done`` tries that failed, or ``None`` where there shall be no other.

    ``retry_after`` is what the EHR asked for; where that is more than the time whoever asks still has, there is no use.
    """
    if done > RETRIES:
        return None
    # Full jitter: those who were refused together do not come back together.
    # https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    backoff = random.uniform(0, min(_MOST_SECONDS, _FIRST_SECONDS * 2**done))
    seconds = seconds_of(retry_after) + backoff
    return seconds if anyio.current_time() + seconds < anyio.current_effective_deadline() else None
