"""One generation at a time, for models that cannot write two texts at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from epicrisis.engines.summary.models.contracts import Stop

_PATIENCE = 0.05  # seconds between two looks while another generation has the model


class Turns:
    """Lets one write after the other; whoever waits may stop waiting."""

    def __init__(self) -> None:
        self.lock = Lock()

    def written(self, write: Callable[[Stop], str], *, stop: Stop, seconds: float) -> str:
        """Return what ``write`` returns once it is its turn, or nothing where ``stop`` or ``seconds`` came first.

        ``write`` is given what tells it that nobody waits any more, or time is over.
        """
        until = time.monotonic() + seconds

        def over() -> bool:
            return stop() or time.monotonic() >= until

        while not self.lock.acquire(timeout=_PATIENCE):
            if over():
                return ""
        try:
            return write(over)
        finally:
            self.lock.release()
