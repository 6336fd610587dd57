from __future__ import annotations

import threading

import anyio
import pytest

from epicrisis.errors import Overloaded
from epicrisis.services.workers import Workers

pytestmark = pytest.mark.anyio


async def test_runs_work_in_another_thread() -> None:
    workers = Workers(threads=1, queue=0)

    assert await workers.run(lambda _: threading.get_ident(), None) != threading.get_ident()


async def test_no_more_run_at_a_time_than_there_are_threads() -> None:
    workers = Workers(threads=2, queue=8)
    running, most, lock = 0, 0, threading.Lock()

    def work(_: None) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        threading.Event().wait(0.02)
        with lock:
            running -= 1

    async with anyio.create_task_group() as tasks:
        for _ in range(8):
            tasks.start_soon(workers.run, work, None)

    assert most == 2


async def test_refuses_at_once_what_would_have_to_wait_too_long() -> None:
    workers = Workers(threads=1, queue=1)
    started, free = threading.Event(), threading.Event()

    def work(_: None) -> None:
        started.set()
        free.wait(10)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(workers.run, work, None)
        while not started.is_set():
            await anyio.sleep(0.001)
        tasks.start_soon(workers.run, work, None)
        await anyio.wait_all_tasks_blocked()

        with pytest.raises(Overloaded, match="try again in a moment"):
            await workers.run(work, None)
        free.set()
