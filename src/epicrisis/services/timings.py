"""How long each stage of the request at hand took: what the services note down and a door may tell."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import perf_counter

from epicrisis.engines.stages import Stage

# What each request does for itself: looking for a kept answer, waiting for a worker, and writing the answer.
CACHE, QUEUE, WRITING = "cache", "queue", "json"


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


@contextmanager
def spending(stage: str) -> Iterator[None]:
    """Add the time of what is done inside to ``stage`` of the request at hand, whether it succeeds or not."""
    began = perf_counter()
    try:
        yield
    finally:
        spent(stage, perf_counter() - began)


@dataclass(frozen=True, slots=True, order=True)
class Read:
    """From when to when a batch was read, and how long each stage of that took; two of one batch are equal."""

    began: float
    ended: float
    stages: Mapping[str, float] = field(default_factory=dict, compare=False)


def add_reading(since: float, batches: Collection[Read]) -> None:
    """Tell the request at hand how long, from ``since`` on, it waited, and how long ``batches`` were in each stage.

    Whoever shares a batch waits for all of it, so all of its stages count. Batches read side by side, by two workers,
    share the time in which they were read: all stages together are the time until the last batch ended, and no more.
    """
    current = timings.get()
    if current is None:
        return
    busy, at = 0.0, since
    weights = dict.fromkeys(Stage, 0.0)
    for batch in sorted(batches):
        # Who joined a question that was being answered already was there for its end alone.
        begun = max(batch.began, since)
        if batch.ended > begun:
            busy += max(0.0, batch.ended - max(begun, at))
            for stage, seconds in batch.stages.items():
                weights[Stage(stage)] += seconds * (batch.ended - begun) / (batch.ended - batch.began)
        at = max(at, batch.ended)
    current.add(QUEUE, at - since - busy)
    together = sum(weights.values())
    for stage, weight in weights.items():
        if weight:
            current.add(stage, busy * weight / together)
