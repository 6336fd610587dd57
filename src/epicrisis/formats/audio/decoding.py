"""A recording's bytes into samples: in a process of its own, where a hostile file meets limits and no network."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.audio.limits import AudioLimits
from epicrisis.formats.audio.sniffing import kind_of
from epicrisis.formats.contained.process import once

LIBRARIES = ("numpy", "codecpod")
_FULL = 32_767


class Recording(msgspec.Struct, frozen=True):
    """What is to be decoded, and how many seconds of it at most."""

    data: bytes
    seconds: float


class Sound(msgspec.Struct, frozen=True):
    """What it held: mono, 16,000 samples a second, 16 bits each, little-endian."""

    pcm: bytes


def decode(data: bytes, *, limits: AudioLimits | None = None) -> NDArray[np.float32]:
    """Return the samples of the recording ``data``: mono, 16,000 a second, -1 to 1.

    Its kind is told by its content. It is decoded in a process of its own, which opens no file and no connection.

    Raises:
        UnreadableDocument: it is empty, no recording that is read, damaged, or larger or longer than the limits.
        MissingDependency: the decoder is not installed.
    """
    limits = limits or AudioLimits()
    if len(data) > limits.file_bytes:
        raise UnreadableDocument(
            f"The recording has {len(data)} bytes; up to {limits.file_bytes} are read. Save it as MP3 or OGG, or send "
            "it in parts."
        )
    kind_of(data)
    sound = once("audio", Recording(data, limits.seconds), Sound, limits.decoding, libraries=LIBRARIES)
    samples = np.frombuffer(sound.pcm, dtype="<i2").astype(np.float32)
    samples /= _FULL
    return samples


def packed(samples: NDArray[np.float32]) -> bytes:
    """Return ``samples`` in 16 bits: all of them quieter where one is louder than full, 0 where one is no number.

    ``samples`` is used up: the memory of an hour is not needed twice.
    """
    np.nan_to_num(samples, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    # Channels added up are louder than one; cutting the peaks off would be heard as noise.
    peak = max(float(samples.max(initial=0.0)), -float(samples.min(initial=0.0)), 1.0)
    samples *= _FULL / peak
    np.rint(samples, out=samples)
    return samples.astype("<i2").tobytes()
