"""What kind of file some bytes are, by what they hold; the name and what was said of them must agree with it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath

from epicrisis.errors import InvalidInput, UnreadableDocument


class FileKind(StrEnum):
    """The kinds of files that are redacted."""

    TEXT = "text"
    JSON = "json"
    FHIR = "fhir"
    CSV = "csv"
    PARQUET = "parquet"
    DOCX = "docx"
    PDF = "pdf"


# What has places that a rule can name.
RULED = frozenset({FileKind.JSON, FileKind.FHIR, FileKind.CSV, FileKind.PARQUET})
_ENDINGS = {
    ".txt": FileKind.TEXT,
    ".text": FileKind.TEXT,
    ".md": FileKind.TEXT,
    ".json": FileKind.JSON,
    ".jsonl": FileKind.JSON,
    ".ndjson": FileKind.JSON,
    ".csv": FileKind.CSV,
    ".tsv": FileKind.CSV,
    ".parquet": FileKind.PARQUET,
    ".docx": FileKind.DOCX,
    ".pdf": FileKind.PDF,
}
_USUAL_ENDING = {
    FileKind.TEXT: ".txt",
    FileKind.JSON: ".json",
    FileKind.FHIR: ".json",
    FileKind.CSV: ".csv",
    FileKind.PARQUET: ".parquet",
    FileKind.DOCX: ".docx",
    FileKind.PDF: ".pdf",
}
# Formats somebody is likely to send that are not read here, by how they begin, and what to do about each.
_OTHERS = (
    (
        b"\xd0\xcf\x11\xe0",
        "an Office file of the old kind, or one protected by a password; save it as .docx without one",
    ),
    (b"{\\rtf", "RTF; save it as .docx or as plain text"),
    (b"\x1f\x8b", "packed with gzip; unpack it first"),
    (b"\x89PNG", "a picture; run OCR over it, and send the text"),
    (b"\xff\xd8\xff", "a picture; run OCR over it, and send the text"),
    (b"II*\0", "a picture; run OCR over it, and send the text"),
    (b"MM\0*", "a picture; run OCR over it, and send the text"),
    (b"GIF8", "a picture; run OCR over it, and send the text"),
    (b"PARE", "an encrypted Parquet file; write it without encryption"),
)
_DICOM_AT = 128
_PDF_WITHIN = 1024  # readers accept a few bytes before the header
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def kind_of(data: bytes, *, kind: str | None, name: str) -> FileKind:
    """Return what ``data`` is; ``kind`` is what somebody says it is, ``name`` the name of the file.

    Raises:
        InvalidInput: there is no such kind.
        UnreadableDocument: it is of a kind that is not read, or not of the one its name or ``kind`` says.
    """
    told = _told(kind, name)
    if not data:
        raise UnreadableDocument("The file is empty; send one with something in it.")
    found = _by_signature(data)
    if found is None:
        found = _by_letters(data, told)
    if told is None or told is found or {told, found} == {FileKind.JSON, FileKind.FHIR}:
        return found
    raise UnreadableDocument(f"The file is said to be {told}, and holds {found}; rename it, or send the one you meant.")


def likely_kind(beginning: bytes, *, name: str) -> FileKind:
    """Return what a file is likely to be, by its first kilobyte and its ``name``; text, if nothing speaks for more."""
    if b"%PDF-" in beginning[:_PDF_WITHIN]:
        return FileKind.PDF
    if beginning.startswith((b"PAR1", b"PARE")):
        return FileKind.PARQUET
    if beginning.startswith(b"PK\x03\x04"):
        return FileKind.DOCX
    return _ENDINGS.get(PurePath(name).suffix.lower(), FileKind.TEXT)


def ending_of(kind: FileKind, *, name: str) -> str:
    """Return how the name of a file of ``kind`` ends: as ``name`` does where that is a way, ".tsv" for one."""
    own = PurePath(name).suffix.lower()
    usual = _USUAL_ENDING[kind]
    return own if _ENDINGS.get(own) is _ENDINGS[usual] else usual


def _told(kind: str | None, name: str) -> FileKind | None:
    if kind is None:
        return _ENDINGS.get(PurePath(name).suffix.lower())
    try:
        return FileKind(kind)
    except ValueError as error:
        raise InvalidInput(
            f"There is no kind '{kind}' of files; say one of {[each.value for each in FileKind]}."
        ) from error


def _by_signature(data: bytes) -> FileKind | None:
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return FileKind.PDF
    if data.startswith(b"PAR1"):
        return FileKind.PARQUET
    if data.startswith(b"PK"):
        # Every Word document names its content type near the beginning or, written by others, in its list of entries.
        if b"word/" in data:
            return FileKind.DOCX
        raise UnreadableDocument("The file is a zip archive, and no Word document; send what is in it, a sheet as CSV.")
    for beginning, what in _OTHERS:
        if data.startswith(beginning):
            raise UnreadableDocument(f"The file is {what}.")
    if data[_DICOM_AT : _DICOM_AT + 4] == b"DICM":
        raise UnreadableDocument("The file is DICOM; it takes a tool for images to take the identities out of one.")
    return None


def _by_letters(data: bytes, told: FileKind | None) -> FileKind:
    """Return which kind of text ``data`` is: JSON shows itself, CSV and plain text are what they are said to be."""
    head = data
    for mark in _MARKS:
        head = head.removeprefix(mark)
    if b"\0" in data and head == data:
        raise UnreadableDocument(
            "The file is of a kind that is not read here; send text, JSON, CSV, Parquet, DOCX or PDF."
        )
    if told in (FileKind.TEXT, FileKind.JSON, FileKind.FHIR, FileKind.CSV):
        return told
    return FileKind.JSON if head.lstrip()[:1] in (b"{", b"[") else FileKind.TEXT
