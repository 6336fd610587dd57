"""What the allocator of the C library keeps for later, kept small: a tenth of a busy server was free memory."""

from __future__ import annotations

import ctypes

# The numbers of <malloc.h>.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
_SETTINGS = {
    # Arrays of a batch go back to the system with the batch. Left to itself, glibc raises this limit to 32 MB with the
    # first large array, and what is freed between others stays.
    _MMAP_THRESHOLD: 256 * 1024,
    _TRIM_THRESHOLD: 1024 * 1024,
    # Each thread would have a heap of its own, and each heap its own leftovers.
    _ARENA_MAX: 2,
}


def keep_little() -> None:
    """Tell glibc to give memory back early; other C libraries have no such settings, and do as they always do."""
    try:
        adjust = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    for setting, value in _SETTINGS.items():
        adjust(setting, value)
