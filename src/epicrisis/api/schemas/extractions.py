"""``POST /v1/extractions`` and contract H: what is asked and what is answered."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from epicrisis.api.schemas.annotations import AnnotationRequest, Language, NoteText
from epicrisis.api.schemas.base import Answer, Request, RequestId
from epicrisis.api.schemas.documents import FileKind, ReadDocument, Units
from epicrisis.api.schemas.findings import UnreadNote
from epicrisis.api.schemas.records import RecordAnswer
from epicrisis.api.schemas.transcripts import Transcription
from epicrisis.text.alignment import OffsetUnit

_EXAMPLE = "MEDICATIONS: Lisinopril 10 mg by mouth daily for hypertension. ALLERGIES: Penicillin, hives."


class RecordForm(StrEnum):
    """In which form a record is told."""

    RECORD = "record"
    FHIR = "fhir"
    ROWS = "rows"
    OMOP = "omop"


Form = Annotated[
    RecordForm,
    Field(
        description="`record`, a FHIR R4 document `Bundle` (`fhir`), one row per item (`rows`), or rows of OMOP's "
        "`note_nlp` (`omop`)."
    ),
]


class ExtractionRequest(AnnotationRequest):
    """One note as `text`, or up to 100 as `documents`, and the form its record is told in."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": ["text"]}, {"required": ["documents"]}],
            "examples": [{"text": _EXAMPLE}],
        }
    )

    form: Form = RecordForm.RECORD


class ExtractionQuery(Request):
    """How a file is read and its record told, where the body is a file."""

    form: Form = RecordForm.RECORD
    kind: FileKind = None
    language: Language = None
    offset_unit: Units = OffsetUnit.CODE_POINT


class FormedRecord(Answer):
    """A record in a form of somebody else: a FHIR `bundle`, or `rows`."""

    id: str
    bundle: dict[str, Any] | None = None
    rows: list[dict[str, Any]] | None = None


Warnings = Annotated[
    list[str] | None,
    Field(
        description="Of a file: what of it could not be read; what is wrong with an archive its first document says."
    ),
]


class ReadRecord(RecordAnswer):
    """The record of a document in a file."""

    warnings: Warnings = None


class UnreadDocument(UnreadNote):
    """A document in a file of which no record can be made."""

    warnings: Warnings = None


class ReadFormedRecord(FormedRecord):
    """The record of a document in a file, in a form of somebody else."""

    warnings: Warnings = None


class ExtractionAnswer(RecordAnswer):
    """The record of one note."""

    request_id: RequestId


class FormedAnswer(FormedRecord):
    """The record of one note, in a form of somebody else."""

    request_id: RequestId


class ExtractionsAnswer(Answer):
    """The records of a batch, or of the documents in a file, in their order."""

    request_id: RequestId
    documents: list[ReadRecord | ReadFormedRecord | UnreadDocument]


class ExtractedRequest(Request):
    """What contract H asks: a text."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": _EXAMPLE}]})

    text: NoteText
    language: Language = None


class ExtractedFromAudio(ExtractionAnswer):
    """The record of what was said in a recording, and what that was; offsets are into the transcript."""

    transcript: Transcription


class UploadAnswer(Answer):
    """The text of a file, whole and document by document."""

    request_id: RequestId
    text: Annotated[str, Field(description="All documents in the file, with an empty line between two.")]
    documents: list[ReadDocument]
