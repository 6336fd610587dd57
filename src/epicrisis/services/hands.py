"""Threads for work that takes long: as many as there are, and whoever no longer waits is worked for no longer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Event, Lock
from typing import TypeVar

from epicrisis.errors import DeadlineExceeded, Overloaded

Result = TypeVar("Result")


class Hands:
    """So many threads, and so many pieces of work that may wait for one."""

    def __init__(self, *, threads: int, waiting: int, name: str) -> None:
        self.most = threads + waiting
        self.taken = 0
        # Work is taken up in the event loop, and put down in a thread.
        self._lock = Lock()
        self._name, self._threads = name, threads
        self._pool: ThreadPoolExecutor | None = None

    async def do(self, work: Callable[[Event], Result], *, seconds: float) -> Result:
        """Return what ``work`` returns within ``seconds``; it is handed what is set once nobody waits for it.

        Work that has not begun by then never does.

        Raises:
            Overloaded: too much waits already.
            DeadlineExceeded: it was not done in time.
        """
        unwanted, context = Event(), copy_context()
        with self._lock:
            if self.taken >= self.most:
                raise Overloaded
            self._pool = self._pool or ThreadPoolExecutor(self._threads, thread_name_prefix=f"epicrisis-{self._name}")
            future = self._pool.submit(context.run, work, unwanted)
            self.taken += 1
        future.add_done_callback(lambda _: self._put_down())
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            raise DeadlineExceeded from None
        finally:
            unwanted.set()
            future.cancel()

    def close(self) -> None:
        """Let go of the threads, and begin nothing that waits; whoever asks again gets new ones."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def _put_down(self) -> None:
        with self._lock:
            self.taken -= 1
