"""How large and how long a recording may be, and what its decoding may take for that."""

from __future__ import annotations

from dataclasses import dataclass

from epicrisis.formats.contained.limits import MEGABYTE, Limits

RATE = 16_000
"""Samples a second, of what is decoded."""

SHORTEST = 0.1
"""Seconds below which there is nothing to hear."""

_HOUR = 3600.0
# What the process needs beside the samples, and how often it holds them: as the decoder collects and hands them over,
# and on their way out.
_BASE, _BYTES_A_SAMPLE = 700 * MEGABYTE, 14
# The slowest codec we read (Opus of 48 kHz in six channels) is decoded two hundred times as fast as it plays.
_LEAST_SECONDS, _SPEED = 60, 60.0


@dataclass(frozen=True, slots=True)
class AudioLimits:
    """How large in bytes, and how long in seconds, a recording may be."""

    file_bytes: int = 50 * MEGABYTE
    seconds: float = 4 * _HOUR

    @property
    def decoding(self) -> Limits:
        """Return what the process that decodes it may take."""
        samples = int(self.seconds * RATE)
        return Limits(
            file_bytes=self.file_bytes,
            memory=_BASE + 2 * self.file_bytes + _BYTES_A_SAMPLE * samples,
            seconds=_LEAST_SECONDS + int(self.seconds / _SPEED),
        )
