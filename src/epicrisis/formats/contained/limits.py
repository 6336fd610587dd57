"""How much of this machine one file may take."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take.

    ``scans`` is how many pixels all pages that are nothing but pictures may have together; ``seconds`` is the time for
    an answer, and what the process may use of a processor.
    """

    file_bytes: int = 50 * MEGABYTE
    entries: int = 2_000
    unpacked: int = 200 * MEGABYTE
    ratio: int = 100
    pages: int = 500
    letters: int = 2_000_000
    pixels: int = 50 * MEGABYTE
    scans: int = 400 * MEGABYTE
    values: int = 2_000_000
    memory: int = 2_000 * MEGABYTE
    seconds: int = 120
