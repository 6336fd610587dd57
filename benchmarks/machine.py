"""What a page of figures says of the machine they were taken on."""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path

import numpy as np

CORES = 2
_CPUINFO = Path("/proc/cpuinfo")
_UNITS = ("avx2", "avx512f", "avx512_vnni", "amx_bf16", "amx_int8")


def processor() -> str:
    """Return the name of the processor and those of its units that our arithmetic can use."""
    if not _CPUINFO.exists():
        return platform.processor() or platform.machine()
    told = _CPUINFO.read_text(encoding="utf-8")
    name = next((line.partition(":")[2].strip() for line in told.splitlines() if line.startswith("model name")), "")
    units = [unit for unit in _UNITS if unit in set(told.split())]
    return (name or platform.machine()) + (f" ({', '.join(units)})" if units else "")


def keep_to_two_cores() -> None:
    """Leave two cores to this process and to those it starts, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:CORES]))


def busy() -> str:
    """Return whether other programs share the two cores, which makes every figure larger and the ratios no others."""
    waiting = os.getloadavg()[0]
    return "did nothing else" if waiting < 1 else f"was busy with other work (load {waiting:.0f} on {CORES} cores)"


def kept(is_kept: bool) -> str:
    """Return how a page says whether what was asked for was reached."""
    return "kept" if is_kept else "not kept on this machine"


def peak(*, seconds: float = 1.0) -> float:
    """Return how many thousand million sums and products a second two cores do in float32, in matrices of an encoder.

    It is what numpy reaches with whatever it multiplies matrices by, and no encoder that works in float32 is faster.
    """
    pieces, width, inner = 512, 384, 1536
    left, right = np.ones((pieces, width), np.float32), np.ones((width, inner), np.float32)
    done, begun = 0, time.perf_counter()
    while time.perf_counter() < begun + seconds:
        left @ right
        done += 1
    return 2e-9 * pieces * width * inner * done / (time.perf_counter() - begun)
