from __future__ import annotations

import anyio
import pytest

from epicrisis.ehr.retrying import RETRIES, pause

pytestmark = pytest.mark.anyio


async def test_the_pause_grows_and_ends() -> None:
    most = [max(told for _ in range(200) if (told := pause(done)) is not None) for done in range(RETRIES + 1)]

    assert most == sorted(most)
    assert most[-1] <= 0.8
    assert pause(RETRIES + 1) is None


async def test_nobody_waits_longer_than_there_is_time() -> None:
    with anyio.move_on_after(2):
        assert pause(1, "1") is not None
        assert pause(1, "3") is None
