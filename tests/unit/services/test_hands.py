from __future__ import annotations

import asyncio
from threading import Event

import pytest

from epicrisis.errors import DeadlineExceeded, EmptyText, Overloaded
from epicrisis.services.hands import Hands

pytestmark = pytest.mark.anyio


def failing(unwanted: Event) -> None:
    raise EmptyText


async def test_work_is_done_and_what_it_raises_is_raised() -> None:
    hands = Hands(threads=1, waiting=1, name="test")

    assert await hands.do(lambda unwanted: unwanted.is_set(), seconds=5) is False
    with pytest.raises(EmptyText):
        await hands.do(failing, seconds=5)

    assert hands.taken == 0
    hands.close()


async def test_who_waits_too_long_leaves_and_the_work_is_told() -> None:
    hands, told = Hands(threads=1, waiting=0, name="test"), Event()

    def work(unwanted: Event) -> None:
        assert unwanted.wait(5)
        told.set()

    with pytest.raises(DeadlineExceeded):
        await hands.do(work, seconds=0.05)

    assert await asyncio.to_thread(told.wait, 5)
    hands.close()


async def test_work_that_waits_and_is_wanted_no_more_never_begins() -> None:
    hands, release, begun = Hands(threads=1, waiting=1, name="test"), Event(), list[str]()
    first = asyncio.create_task(hands.do(lambda _: release.wait(5), seconds=5))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(hands.do(lambda _: begun.append("second"), seconds=5))
    await asyncio.sleep(0.05)

    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    release.set()
    await first

    assert begun == []
    assert hands.taken == 0
    hands.close()


async def test_more_than_may_wait_is_refused() -> None:
    hands, release = Hands(threads=1, waiting=0, name="test"), Event()
    first = asyncio.create_task(hands.do(lambda _: release.wait(5), seconds=5))
    await asyncio.sleep(0.05)

    with pytest.raises(Overloaded):
        await hands.do(lambda _: None, seconds=5)

    release.set()
    await first
    hands.close()


async def test_work_that_no_thread_takes_up_holds_no_place() -> None:
    hands = Hands(threads=1, waiting=0, name="test")
    await hands.do(lambda _: None, seconds=5)
    assert hands._pool is not None
    hands._pool.shutdown()

    with pytest.raises(RuntimeError):
        await hands.do(lambda _: None, seconds=5)

    assert hands.taken == 0


async def test_whoever_asks_after_they_were_let_go_gets_new_ones() -> None:
    hands = Hands(threads=1, waiting=0, name="test")
    first = await hands.do(lambda _: 1, seconds=5)
    hands.close()

    second = await hands.do(lambda _: 2, seconds=5)

    assert (first, second) == (1, 2)
    hands.close()
