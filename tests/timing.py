"""How long something takes, and whether ten times as much of it takes about ten times as long."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest


def processor_seconds(work: Callable[[], object]) -> float:
    """Return the processor time ``work`` takes, which other programs disturb least."""
    # The collector walks all that the suite has made so far, and does so the more often the more is made here.
    gc.disable()
    try:
        begin = time.process_time()
        work()
        return time.process_time() - begin
    finally:
        gc.enable()


def assert_linear(
    seconds: Callable[[int], float], *, short: int, long: int, most: float, slack: float, tries: int
) -> None:
    """Fail unless ``long`` characters take at most ``most`` times as long as ``short`` ones, in one of ``tries`` tries.

    ``seconds`` says how long so many characters take; ``slack``, in seconds, is what a busy machine adds.
    """
    excess = []
    for _ in range(tries):
        excess.append(seconds(long) - most * seconds(short) - slack)
        if excess[-1] <= 0:
            return

    pytest.fail(f"{long} characters take {min(excess):.2f} s more than {most} times {short} characters do.")
