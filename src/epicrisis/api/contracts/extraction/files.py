"""``POST /upload`` and ``POST /transcribe``: a file or a recording as text; also below ``/api``."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from epicrisis.api.aside import json_answer, written
from epicrisis.api.dependencies import TheReadFiles, TheRequestId, TheTranscribe
from epicrisis.api.reference import refusals
from epicrisis.api.routes.documents import REFUSED_FILES, read_upload
from epicrisis.api.routes.transcripts import transcribed
from epicrisis.api.schemas.documents import MEDIA, DocumentQuery
from epicrisis.api.schemas.extractions import UploadAnswer
from epicrisis.api.schemas.transcripts import AUDIO, TranscriptAnswer, TranscriptQuery
from epicrisis.api.security.scopes import scoped
from epicrisis.api.uploads import body_of_file, uploaded
from epicrisis.formats.read_files import file_to_plain
from epicrisis.formats.transcripts import transcript_to_plain
from epicrisis.services.access import Scope

UPLOAD, TRANSCRIBE = "/upload", "/transcribe"
LANGUAGE = "language"
FIELDS = {LANGUAGE: {"type": "string", "pattern": "^[a-z]{2}$"}}

router = APIRouter(tags=["Contract H"])


def _upload(route: str, name: str) -> None:
    @router.post(
        route,
        operation_id=name,
        summary="Read the text of a file",
        description="The text of all documents in the file, one after the other, and each of them by itself.",
        openapi_extra={"requestBody": body_of_file(dict.fromkeys(MEDIA), fields=FIELDS)},
        response_model=UploadAnswer,
        response_model_exclude_unset=True,
        response_description="The text of the file.",
        responses=refusals(*REFUSED_FILES),
    )
    @scoped(Scope.READ)
    async def upload(
        request: Request, asked: Annotated[DocumentQuery, Query()], read_files: TheReadFiles, request_id: TheRequestId
    ) -> Response:
        with read_files.room.held():
            sent = await uploaded(request, fields=frozenset(FIELDS))
            language = sent.fields.get(LANGUAGE, asked.language)
            read = await read_upload(read_files, sent, kind=asked.kind, language=language)
        text = "\n\n".join(each.text for each in read)
        plain = partial(file_to_plain, boxes=asked.boxes, offset_unit=asked.offset_unit)
        return await written(
            lambda: json_answer({"request_id": request_id, "text": text, "documents": list(map(plain, read))}),
            characters=len(text),
        )


def _transcribe(route: str, name: str) -> None:
    @router.post(
        route,
        operation_id=name,
        summary="Write down a recording",
        description="What is said in a recording, when, and how sure that is; `/v1/transcripts` tells progress too.",
        openapi_extra={"requestBody": body_of_file(dict.fromkeys(AUDIO), fields=FIELDS)},
        response_model=TranscriptAnswer,
        response_description="What was said.",
        responses=refusals(*REFUSED_FILES),
    )
    @scoped(Scope.READ)
    async def transcribe(
        request: Request,
        asked: Annotated[TranscriptQuery, Query()],
        transcribe: TheTranscribe,
        request_id: TheRequestId,
    ) -> Response:
        with transcribe.room.held():
            sent = await uploaded(request, fields=frozenset(FIELDS))
            transcript = await transcribed(transcribe, sent, language=sent.fields.get(LANGUAGE, asked.language))
        plain = partial(transcript_to_plain, offset_unit=asked.offset_unit)
        return await written(
            lambda: json_answer({"request_id": request_id, **plain(transcript)}), characters=len(transcript.text)
        )


_upload(UPLOAD, "upload")
_upload(f"/api{UPLOAD}", "apiUpload")
_transcribe(TRANSCRIBE, "transcribe")
_transcribe(f"/api{TRANSCRIBE}", "apiTranscribe")
