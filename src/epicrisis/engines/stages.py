"""How long each stage of reading takes: an engine says what it is at, and knows nobody who listens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from enum import StrEnum
from functools import wraps
from time import perf_counter
from types import TracebackType
from typing import ParamSpec, TypeVar

_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")


class Stage(StrEnum):
    """What an engine can be at, in the order in which a text meets it."""

    TOKENIZE = "tokenize"
    """Cutting texts into word pieces."""
    ENCODE = "encode"
    """Reading pieces: filling rows, and the layers of the encoder or the labeller."""
    HEADS = "heads"
    """From vectors and scores to findings: decoding, and judging what was found."""
    ENGINE = "engine"
    """All else: cutting notes into sentences, word lists, putting answers together."""


class Clock:
    """Seconds by stage; each moment belongs to one stage alone, so they sum to the time the clock ran."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._at = Stage.ENGINE
        self._since = perf_counter()

    def turn(self, stage: Stage) -> Stage:
        """Go on in ``stage``, and return the one that pauses."""
        now, before = perf_counter(), self._at
        self.seconds[before] = self.seconds.get(before, 0.0) + now - self._since
        self._at, self._since = stage, now
        return before


class _Turn:
    """Within it, ``clock`` is in ``stage``; after it, in the stage it was in before."""

    __slots__ = ("_before", "_clock", "_stage")

    def __init__(self, clock: Clock, stage: Stage) -> None:
        self._clock, self._stage = clock, stage

    def __enter__(self) -> None:
        self._before = self._clock.turn(self._stage)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clock.turn(self._before)


# Nobody listens by default: a library call, a command, a self-test.
_clock: ContextVar[Clock | None] = ContextVar("clock", default=None)
_UNTIMED = nullcontext()


@contextmanager
def timing() -> Iterator[Clock]:
    """Give a clock that holds, once the work inside is done, how long this thread was in each stage of it."""
    clock = Clock()
    before = _clock.set(clock)
    try:
        yield clock
    finally:
        _clock.reset(before)
        clock.turn(Stage.ENGINE)


def at(stage: Stage) -> AbstractContextManager[None]:
    """Return a context in which the work at hand is in ``stage``; a stage inside it pauses it.

    To be opened and closed by one function, and never around a ``yield``.
    """
    clock = _clock.get()
    return _UNTIMED if clock is None else _Turn(clock, stage)


def timed(stage: Stage) -> Callable[[Callable[_Given, _Found]], Callable[_Given, _Found]]:
    """Return what makes a function be in ``stage`` from its call to its return."""

    def of(work: Callable[_Given, _Found]) -> Callable[_Given, _Found]:
        @wraps(work)
        def timed_work(*given: _Given.args, **named: _Given.kwargs) -> _Found:
            with at(stage):
                return work(*given, **named)

        return timed_work

    return of
