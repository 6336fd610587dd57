"""Leaves alone what does not answer: a circuit breaker (Nygard, Release It!, 2nd edition, chapter 5)."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from enum import Enum


class State(Enum):
    """What a breaker does with the next request."""

    CLOSED = "closed"
    """It goes through."""
    OPEN = "open"
    """It does not."""
    HALF_OPEN = "half-open"
    """One goes through, and what becomes of it decides."""


class Breaker:
    """Opens after ``failures`` within ``within`` seconds without a success among them.

    After ``rests`` seconds one request tries again, and what becomes of it decides.
    """

    def __init__(
        self,
        *,
        failures: int = 5,
        within: float = 30.0,
        rests: float = 30.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = failures
        self._within = within
        self._rests = rests
        self._now = now
        self._failed = deque[float](maxlen=failures)
        self._opened: float | None = None
        self._trying = False

    @property
    def state(self) -> State:
        """Return what becomes of the next request."""
        if self._opened is None:
            return State.CLOSED
        return State.OPEN if self._now() - self._opened < self._rests else State.HALF_OPEN

    def lets(self) -> bool:
        """Return whether a request may go; whoever is let says what became of it."""
        if self.state is State.CLOSED:
            return True
        if self.state is State.OPEN or self._trying:
            return False
        self._trying = True
        return True

    def worked(self) -> None:
        """Hear that a request was answered."""
        # Not while it is open: what was asked before and comes late says nothing of now.
        if self.state is not State.OPEN:
            self._opened = None
            self._trying = False
            self._failed.clear()

    def failed(self) -> None:
        """Hear that one was not."""
        now = self._now()
        self._failed.append(now)
        burst = len(self._failed) == self._most and now - self._failed[0] <= self._within
        if self.state is State.HALF_OPEN or (self._opened is None and burst):
            self._opened = now
            self._failed.clear()
        self._trying = False

    def unknown(self) -> None:
        """Hear that nobody waited for what became of it."""
        self._trying = False
