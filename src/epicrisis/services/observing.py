"""What the core tells whoever counts: how much waits, how long it waited, what was read and what was refused."""

from __future__ import annotations

from typing import Protocol


class Observer(Protocol):
    """Is told what happens in the core, from any thread; ``telemetry.metrics.Metrics`` is one."""

    def waited(self, seconds: float) -> None:
        """Hear how long a text waited for a worker."""
        ...

    def batch(self, work: str, texts: int, characters: int, seconds: float) -> None:
        """Hear that a batch was read."""
        ...

    def queued(self, texts: int, characters: int) -> None:
        """Hear how much waits now."""
        ...

    def refused(self) -> None:
        """Hear that a text was refused."""
        ...

    def cached(self, hit: bool) -> None:
        """Hear whether the cache had an answer."""
        ...


class Unobserved:
    """An observer that does not listen."""

    def waited(self, seconds: float) -> None:
        """Do nothing."""

    def batch(self, work: str, texts: int, characters: int, seconds: float) -> None:
        """Do nothing."""

    def queued(self, texts: int, characters: int) -> None:
        """Do nothing."""

    def refused(self) -> None:
        """Do nothing."""

    def cached(self, hit: bool) -> None:
        """Do nothing."""


UNOBSERVED = Unobserved()
