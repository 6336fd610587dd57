"""``POST /v1/documents``: a file goes in, and its text comes out, with the page and the place of every word."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from epicrisis.api.aside import json_answer, written
from epicrisis.api.dependencies import TheReadFiles, TheRequestId
from epicrisis.api.problems import BODY_TOO_LARGE, BODY_TOO_SLOW, INVALID_REQUEST, problem_of
from epicrisis.api.reference import ALWAYS, UNUSABLE, refusals
from epicrisis.api.schemas.documents import MEDIA, DocumentQuery, DocumentsAnswer
from epicrisis.api.security.scopes import scoped
from epicrisis.api.uploads import BAD_FORM, NO_FILE, Upload, body_of_file, uploaded
from epicrisis.domain.pages import ReadFile
from epicrisis.errors import (
    DeadlineExceeded,
    InvalidInput,
    Overloaded,
    UnknownLanguage,
    UnreadableDocument,
    UnsupportedDocument,
)
from epicrisis.formats.read_files import file_to_plain
from epicrisis.services.access import Scope
from epicrisis.services.read_files import FileToRead, ReadFiles
from epicrisis.telemetry.logs import get_logger

DOCUMENTS = "/v1/documents"

router = APIRouter(tags=["Documents"])
log = get_logger()

REFUSED_FILES = (
    *ALWAYS, BODY_TOO_SLOW, BODY_TOO_LARGE, NO_FILE, BAD_FORM, INVALID_REQUEST, *UNUSABLE,
    *(
        problem_of(error)
        for error in (
            InvalidInput(), UnreadableDocument(), UnsupportedDocument(), UnknownLanguage(), Overloaded(),
            DeadlineExceeded(),
        )
    ),
)  # fmt: skip


@router.post(
    DOCUMENTS,
    operation_id="documents",
    summary="Read a file",
    description=(
        "PDF (its text, and scanned pages by OCR), DOCX, RTF, HTML, pictures, C-CDA, HL7 v2, FHIR, and ZIP archives of "
        "those; text in any encoding inside a form. What the file is, its bytes tell. With `boxes`, every word or line "
        "comes with its place on its page, so that a finding can be shown there. Nothing of the file is kept."
    ),
    openapi_extra={"requestBody": body_of_file(dict.fromkeys(MEDIA))},
    response_model=DocumentsAnswer,
    response_model_exclude_unset=True,
    response_description="The documents in the file.",
    responses=refusals(*REFUSED_FILES),
)
@scoped(Scope.READ)
async def documents(
    request: Request, asked: Annotated[DocumentQuery, Query()], read_files: TheReadFiles, request_id: TheRequestId
) -> Response:
    """Answer the file with the documents in it."""
    # Refused before the body is read, where there is no room for it.
    with read_files.room.held():
        read = await read_upload(read_files, await uploaded(request), kind=asked.kind, language=asked.language)
    return await written(
        lambda: json_answer(
            {
                "request_id": request_id,
                "documents": [file_to_plain(each, boxes=asked.boxes, offset_unit=asked.offset_unit) for each in read],
            }
        ),
        characters=sum(len(each.text) for each in read),
    )


async def read_upload(
    read_files: ReadFiles, upload: Upload, *, kind: str | None = None, language: str | None = None
) -> list[ReadFile]:
    """Return the documents in ``upload``, and say in the log that they were read; raises as ``ReadFiles`` does."""
    given = FileToRead(upload.data, name=upload.name, kind=kind or upload.media, language=language)
    read = await read_files(given)
    log.info(
        "file read",
        documents=len(read),
        characters=sum(len(each.text) for each in read),
        pages=sum(len(each.pages) for each in read),
        kind=read[0].kind if read else "",
    )
    return read
