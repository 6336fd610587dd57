"""``POST /v1/transcripts``: a recording goes in, and what is said in it comes out; or first how far it is."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from epicrisis.api.aside import json_answer, written
from epicrisis.api.dependencies import TheRequestId, TheStreams, TheTranscribe
from epicrisis.api.reference import refusals
from epicrisis.api.routes.documents import REFUSED_FILES
from epicrisis.api.routes.stream_routes import join_stream_routes
from epicrisis.api.schemas.transcripts import AUDIO, TranscriptAnswer, TranscriptQuery
from epicrisis.api.security.scopes import scoped
from epicrisis.api.stream_requests import told_as_events, wants_events
from epicrisis.api.streaming import MEDIA_TYPE, Event
from epicrisis.api.uploads import Upload, body_of_file, uploaded
from epicrisis.domain.transcripts import Transcript
from epicrisis.formats.transcripts import transcript_to_plain
from epicrisis.services.access import Scope
from epicrisis.services.transcribe import GivenRecording, Heard, Transcribe
from epicrisis.telemetry.logs import get_logger

TRANSCRIPTS = "/v1/transcripts"

router = APIRouter(tags=["Documents"])
log = get_logger()


@router.post(
    TRANSCRIPTS,
    operation_id="transcripts",
    summary="Write down a recording",
    description=(
        "WAV, MP3, M4A, OGG, FLAC or WebM, in English or Spanish: what is said, when, and how sure that is. Whoever "
        f"accepts `{MEDIA_TYPE}` hears how far it is: `progress` events, a `heartbeat` where nothing else is to be "
        "said, and at the end one `complete` with the transcript, or one `error`. A word that is heard wrongly can "
        "turn a finding into its opposite: compare with the recording before anyone acts on it. With an "
        "`Idempotency-Key` the work goes on for 30 seconds when the line breaks: send the request again with "
        "`Last-Event-ID`, or get the events of the `id` in the first event, to hear the rest. Nothing of it is kept "
        "beyond that."
    ),
    openapi_extra={"requestBody": body_of_file(dict.fromkeys(AUDIO))},
    response_model=TranscriptAnswer,
    response_description="What was said.",
    responses=refusals(*REFUSED_FILES),
)
@scoped(Scope.READ)
async def transcripts(
    request: Request,
    asked: Annotated[TranscriptQuery, Query()],
    transcribe: TheTranscribe,
    streams: TheStreams,
    request_id: TheRequestId,
) -> Response:
    """Answer the recording with its words."""
    with transcribe.room.held():
        upload = await uploaded(request)
        if wants_events(request):
            events = _events(upload, asked, transcribe, request_id)
            # What a progress event of a recording tells, before anybody has listened.
            return await told_as_events(request, streams, TRANSCRIPTS, events, body=upload.data, seconds=0.0, of=0.0)
        transcript = await transcribed(transcribe, upload, language=asked.language)
    return await written(
        lambda: json_answer(
            {"request_id": request_id, **transcript_to_plain(transcript, offset_unit=asked.offset_unit)}
        ),
        characters=len(transcript.text),
    )


join_stream_routes(router, TRANSCRIPTS, name="transcript", of="a transcript")


async def transcribed(transcribe: Transcribe, upload: Upload, *, language: str | None = None) -> Transcript:
    """Return what is said in ``upload``, and say in the log that it was heard; raises as ``Transcribe`` does."""
    transcript = await transcribe(GivenRecording(upload.data, language))
    told(transcript)
    return transcript


def told(transcript: Transcript) -> None:
    """Say in the log that a recording was written down."""
    log.info(
        "recording transcribed",
        seconds=round(transcript.seconds, 1),
        characters=len(transcript.text),
        language=transcript.language,
        engine=transcript.engine,
        version=transcript.version,
    )


async def _events(
    upload: Upload, asked: TranscriptQuery, transcribe: Transcribe, request_id: str
) -> AsyncGenerator[Event, None]:
    # Held anew: one that is never asked for an event must not hold it for ever.
    with transcribe.room.held():
        async with aclosing(transcribe.heard(GivenRecording(upload.data, asked.language))) as heard:
            async for each in heard:
                if isinstance(each, Heard):
                    percent = round(100 * each.done / each.of, 1) if each.of else 0.0
                    yield Event(
                        "progress", {"seconds": round(each.done, 2), "of": round(each.of, 2), "percent": percent}
                    )
                else:
                    told(each)
                    plain = transcript_to_plain(each, offset_unit=asked.offset_unit)
                    yield Event("complete", {"request_id": request_id, **plain})
