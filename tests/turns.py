"""Side by side, or alone: how the tests of several processes share one machine.

Where the suite runs in several processes, most tests may run beside any other. One that looks at the clock of a server
says so (``pytestmark = pytest.mark.alone``), and has the machine for itself while it runs.
"""

from __future__ import annotations

import fcntl
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

MOST_PROCESSES = 4
# The models, a server beside them, and a database.
MEMORY_OF_ONE = 2_000_000_000


class Turns:
    """The turns of the processes that share ``folder``: tests beside each other share the room, one alone has it."""

    def __init__(self, folder: Path) -> None:
        self._door = (folder / "door").open("w")
        self._room = (folder / "room").open("w")

    @contextmanager
    def taken(self, *, alone: bool) -> Iterator[None]:
        """Wait for a turn, and hold it."""
        # Who waits for the room to be empty stands in the door, so that nobody else goes in first.
        fcntl.flock(self._door, fcntl.LOCK_EX)
        try:
            fcntl.flock(self._room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        finally:
            fcntl.flock(self._door, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(self._room, fcntl.LOCK_UN)


def told_apart(items: Sequence[pytest.Item]) -> None:
    """See that no two tests have one id: of those that do, several processes run one and never miss the others."""
    for item in items:
        # schemathesis writes what a test is about into its name alone, and pytest makes the id of something else.
        if not item.nodeid.endswith(item.name):
            item._id = replace(item._id, params=item.name.partition("[")[2].removesuffix("]"))
    twice = [nodeid for nodeid, times in Counter(item.nodeid for item in items).items() if times > 1]
    if twice:
        raise pytest.UsageError(f"Two tests have one id, so one of them would not run: {twice[:3]}.")


def is_alone(item: pytest.Item) -> bool:
    """Return whether nothing else may run beside ``item``."""
    return item.get_closest_marker("alone") is not None


def first_those_alone(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Return ``items`` in their order, but the files first in which a test runs alone.

    So they wait for each other, and not each for whatever long test happens to run beside it.
    """
    files = {item.path for item in items if is_alone(item)}
    return sorted(items, key=lambda item: item.path not in files)


def processes() -> int:
    """Return how many processes this machine has cores and memory for; none beside this one where that is one."""
    # A container may have fewer cores than its machine.
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    room = psutil.virtual_memory().available // MEMORY_OF_ONE
    # A fifth of the time a test waits for a server of its own: one more than there are cores keeps them busy.
    count = min(cores + 1, room, MOST_PROCESSES) if cores > 1 else 1
    return count if count > 1 else 0
