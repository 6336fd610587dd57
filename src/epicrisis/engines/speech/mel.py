"""What Whisper hears with: the logarithm of how loud each band of pitches is, a hundred times a second.

Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak Supervision", 2.2; bands on the scale of Slaney
1998 (Auditory Toolbox), as in the reference implementation (openai/whisper, MIT).
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.media_contracts import SAMPLE_RATE, Samples

LONGEST = 30
"""Seconds the model hears at once; what is shorter is followed by silence."""

_POINTS, _HOP = 400, 160
_FRAMES = LONGEST * SAMPLE_RATE // _HOP
# Slaney's scale: linear up to 1,000 Hz, three bands for each 200 Hz, logarithmic above.
_LINEAR, _BREAK, _STEP = 200.0 / 3, 1_000.0, np.log(6.4) / 27.0


def log_mel(samples: Samples, bands: int) -> NDArray[np.float32]:
    """Return the features of at most 30 seconds of ``samples``: (bands, 3,000), from about -1 to 2."""
    padded = np.zeros(LONGEST * SAMPLE_RATE + _POINTS, np.float32)
    half = _POINTS // 2
    heard = samples[: LONGEST * SAMPLE_RATE]
    padded[half : half + len(heard)] = heard
    # The beginning is mirrored, so that the first frame has something on both sides.
    padded[:half] = padded[_POINTS:half:-1]
    frames = np.lib.stride_tricks.sliding_window_view(padded, _POINTS)[::_HOP][:_FRAMES]
    spectrum = np.abs(np.fft.rfft(frames * _window(), axis=-1)).astype(np.float32) ** 2
    power = _filters(bands) @ spectrum.T
    loud = np.log10(np.maximum(power, 1e-10))
    # Nothing more than 80 dB below the loudest is heard.
    loud = np.maximum(loud, loud.max() - 8.0)
    features: NDArray[np.float32] = ((loud + 4.0) / 4.0).astype(np.float32)
    return features


@cache
def _window() -> NDArray[np.float32]:
    return np.hanning(_POINTS + 1)[:-1].astype(np.float32)


@cache
def _filters(bands: int) -> NDArray[np.float32]:
    """Return how much each of the 201 pitches of a frame counts in each band."""
    pitches = np.fft.rfftfreq(_POINTS, 1 / SAMPLE_RATE)
    mels = np.linspace(0.0, _mel(SAMPLE_RATE / 2), bands + 2)
    edges = np.where(mels < _BREAK / _LINEAR, mels * _LINEAR, _BREAK * np.exp(_STEP * (mels - _BREAK / _LINEAR)))
    slopes = edges[:, None] - pitches[None, :]
    widths = np.diff(edges)[:, None]
    triangles = np.maximum(0.0, np.minimum(-slopes[:-2] / widths[:-1], slopes[2:] / widths[1:]))
    filters: NDArray[np.float32] = (triangles * (2.0 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)
    return filters


def _mel(pitch: float) -> float:
    return float(_BREAK / _LINEAR + np.log(pitch / _BREAK) / _STEP)
