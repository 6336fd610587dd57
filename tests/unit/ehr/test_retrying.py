from __future__ import annotations

import time
from email.utils import formatdate

import anyio
import pytest

from epicrisis.ehr.retrying import RETRIES, asked_for, pause

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("told", "seconds"), [("", 0), ("3", 3), ("٣", 0), ("-3", 0), ("soon", 0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0)]
)
def test_reads_seconds_and_dates_and_nothing_else(told: str, seconds: float) -> None:
    assert asked_for(told) == seconds


def test_a_date_ahead_is_as_far_away_as_it_is() -> None:
    assert 58 <= asked_for(formatdate(time.time() + 60, usegmt=True)) <= 61


async def test_the_pause_grows_and_ends() -> None:
    most = [max(told for _ in range(200) if (told := pause(done)) is not None) for done in range(RETRIES + 1)]

    assert most == sorted(most)
    assert most[-1] <= 0.8
    assert pause(RETRIES + 1) is None


async def test_nobody_waits_longer_than_there_is_time() -> None:
    with anyio.move_on_after(2):
        assert pause(1, "1") is not None
        assert pause(1, "3") is None
