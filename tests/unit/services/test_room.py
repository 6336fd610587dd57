from __future__ import annotations

import asyncio

import pytest

from epicrisis.errors import DeadlineExceeded, Overloaded
from epicrisis.services.room import Room


def test_twice_as_many_are_here_as_are_worked_on_and_no_more() -> None:
    room = Room(1)

    with room.held(), room.held():
        with pytest.raises(Overloaded), room.held():
            pass
        assert room.taken == 2

    assert room.taken == 0


@pytest.mark.anyio
async def test_one_waits_for_its_turn() -> None:
    room, order = Room(1), list[str]()

    async def work(name: str) -> None:
        async with room.turn(5):
            order.append(f"{name} begins")
            await asyncio.sleep(0.01)
            order.append(f"{name} ends")

    await asyncio.gather(work("a"), work("b"))

    assert order == ["a begins", "a ends", "b begins", "b ends"]


@pytest.mark.anyio
async def test_whoever_waits_too_long_is_told() -> None:
    room = Room(1)

    async with room.turn(5):
        with pytest.raises(DeadlineExceeded):
            async with room.turn(0.01):
                pass
