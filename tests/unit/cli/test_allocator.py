from __future__ import annotations

import platform
import subprocess
import sys

import pytest

# Leaves arrays behind as a batch does: freed, but under something that stays.
BUSY = """
import psutil
from epicrisis.cli import allocator
{first}
kept = []
for _ in range(3):
    freed = [bytearray(8_000_000 + 4096 * n) for n in range(8)]
    kept.append(bytearray(2_000))
    del freed
    small = [bytearray(300_000) for _ in range(300)]
    kept.append(bytearray(2_000))
    del small
print(psutil.Process().memory_info().rss)
"""


def resident(first: str) -> int:
    run = [sys.executable, "-c", BUSY.format(first=first)]
    return int(subprocess.run(run, check=True, capture_output=True, text=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have no such settings")
def test_what_a_batch_needed_goes_back_to_the_system() -> None:
    assert resident("allocator.keep_little()") < resident("") - 20_000_000
