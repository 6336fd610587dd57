"""What kind of file some bytes are, by what they hold; the name and what was said of them must agree with it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath

from epicrisis.errors import InvalidInput, UnreadableDocument
from epicrisis.formats.signatures import Signature, is_word, signature_of


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
_PICTURE = "a picture; run OCR over it, and send the text"
# Formats somebody is likely to send that are not read here, and what to do about each.
_OTHERS = {
    Signature.OLE: "an Office file of the old kind, or one protected by a password; save it as .docx without one",
    Signature.RTF: "RTF; save it as .docx or as plain text",
    Signature.GZIP: "packed with gzip; unpack it first",
    Signature.PNG: _PICTURE,
    Signature.JPEG: _PICTURE,
    Signature.TIFF: _PICTURE,
    Signature.GIF: _PICTURE,
    Signature.BMP: _PICTURE,
    Signature.SEALED_PARQUET: "an encrypted Parquet file; write it without encryption",
    Signature.DICOM: "DICOM; it takes a tool for images to take the identities out of one",
}
_LIKELY = {
    Signature.PDF: FileKind.PDF,
    Signature.PARQUET: FileKind.PARQUET,
    Signature.SEALED_PARQUET: FileKind.PARQUET,
    Signature.ZIP: FileKind.DOCX,
}
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
    signature = signature_of(beginning)
    if signature in _LIKELY:
        return _LIKELY[signature]
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
    signature = signature_of(data)
    if signature is Signature.PDF:
        return FileKind.PDF
    if signature is Signature.PARQUET:
        return FileKind.PARQUET
    if signature is Signature.ZIP:
        if is_word(data):
            return FileKind.DOCX
        raise UnreadableDocument("The file is a zip archive, and no Word document; send what is in it, a sheet as CSV.")
    if signature is not None:
        raise UnreadableDocument(f"The file is {_OTHERS[signature]}.")
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
