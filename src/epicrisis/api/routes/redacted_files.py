"""``POST /v1/redactions/files``: a file goes in, and one of the same kind comes out without identifiers."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import Response

from epicrisis.api.contracts.bare import media_of, whole_body
from epicrisis.api.dependencies import ThePrincipal, TheRedactFiles, TheRequestId
from epicrisis.api.idempotency.declared import idempotent
from epicrisis.api.problems import MALFORMED_HTTP, UNSUPPORTED_MEDIA_TYPE, Refused, problem_of
from epicrisis.api.reference import UNUSABLE, WITH_BODY, refusals
from epicrisis.api.schemas.redacted_files import ANY, MEDIA, PATIENT, PATIENT_TOLD, FileQuery, answer, body
from epicrisis.api.security.scopes import scoped
from epicrisis.errors import (
    DeadlineExceeded,
    InvalidInput,
    StorageError,
    UnknownPolicy,
    UnprovenRedaction,
    UnreadableDocument,
)
from epicrisis.formats.redacting.actions import rules_of
from epicrisis.formats.redacting.sniffing import FileKind
from epicrisis.services.access import Scope
from epicrisis.services.asking import Asker
from epicrisis.services.deidentify import MOST_PATIENT
from epicrisis.services.redact_files import GivenFile, RedactedFile
from epicrisis.telemetry.logs import get_logger

FILES = "/v1/redactions/files"

router = APIRouter(tags=["Privacy"])
log = get_logger()

_NO_FILE = replace(
    UNSUPPORTED_MEDIA_TYPE,
    title="This route reads files",
    detail=f"Send the file as the body, with one of these as its Content-Type: {', '.join(MEDIA)}.",
)
_REFUSED = (
    *(problem for problem in WITH_BODY if problem is not UNSUPPORTED_MEDIA_TYPE), *UNUSABLE, _NO_FILE,
    *(
        problem_of(error)
        for error in (
            InvalidInput(), UnreadableDocument(), UnprovenRedaction(), UnknownPolicy(), DeadlineExceeded(),
            StorageError(),
        )
    ),
)  # fmt: skip


@router.post(
    FILES,
    operation_id="redactedFiles",
    summary="Take the identities out of a file",
    description=(
        "JSON and FHIR are redacted by path, CSV and Parquet by column, Word and PDF with whatever they hold beside "
        "their words. The body is the file, up to `EPICRISIS_MAX_UPLOAD_BYTES`, and so is the answer: all of it is "
        "redacted, or there is none. No file name is asked for, and none is kept. That it was done is kept in the "
        "audit log before anything is answered."
    ),
    openapi_extra={"requestBody": body()},
    response_class=Response,
    responses={200: answer(), **refusals(*_REFUSED)},
)
@scoped(Scope.READ)
@idempotent(PATIENT)
async def redacted_files(
    request: Request,
    asked: Annotated[FileQuery, Query()],
    redact_files: TheRedactFiles,
    principal: ThePrincipal,
    request_id: TheRequestId,
    patient: Annotated[
        str | None,
        Header(alias=PATIENT, description=PATIENT_TOLD, min_length=1, max_length=MOST_PATIENT, pattern=r"\S"),
    ] = None,
) -> Response:
    """Answer the file in the body, redacted."""
    media, kind = _said(request)
    rules = rules_of(asked.rule)
    # Refused before the body is read, where there is no room for it.
    with redact_files.room.held():
        data = await whole_body(request, MALFORMED_HTTP)
        given = GivenFile(data, kind=asked.kind or kind, language=asked.language, rules=rules, header=asked.header)
        asker = Asker.of(principal, FILES, request_id, asked.purpose)
        made = await redact_files(given, policy=asked.policy, asker=asker, patient=_read(patient))
    log.info(
        "file redacted",
        entities=sum(made.counts.values()),
        language=made.language,
        engine=made.engine,
        version=made.version,
    )
    return Response(made.data, headers=_headers(made, media))


def _said(request: Request) -> tuple[str, FileKind | None]:
    """Return the media type of the body and the kind it stands for.

    Raises:
        Refused: it is none of a file that is redacted.
    """
    media = media_of(request)
    if media not in MEDIA:
        raise Refused(_NO_FILE)
    return media, MEDIA[media]


def _read(patient: str | None) -> str | None:
    """Return the patient as a body would name them: headers come as Latin-1, and clients write UTF-8."""
    try:
        return patient if patient is None else patient.encode("latin-1").decode()
    except UnicodeDecodeError:
        return patient


def _headers(made: RedactedFile, media: str) -> dict[str, str]:
    if MEDIA[media] is not made.kind:
        media = next((each for each, kind in MEDIA.items() if kind is made.kind), ANY)
    return {
        "Content-Type": media,
        "Content-Disposition": "attachment",
        "X-Redactions": ", ".join(f"{kind}={count}" for kind, count in made.counts.items()),
        "X-Policy": made.policy,
        "X-Engine": f"{made.engine}/{made.version}",
    }
