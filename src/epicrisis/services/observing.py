"""What the core tells whoever counts: how much waits, how long it waited, what was read and what was refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from epicrisis.engines.counting import Tokens


class Observer(Protocol):
    """Is told what happens in the core, from any thread; ``telemetry.metrics.Metrics`` is one."""

    def waited(self, seconds: float) -> None:
        """Hear how long a text waited for a worker."""
        ...

    def batch(self, work: str, texts: int, characters: int, seconds: float) -> None:
        """Hear that a batch was read."""
        ...

    def tokens(self, counts: Mapping[str, Tokens]) -> None:
        """Hear how many tokens each model read for a batch; a batch that no model read is not told."""
        ...

    def stages(self, seconds: Mapping[str, float]) -> None:
        """Hear how long each stage of a batch took."""
        ...

    def queued(self, texts: int, characters: int) -> None:
        """Hear how much waits now."""
        ...

    def refused(self) -> None:
        """Hear that a text was refused."""
        ...

    def cached(self, work: str, hit: bool) -> None:
        """Hear whether an answer to this kind of work was kept."""
        ...


class Unobserved:
    """An observer that does not listen."""

    def waited(self, seconds: float) -> None:
        """Do nothing."""

    def batch(self, work: str, texts: int, characters: int, seconds: float) -> None:
        """Do nothing."""

    def tokens(self, counts: Mapping[str, Tokens]) -> None:
        """Do nothing."""

    def stages(self, seconds: Mapping[str, float]) -> None:
        """Do nothing."""

    def queued(self, texts: int, characters: int) -> None:
        """Do nothing."""

    def refused(self) -> None:
        """Do nothing."""

    def cached(self, work: str, hit: bool) -> None:
        """Do nothing."""


UNOBSERVED = Unobserved()
