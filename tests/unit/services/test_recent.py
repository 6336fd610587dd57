from __future__ import annotations

import asyncio

import pytest

from epicrisis.services.recent import LOOKING_UP_SECONDS, Recent
from tests.keyring import Time

pytestmark = pytest.mark.anyio


def recent(time: Time, *, most: int = 10) -> Recent[str]:
    return Recent(seconds=2, most=most, clock=time.clock)


async def found(what: str = "found") -> str:
    return what


async def test_keeps_what_was_found_for_its_time() -> None:
    time = Time()
    kept = recent(time)

    assert await kept.renew("mark", found()) == "found"
    time.pass_by(seconds=1.9)

    assert kept.get("mark") == "found"
    assert kept.get("another") is None


async def test_one_looks_it_up_again_while_the_others_go_on_for_a_moment() -> None:
    time = Time()
    kept = recent(time)
    await kept.renew("mark", found())
    time.pass_by(seconds=2)

    assert [kept.get("mark") for _ in range(3)] == [None, "found", "found"]

    time.pass_by(seconds=LOOKING_UP_SECONDS)
    assert [kept.get("mark") for _ in range(3)] == [None] * 3


async def test_what_nobody_asked_for_in_time_is_told_to_nobody() -> None:
    time = Time()
    kept = recent(time)
    await kept.renew("mark", found())

    time.pass_by(hours=1)

    assert [kept.get("mark") for _ in range(3)] == [None] * 3


async def test_a_clock_that_is_put_back_keeps_nothing_alive() -> None:
    time = Time()
    kept = recent(time)
    await kept.renew("mark", found())

    time.pass_by(hours=-1)

    assert kept.get("mark") is None


async def test_a_finding_is_as_old_as_the_question_however_long_the_answer_took() -> None:
    time = Time()
    kept = recent(time)

    async def slowly() -> str:
        time.pass_by(seconds=10)
        return "found"

    assert await kept.renew("mark", slowly()) == "found"
    assert kept.get("mark") is None


async def test_a_look_up_that_fails_takes_along_what_was_found_before() -> None:
    time = Time()
    kept = recent(time)
    await kept.renew("mark", found())
    time.pass_by(seconds=2)
    assert [kept.get("mark") for _ in range(2)] == [None, "found"]

    async def failing() -> str:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        await kept.renew("mark", failing())

    assert kept.get("mark") is None


async def test_a_look_up_that_is_cancelled_takes_along_what_was_found_before() -> None:
    time = Time()
    kept = recent(time)
    await kept.renew("mark", found())
    time.pass_by(seconds=2)
    assert [kept.get("mark") for _ in range(2)] == [None, "found"]

    async def waiting() -> str:
        await asyncio.Event().wait()
        return "never"

    look_up = asyncio.create_task(kept.renew("mark", waiting()))
    await asyncio.sleep(0)
    look_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await look_up

    assert kept.get("mark") is None


async def test_forgets_what_it_is_told_to() -> None:
    kept = recent(Time())
    await kept.renew("one", found())
    await kept.renew("two", found())

    kept.drop("one")
    assert (kept.get("one"), kept.get("two")) == (None, "found")

    kept.clear()
    assert kept.get("two") is None


async def test_never_keeps_more_than_it_may() -> None:
    kept = recent(Time(), most=3)

    for number in range(10):
        await kept.renew(number, found())

    assert sum(kept.get(number) is not None for number in range(10)) <= 3
    assert kept.get(9) == "found"
