"""When a server that asks for patience asks to be asked again: the header ``Retry-After`` (RFC 9110, 10.2.3)."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime


def seconds_of(retry_after: str) -> float:
    """Return the seconds that a ``Retry-After`` header asks for, 0 where we do not understand it."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:6])
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (ValueError, TypeError):
        return 0.0
