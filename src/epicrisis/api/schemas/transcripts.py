"""``POST /v1/transcripts``: how a recording is written down, and what is answered: ``formats/transcripts.py``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from epicrisis.api.schemas.annotations import Language
from epicrisis.api.schemas.base import Answer, Request, RequestId
from epicrisis.api.schemas.documents import Units
from epicrisis.api.schemas.findings import Quote, Score
from epicrisis.text.alignment import OffsetUnit

AUDIO = (
    "audio/wav",
    "audio/x-wav",
    "audio/mpeg",
    "audio/mp4",
    "audio/x-m4a",
    "audio/ogg",
    "audio/flac",
    "audio/webm",
    "video/webm",
)
Seconds = Annotated[float, Field(ge=0, description="Seconds from the beginning of the recording.")]


class TranscriptQuery(Request):
    """How the recording is written down."""

    language: Language = None
    offset_unit: Units = OffsetUnit.CODE_POINT


class SegmentAnswer(Quote):
    """A stretch of speech: its words in the transcript, and when they were said."""

    from_seconds: Seconds
    to_seconds: Seconds
    confidence: Score


class Transcription(Answer):
    """What was said in a recording."""

    language: str
    text: str
    offset_unit: OffsetUnit
    seconds: Annotated[float, Field(ge=0, description="How long the recording is.")]
    speech_seconds: Annotated[float, Field(ge=0, description="How much of it is speech.")]
    segments: list[SegmentAnswer]
    dropped: Annotated[
        int, Field(ge=0, description="Stretches left out because they were invented over noise or silence.")
    ]
    engine: str
    version: str


class TranscriptAnswer(Transcription):
    """The answer to one recording."""

    request_id: RequestId
