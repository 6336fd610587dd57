"""What reads pictures of pages and recordings of speech. Both get what was decoded, never the bytes of a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from epicrisis.domain.transcripts import Transcript
from epicrisis.engines.contracts import EngineCard

Pixels = NDArray[np.uint8]
"""A picture: (height, width) of grey, 0 is black."""

Samples = NDArray[np.float32]
"""A recording: mono, 16,000 samples a second, -1 to 1."""

SAMPLE_RATE = 16_000


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a picture as it was read, with its box in pixels of that picture, from the upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    score: float


@runtime_checkable
class OcrEngine(Protocol):
    """Reads pictures of pages."""

    @property
    def card(self) -> EngineCard:
        """Describe the engine."""
        ...

    def read(self, picture: Pixels, *, language: str) -> Sequence[Line]:
        """Return the lines of ``picture`` in the order in which they are read."""
        ...


Progress = Callable[[float], Any]
"""Hears how many seconds of a recording are done."""


@runtime_checkable
class SpeechEngine(Protocol):
    """Writes down what is said in a recording."""

    @property
    def card(self) -> EngineCard:
        """Describe the engine."""
        ...

    def transcribe(
        self, samples: Samples, *, language: str | None = None, progress: Progress | None = None
    ) -> Transcript:
        """Return what is said in ``samples``, in ``language``, or in the one it hears.

        ``progress`` is called from time to time; what it raises ends the work.

        Raises:
            UnknownLanguage: the engine does not know the language.
        """
        ...
