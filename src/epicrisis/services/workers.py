"""Threads for the engines, so that an event loop stays free; bounded, and full is told at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from epicrisis.errors import Overloaded

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Workers:
    """At most ``threads`` pieces of work run at a time and ``queue`` wait; the next one is refused."""

    def __init__(self, *, threads: int, queue: int) -> None:
        self.queue = queue
        self._limiter = CapacityLimiter(threads)

    async def run(self, work: Callable[[Question], Answer], question: Question) -> Answer:
        """Return ``work(question)``, done in a thread.

        Raises:
            Overloaded: as many as may wait are waiting already.
        """
        held = self._limiter.statistics()
        if held.borrowed_tokens >= held.total_tokens and held.tasks_waiting >= self.queue:
            raise Overloaded
        return await to_thread.run_sync(work, question, limiter=self._limiter)
