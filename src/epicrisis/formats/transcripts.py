"""Transcripts as plain JSON, the shape of ``/v1/transcripts``, and as subtitles."""

from __future__ import annotations

from epicrisis.domain.transcripts import Transcript
from epicrisis.formats.writing import Plain, Writer, probability
from epicrisis.text.alignment import OffsetUnit

_DECIMALS = 2


def transcript_to_plain(transcript: Transcript, *, offset_unit: OffsetUnit = OffsetUnit.CODE_POINT) -> Plain:
    """Return ``transcript`` as values ``json.dumps`` takes; times are seconds."""
    write = Writer.over(transcript.text, (each.span for each in transcript.segments), offset_unit)
    return {
        "language": transcript.language,
        "text": transcript.text,
        "offset_unit": offset_unit.value,
        "seconds": round(transcript.seconds, _DECIMALS),
        "speech_seconds": round(transcript.speech_seconds, _DECIMALS),
        "segments": [
            {
                **write.span(each.span),
                "from_seconds": round(each.start, _DECIMALS),
                "to_seconds": round(each.end, _DECIMALS),
                "confidence": probability(each.confidence),
            }
            for each in transcript.segments
        ],
        "dropped": transcript.dropped,
        "engine": transcript.engine,
        "version": transcript.version,
    }


def to_vtt(transcript: Transcript) -> str:
    """Return ``transcript`` as WebVTT (W3C), which players show beside a recording."""
    blocks = (
        f"{_clock(each.start)} --> {_clock(each.end)}\n{_shown(transcript.text[each.span.start : each.span.end])}\n"
        for each in transcript.segments
    )
    return "\n".join(("WEBVTT\n", *blocks))


def _clock(seconds: float) -> str:
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02}:{whole // 60_000 % 60:02}:{whole // 1000 % 60:02}.{whole % 1000:03}"


def _shown(words: str) -> str:
    """Return ``words`` without what WebVTT takes for markup or for the end of a block."""
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return " ".join(escaped.split())
