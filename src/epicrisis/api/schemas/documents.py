"""``POST /v1/documents``: how a file is asked to be read, and what is answered: ``formats/read_files.py``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from epicrisis.api.schemas.annotations import Language
from epicrisis.api.schemas.base import Answer, Request, RequestId
from epicrisis.api.schemas.findings import Score, Stretch
from epicrisis.formats.documents.kinds import Kind
from epicrisis.text.alignment import OffsetUnit

# What a file may be said to be; its bytes have to agree.
MEDIA = (
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/rtf",
    "text/rtf",
    "text/html",
    "application/xhtml+xml",
    "image/png",
    "image/jpeg",
    "image/tiff",
    "application/fhir+json",
    "application/hl7-cda+xml",
    "application/xml",
    "text/xml",
    "application/hl7-v2",
    "application/hl7-v2+er7",
    "application/zip",
)
Boxes = Annotated[bool, Field(description="Say where on its page each word or line stands.")]
FileKind = Annotated[
    Kind | None, Field(description="What the file is, where you know; it is refused where its bytes say otherwise.")
]
Units = Annotated[
    OffsetUnit,
    Field(description="What offsets count: code points, UTF-16 units (JavaScript, Java, C#) or UTF-8 bytes."),
]


class DocumentQuery(Request):
    """How the file is read."""

    kind: FileKind = None
    language: Language = None
    boxes: Boxes = False
    offset_unit: Units = OffsetUnit.CODE_POINT


class PageAnswer(Answer):
    """A page; its size is in points (1/72 inch), or in pixels where a picture says no more."""

    number: Annotated[int, Field(ge=1)]
    width: float
    height: float


class BoxAnswer(Stretch):
    """A word or a line of the text, and its box: in the units of its page, from the upper left corner."""

    page: Annotated[int, Field(ge=1)]
    left: float
    top: float
    right: float
    bottom: float
    score: Score


class ReadDocument(Answer):
    """One document that was read."""

    kind: Kind
    name: Annotated[str, Field(description="What it is called, where it came out of an archive or a record.")]
    text: str
    offset_unit: OffsetUnit
    pages: list[PageAnswer]
    scanned: Annotated[list[int], Field(description="The pages that were pictures, and read by OCR.")]
    warnings: Annotated[list[str], Field(description="What could not be read.")]
    engine: Annotated[str, Field(description="The OCR engine, where one was needed.")]
    version: str
    boxes: list[BoxAnswer] | None = None


class DocumentsAnswer(Answer):
    """What was in the file: one document, or as many as it holds."""

    request_id: RequestId
    documents: list[ReadDocument]
