"""How long each stage of the request at hand took: what the services note down and a door may tell."""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import ContextVar


class Timings:
    """Seconds by stage, in the order the stages were first met; a stage met twice is summed."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}

    def add(self, stage: str, seconds: float) -> None:
        """Add ``seconds`` to ``stage``, which is a plain word such as ``queue``."""
        self._seconds[stage] = self._seconds.get(stage, 0.0) + seconds

    def __iter__(self) -> Iterator[tuple[str, float]]:
        return iter(self._seconds.items())


# Nobody listens by default: a library call, a command, a self-test.
timings: ContextVar[Timings | None] = ContextVar("timings", default=None)


def spent(stage: str, seconds: float) -> None:
    """Add ``seconds`` to ``stage`` of the request at hand, where there is one."""
    current = timings.get()
    if current is not None:
        current.add(stage, seconds)
