"""What was said in a recording, and when."""

from __future__ import annotations

from dataclasses import dataclass

from epicrisis.domain.spans import Span


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech: its words in the transcript, from when to when in seconds, and how sure (0 to 1)."""

    span: Span
    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """The words of a recording; ``seconds`` is its length, ``speech_seconds`` how much of it was speech.

    ``dropped`` counts stretches that were taken for invented words over noise or silence and left out.
    """

    text: str
    language: str
    seconds: float
    speech_seconds: float
    segments: tuple[Segment, ...] = ()
    dropped: int = 0
    engine: str = ""
    version: str = ""
