"""``POST /v1/extractions``: a note or a file goes in, and one coded record of each comes out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from epicrisis.api.aside import aside, json_answer, written
from epicrisis.api.batches import batch_answer_beside, taken_in
from epicrisis.api.contracts.bare import media_of, whole_body
from epicrisis.api.dependencies import NoteAnswer, TheReadFiles, TheRequestId, TheTrial
from epicrisis.api.faults import validated
from epicrisis.api.problems import problem_of_failure
from epicrisis.api.reference import WITH_BODY, refusals
from epicrisis.api.routes.documents import REFUSED_FILES, read_upload
from epicrisis.api.schemas.annotations import Note
from epicrisis.api.schemas.documents import MEDIA
from epicrisis.api.schemas.extractions import (
    ExtractionAnswer,
    ExtractionQuery,
    ExtractionRequest,
    ExtractionsAnswer,
    FormedAnswer,
    RecordForm,
)
from epicrisis.api.security.scopes import scoped
from epicrisis.api.uploads import JSON, body_of_json_or_file, uploaded
from epicrisis.assembly import Pipeline
from epicrisis.domain.documents import Document
from epicrisis.domain.pages import ReadFile
from epicrisis.domain.records import NoteRecord
from epicrisis.formats.fhir.bundle import to_bundle
from epicrisis.formats.read_files import names_of
from epicrisis.formats.record_tables import note_nlp, rows
from epicrisis.formats.records import record_to_plain
from epicrisis.formats.writing import Plain
from epicrisis.services.access import Scope
from epicrisis.services.agreement import RECORDS
from epicrisis.services.outcomes import Failure
from epicrisis.services.trials import Trial
from epicrisis.telemetry.logs import get_logger
from epicrisis.text.alignment import OffsetUnit

EXTRACTIONS = "/v1/extractions"

router = APIRouter(tags=["Reading"])
log = get_logger()


@router.post(
    EXTRACTIONS,
    operation_id="extractions",
    summary="Make a record of a note",
    description=(
        "Problems with their status, medications with how they are taken, results with unit and range, procedures, "
        "allergies, family, social history and what is planned: each with the words of the note that say so, and with "
        "codes where one is sure enough. What a note denies and what a relative has is never the patient's. Send JSON, "
        "or a file of any kind that `/v1/documents` reads; then offsets are into the text that was read."
    ),
    openapi_extra={
        "requestBody": body_of_json_or_file(
            ExtractionRequest.__name__,
            dict.fromkeys(MEDIA),
            "Notes as JSON; or a file, or a form with one, and the rest in the query.",
        )
    },
    response_model=ExtractionAnswer | FormedAnswer | ExtractionsAnswer,
    response_model_exclude_unset=True,
    response_description="The record of the note, or an item for each of several.",
    responses=refusals(*dict.fromkeys((*WITH_BODY, *REFUSED_FILES))),
)
@scoped(Scope.READ)
async def extractions(
    request: Request,
    asked: Annotated[ExtractionQuery, Query()],
    trial: TheTrial,
    read_files: TheReadFiles,
    request_id: TheRequestId,
    note_answer: NoteAnswer,
) -> Response:
    """Answer notes, or the documents in a file, with a record of each."""
    if media_of(request) == JSON:
        given = validated(await whole_body(request), ExtractionRequest)
        answer = await (_many if given.documents else _one)(given, trial, request_id)
    else:
        with read_files.room.held():
            files = await read_upload(read_files, await uploaded(request), kind=asked.kind, language=asked.language)
        answer = await _of_file(files, asked, trial, request_id)
    note_answer()
    return answer


async def _one(asked: ExtractionRequest, trial: Trial[Pipeline], request_id: str) -> Response:
    characters = len(asked.text)
    document = await aside(
        partial(trial.control.intake, asked.text, id="1", language=asked.language), characters=characters
    )
    record = await trial.ask_one(RECORDS, lambda arm: arm.extraction(document), characters=characters)
    told(record, characters)
    return await written(
        lambda: json_answer(
            {"request_id": request_id, **formed(record, document, asked.form, asked.offset_unit, count(1))}
        ),
        characters=characters,
    )


async def _many(asked: ExtractionRequest, trial: Trial[Pipeline], request_id: str) -> Response:
    notes = asked.documents
    characters = sum(len(note.text) for note in notes if isinstance(note, Note))
    taken = await aside(partial(taken_in, notes, asked.language, trial.control.intake), characters=characters)
    records = await trial.ask(RECORDS, lambda arm: arm.extraction.batch(taken), characters=characters)
    log.info("batch extracted", documents=len(notes), refused=sum(isinstance(each, Failure) for each in records))

    ids = count(1)

    def plain(record: NoteRecord, document: Document) -> Plain:
        return formed(record, document, asked.form, asked.offset_unit, ids)

    return await written(partial(batch_answer_beside, request_id, notes, records, taken, plain), characters=characters)


async def _of_file(
    files: Sequence[ReadFile], asked: ExtractionQuery, trial: Trial[Pipeline], request_id: str
) -> Response:
    characters = sum(len(file.text) for file in files)

    def taken() -> list[Document | Failure]:
        attempt = partial(trial.control.intake.attempt, language=asked.language)
        return [attempt(file.text, id=name) for file, name in zip(files, names_of(files), strict=True)]

    documents = await aside(taken, characters=characters)
    records = await trial.ask(RECORDS, lambda arm: arm.extraction.batch(documents), characters=characters)
    log.info("file extracted", documents=len(files), refused=sum(isinstance(each, Failure) for each in records))

    ids = count(1)

    def plain(record: NoteRecord | Failure, document: Document | Failure, file: ReadFile) -> Plain:
        warnings = {"warnings": list(file.warnings)}
        if isinstance(record, Failure):
            return {"id": record.id, "problem": problem_of_failure(record).document(), **warnings}
        assert isinstance(document, Document)
        return {**formed(record, document, asked.form, asked.offset_unit, ids), **warnings}

    return await written(
        lambda: json_answer({"request_id": request_id, "documents": list(map(plain, records, documents, files))}),
        characters=characters,
    )


def told(record: NoteRecord, characters: int) -> None:
    """Say in the log that a record was made, and of how many items."""
    log.info(
        "record extracted",
        characters=characters,
        entities=sum(map(len, (record.problems, record.medications, record.measurements, record.procedures))),
        language=record.language,
        engine=record.engine,
        version=record.version,
    )


def formed(
    record: NoteRecord, document: Document, form: RecordForm, offset_unit: OffsetUnit, ids: Iterator[int]
) -> Plain:
    """Return ``record`` of ``document`` in ``form``; other forms than our own count code points.

    ``ids`` number the rows of OMOP, all those of an answer.
    """
    match form:
        case RecordForm.RECORD:
            return record_to_plain(record, document, offset_unit=offset_unit)
        case RecordForm.FHIR:
            return {"id": record.document_id, "bundle": to_bundle(record, document)}
        case RecordForm.ROWS:
            return {"id": record.document_id, "rows": list(rows(record))}
        case RecordForm.OMOP:
            today = datetime.now(UTC).date()
            return {
                "id": record.document_id,
                "rows": list(note_nlp(record, document, note_id=record.document_id, on=today, ids=ids)),
            }
