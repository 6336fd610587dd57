"""``POST /extract_medical_data``, and the same from a recording; also below ``/api``."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from epicrisis.api.aside import aside, json_answer, written
from epicrisis.api.contracts.extraction.files import FIELDS, LANGUAGE
from epicrisis.api.dependencies import NoteAnswer, TheRequestId, TheTranscribe, TheTrial, require_json
from epicrisis.api.reference import WITH_BODY, refusals
from epicrisis.api.routes.documents import REFUSED_FILES
from epicrisis.api.routes.extractions import told
from epicrisis.api.routes.transcripts import transcribed
from epicrisis.api.schemas.extractions import ExtractedFromAudio, ExtractedRequest, ExtractionAnswer
from epicrisis.api.schemas.transcripts import AUDIO, TranscriptQuery
from epicrisis.api.security.scopes import scoped
from epicrisis.api.uploads import body_of_file, uploaded
from epicrisis.formats.records import record_to_plain
from epicrisis.formats.transcripts import transcript_to_plain
from epicrisis.services.access import Scope
from epicrisis.services.agreement import RECORDS
from epicrisis.services.transcribe import spoken

EXTRACT = "/extract_medical_data"
FROM_AUDIO = f"{EXTRACT}_from_audio"

router = APIRouter(tags=["Contract H"])


def _extract(route: str, name: str) -> None:
    @router.post(
        route,
        operation_id=name,
        summary="Make a record of a text",
        description="Problems, medications, results, procedures, allergies, histories, as `/v1/extractions` does.",
        response_model=ExtractionAnswer,
        response_description="The record of the text.",
        responses=refusals(*WITH_BODY),
        dependencies=[Depends(require_json)],
    )
    @scoped(Scope.READ)
    async def extract(
        asked: ExtractedRequest, trial: TheTrial, request_id: TheRequestId, note_answer: NoteAnswer
    ) -> Response:
        characters = len(asked.text)
        taken_in = partial(trial.control.intake, asked.text, id="1", language=asked.language)
        document = await aside(taken_in, characters=characters)
        record = await trial.ask_one(RECORDS, lambda arm: arm.extraction(document), characters=characters)
        told(record, characters)
        note_answer()
        return await written(
            lambda: json_answer({"request_id": request_id, **record_to_plain(record, document)}), characters=characters
        )


def _extract_from_audio(route: str, name: str) -> None:
    @router.post(
        route,
        operation_id=name,
        summary="Make a record of a recording",
        description="Writes the recording down, and makes a record of what was said; offsets are into the transcript.",
        openapi_extra={"requestBody": body_of_file(dict.fromkeys(AUDIO), fields=FIELDS)},
        response_model=ExtractedFromAudio,
        response_description="The record, and the transcript it is of.",
        responses=refusals(*dict.fromkeys((*WITH_BODY, *REFUSED_FILES))),
    )
    @scoped(Scope.READ)
    async def extract_from_audio(
        request: Request,
        asked: Annotated[TranscriptQuery, Query()],
        trial: TheTrial,
        transcribe: TheTranscribe,
        request_id: TheRequestId,
        note_answer: NoteAnswer,
    ) -> Response:
        with transcribe.room.held():
            sent = await uploaded(request, fields=frozenset(FIELDS))
            heard = await transcribed(transcribe, sent, language=sent.fields.get(LANGUAGE, asked.language))
        transcript = spoken(heard)
        characters = len(transcript.text)
        taken_in = partial(trial.control.intake, transcript.text, id="1", language=transcript.language)
        document = await aside(taken_in, characters=characters)
        record = await trial.ask_one(RECORDS, lambda arm: arm.extraction(document), characters=characters)
        told(record, characters)
        note_answer()
        return await written(
            lambda: json_answer(
                {
                    "request_id": request_id,
                    **record_to_plain(record, document, offset_unit=asked.offset_unit),
                    "transcript": transcript_to_plain(transcript, offset_unit=asked.offset_unit),
                }
            ),
            characters=characters,
        )


_extract(EXTRACT, "extractMedicalData")
_extract(f"/api{EXTRACT}", "apiExtractMedicalData")
_extract_from_audio(FROM_AUDIO, "extractMedicalDataFromAudio")
_extract_from_audio(f"/api{FROM_AUDIO}", "apiExtractMedicalDataFromAudio")
