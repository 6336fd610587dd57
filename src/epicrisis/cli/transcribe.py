"""``epicrisis transcribe``: what is said in recordings, as text, as JSON, or as subtitles."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from epicrisis.cli.options import Language
from epicrisis.cli.read import files_among
from epicrisis.cli.told import Telling, tell
from epicrisis.services.outcomes import Failure
from epicrisis.text.alignment import OffsetUnit

if TYPE_CHECKING:
    from epicrisis.cli.inputs import Source
    from epicrisis.domain.transcripts import Transcript
    from epicrisis.services.transcribe import Transcribe


class Words(StrEnum):
    """How a transcript is written where it is not JSON."""

    TEXT = "text"
    VTT = "vtt"


def transcribe(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE|-...", help="Recordings: WAV, MP3, M4A, OGG, FLAC or WebM; - for standard input."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: words, times and how sure they are.")] = False,
    words: Annotated[Words, typer.Option("--as", help="Text, or WebVTT subtitles with times.")] = Words.TEXT,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write a file for each instead.")] = None,
    language: Language = None,
    offset_unit: Annotated[OffsetUnit, typer.Option(help="What offsets count in JSON.")] = OffsetUnit.CODE_POINT,
) -> None:
    """Write down what is said in a recording, in English or Spanish."""
    if as_json and (out is not None or words is Words.VTT):
        raise typer.BadParameter("choose one of --json, --as vtt and --out", param_hint="--json")
    given = files_among(inputs or [])
    from epicrisis.assembly import listening
    from epicrisis.formats.transcripts import to_vtt, transcript_to_plain
    from epicrisis.services.transcribe import NO_SPEECH
    from epicrisis.settings import load_settings

    service = listening(load_settings())
    telling: Telling[Transcript] = Telling(
        plain=lambda transcript: transcript_to_plain(transcript, offset_unit=offset_unit),
        words=to_vtt if words is Words.VTT else lambda transcript: transcript.text,
        ending=".vtt" if words is Words.VTT else ".txt",
        doubts=lambda transcript: () if transcript.text.strip() else (NO_SPEECH,),
    )
    outcomes = ([(source.id, heard(service, source, language))] for source in given)
    raise typer.Exit(tell(outcomes, telling, noun="recordings", total=len(given), as_json=as_json, out=out))


def heard(service: Transcribe, source: Source, language: str | None) -> Transcript | Failure:
    """Return what is said in ``source``, or why that cannot be told."""
    from epicrisis.services.transcribe import GivenRecording

    try:
        return service.one(GivenRecording(source.bytes(service.limits.file_bytes), language))
    except Exception as error:  # noqa: BLE001  whatever one recording does, the others are heard
        return Failure.of(source.id, error)
