"""``POST /v1/redactions/files``: how a file is asked to be redacted, and what kinds of bodies there are."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from epicrisis.api.schemas.annotations import Language
from epicrisis.api.schemas.base import Request
from epicrisis.api.schemas.redactions import PolicyName, Purpose
from epicrisis.engines.privacy.policies import USUAL
from epicrisis.formats.redacting.sniffing import FileKind

MOST_RULES = 100

# What a body says it is, and the kind that makes it. Plain text is not among them: a form of a foreign page can send
# that unasked, and notes have a route of their own.
MEDIA: dict[str, FileKind | None] = {
    "application/json": FileKind.JSON,
    "application/fhir+json": FileKind.FHIR,
    "application/x-ndjson": FileKind.JSON,
    "text/csv": FileKind.CSV,
    "text/tab-separated-values": FileKind.CSV,
    "application/vnd.apache.parquet": FileKind.PARQUET,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": FileKind.DOCX,
    "application/pdf": FileKind.PDF,
    "application/octet-stream": None,
}
ANY = "application/octet-stream"

# No word of a note belongs in an address, and the id of a patient might be one: so it is a header.
PATIENT = "X-Patient"
PATIENT_TOLD = (
    "Your id of the patient the file is of: its dates move by as many days as those of that patient's notes. Without "
    "it they move together, by as many days as the bytes of the file decide. It is kept nowhere."
)


class FileQuery(Request):
    """How the file in the body is redacted; the names of columns and fields may stand in an address, values may not."""

    policy: PolicyName = USUAL
    kind: Annotated[
        FileKind | None,
        Field(
            description="What the file is, where the media type says `application/octet-stream`; else its bytes tell."
        ),
    ] = None
    language: Language = None
    rule: Annotated[
        list[str],
        Field(
            default_factory=list,
            max_length=MOST_RULES,
            description="What is done at a place of JSON, FHIR, CSV or Parquet, such as `patient.name=NAME` or "
            "`dose=keep`: `redact`, `keep`, `remove`, or the kind that replaces it whole. May be said several times.",
        ),
    ]
    header: Annotated[bool, Field(description="Whether the first row of a CSV file names its columns.")] = True
    purpose: Purpose = ""


def body() -> dict[str, Any]:
    """Return how the body stands in the OpenAPI document: the file as it is."""
    return {
        "description": "The bytes of the file.",
        "required": True,
        "content": {
            media: {"schema": _schema(media), **({"example": _EXAMPLES[media]} if media in _EXAMPLES else {})}
            for media in MEDIA
        },
    }


def answer() -> dict[str, Any]:
    """Return how the answer stands there."""
    return {
        "description": "The file without identifiers, of the same kind.",
        "headers": {
            "X-Redactions": _header("How many identifiers of each kind were hidden, such as `NAME=2, DATE=1`."),
            "X-Policy": _header("The policy it was redacted by."),
            "X-Engine": _header("What looked for identifiers, and its version."),
        },
        "content": {media: {"schema": _schema(media)} for media in MEDIA},
    }


def _header(told: str) -> dict[str, Any]:
    return {"description": told, "schema": {"type": "string"}}


def _schema(media: str) -> dict[str, Any]:
    # JSON may be any value of it; all else is bytes, and a value on each line of them is no JSON.
    return {} if media in ("application/json", "application/fhir+json") else {"type": "string", "format": "binary"}


_NOTE = "Mr. John Doe denies fever."
_EXAMPLES: dict[str, Any] = {
    "application/json": {"mrn": "00412317", "note": _NOTE},
    "application/fhir+json": {"resourceType": "Observation", "status": "final", "note": [{"text": _NOTE}]},
    "text/csv": f"mrn,note\n00412317,{_NOTE}\n",
}
