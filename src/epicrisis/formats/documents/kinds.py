"""What kind of file some bytes are, by what they hold; the name and what was said of them must agree with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import PurePath

from epicrisis.errors import InvalidInput, UnreadableDocument, UnsupportedDocument
from epicrisis.formats.documents.encodings import beginning_of
from epicrisis.formats.signatures import Signature, holds, is_word, signature_of


class Kind(StrEnum):
    """The kinds of files that are read."""

    TEXT = "text"
    HTML = "html"
    RTF = "rtf"
    DOCX = "docx"
    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    TIFF = "tiff"
    CDA = "cda"
    HL7V2 = "hl7v2"
    FHIR = "fhir"
    ZIP = "zip"


SUPPORTED = "text, HTML, RTF, DOCX, PDF, PNG, JPEG, TIFF, C-CDA, HL7 v2, FHIR (JSON) or a ZIP of those"
"""What is read, in words for an error."""

_BY_SIGNATURE = {
    Signature.JPEG: Kind.JPEG,
    Signature.PDF: Kind.PDF,
    Signature.PNG: Kind.PNG,
    Signature.RTF: Kind.RTF,
    Signature.TIFF: Kind.TIFF,
    Signature.ZIP: Kind.ZIP,
}
# Formats somebody is likely to send that are not read, and what to do about each.
_OTHERS = {
    Signature.BMP: "a picture in BMP; save it as PNG",
    Signature.DICOM: "DICOM; send the report that goes with it",
    Signature.GIF: "a picture in GIF; save it as PNG",
    Signature.GZIP: "packed with gzip; unpack it first",
    Signature.OLE: "an Office file of the old kind, or one protected by a password; save it as .docx without one",
    Signature.PARQUET: "a table in Parquet; send its notes as text",
    Signature.SEALED_PARQUET: "an encrypted table in Parquet; send its notes as text",
}
_OFFICE = (
    (b"xl/workbook", "a workbook of Excel; save its sheet as text or PDF"),
    (b"ppt/presentation", "slides of PowerPoint; save them as PDF"),
)
# The first entry of such a document is its media type, as it is.
_LIBRE_OFFICE = b"mimetypeapplication/vnd.oasis.opendocument"
_NAME_AT = 30
_IS_TEXT = frozenset({Kind.TEXT, Kind.HL7V2})
_IS_XML = frozenset({Kind.CDA, Kind.HTML})
_IS_FHIR = frozenset({Kind.FHIR})
# What the ending of a name leaves open; an ending that is not here says nothing.
_ENDINGS: Mapping[str, frozenset[Kind]] = {
    **dict.fromkeys((".txt", ".text", ".md", ".log", ".asc"), _IS_TEXT),
    **dict.fromkeys((".html", ".htm", ".xhtml"), frozenset({Kind.HTML})),
    # What many systems save as .doc is RTF.
    **dict.fromkeys((".rtf", ".doc"), frozenset({Kind.RTF})),
    **dict.fromkeys((".docx", ".docm"), frozenset({Kind.DOCX})),
    ".pdf": frozenset({Kind.PDF}),
    ".png": frozenset({Kind.PNG}),
    **dict.fromkeys((".jpg", ".jpeg", ".jpe"), frozenset({Kind.JPEG})),
    **dict.fromkeys((".tif", ".tiff"), frozenset({Kind.TIFF})),
    **dict.fromkeys((".xml", ".cda", ".ccda"), _IS_XML),
    **dict.fromkeys((".hl7", ".er7"), frozenset({Kind.HL7V2})),
    **dict.fromkeys((".json", ".fhir"), _IS_FHIR),
    ".zip": frozenset({Kind.ZIP}),
}
# What a media type leaves open (RFC 6838); one that is not here, as application/octet-stream, says nothing.
_MEDIA: Mapping[str, frozenset[Kind]] = {
    "text/plain": _IS_TEXT,
    "text/html": frozenset({Kind.HTML}),
    "application/xhtml+xml": frozenset({Kind.HTML}),
    **dict.fromkeys(("text/rtf", "application/rtf"), frozenset({Kind.RTF})),
    "application/msword": frozenset({Kind.RTF, Kind.DOCX}),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": frozenset({Kind.DOCX}),
    "application/pdf": frozenset({Kind.PDF}),
    "image/png": frozenset({Kind.PNG}),
    "image/jpeg": frozenset({Kind.JPEG}),
    "image/tiff": frozenset({Kind.TIFF}),
    **dict.fromkeys(("text/xml", "application/xml"), _IS_XML),
    "application/hl7-cda+xml": frozenset({Kind.CDA}),
    **dict.fromkeys(
        ("application/hl7-v2", "application/hl7-v2+er7", "x-application/hl7-v2+er7"), frozenset({Kind.HL7V2})
    ),
    **dict.fromkeys(("application/json", "application/fhir+json", "application/json+fhir"), _IS_FHIR),
    **dict.fromkeys(("application/zip", "application/x-zip-compressed"), frozenset({Kind.ZIP})),
}
# MLLP puts a vertical tab before a message; batches begin with FHS or BHS.
_HL7 = re.compile(r"\x0b?(?:MSH|FHS|BHS)([^\w\s])[^\w\s]{2,5}\1")
_XML_TAG = re.compile(r"<(?![?!])(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_HTML_TAGS = frozenset(
    {
        "html",
        "head",
        "body",
        "title",
        "meta",
        "div",
        "p",
        "table",
        "span",
        "pre",
        "h1",
        "h2",
        "h3",
        "h4",
        "ul",
        "ol",
        "br",
        "b",
        "i",
        "font",
        "center",
    }
)
_PROLOGUE = re.compile(r"(?:<\?[^>]*+>|<!(?!--)[^>\[]*+(?:\[[^\]]*+\])?[^>]*+>|<!--(?:(?!-->).)*+-->|\s)*+", re.S)
_FHIR_NAMESPACE = "http://hl7.org/fhir"
_RESOURCE = re.compile(r'"resourceType"\s*:\s*"')


def kind_of(data: bytes, *, name: str = "", told: str | None = None) -> Kind:
    """Return what ``data`` is; ``told`` is what somebody says it is (a ``Kind`` or a media type), ``name`` its name.

    Raises:
        InvalidInput: what is told is neither a kind nor a media type.
        UnsupportedDocument: it is of a kind that is not read.
        UnreadableDocument: it is empty, or not of the kind that was told or that its name says.
    """
    allowed = _told(told) if told else None
    if not data:
        raise UnreadableDocument("The file is empty; send one with something in it.")
    found = _by_signature(data) or _by_letters(data)
    for said in (allowed, _ENDINGS.get(PurePath(name).suffix.lower())):
        if said == _IS_FHIR and found is Kind.TEXT:
            raise UnreadableDocument("The file is not FHIR: a resource of it is JSON that says its resourceType.")
        if said and found not in said:
            raise UnreadableDocument(
                f"The file is said to be {' or '.join(sorted(said))}, and holds {found}; "
                "rename it, or send the one you meant."
            )
    return found


def _told(told: str) -> frozenset[Kind] | None:
    """Return the kinds that ``told`` leaves open; nothing, where it leaves all."""
    plain = told.partition(";")[0].strip().lower()
    if "/" in plain:
        return _MEDIA.get(plain)
    try:
        return frozenset({Kind(plain)})
    except ValueError as error:
        raise InvalidInput(
            f"There is no kind '{plain}' of files; say one of {[each.value for each in Kind]}."
        ) from error


def _by_signature(data: bytes) -> Kind | None:
    signature = signature_of(data)
    if signature in _OTHERS:
        raise UnsupportedDocument(f"The file is {_OTHERS[signature]}. Read are {SUPPORTED}.")
    if signature is not Signature.ZIP:
        return _BY_SIGNATURE[signature] if signature else None
    if is_word(data):
        return Kind.DOCX
    what = next((each for part, each in _OFFICE if holds(data, part)), "")
    if data.startswith(_LIBRE_OFFICE, _NAME_AT):
        what = "a document of LibreOffice; save it as .docx"
    if what:
        raise UnsupportedDocument(f"The file is {what}. Read are {SUPPORTED}.")
    return Kind.ZIP


def _by_letters(data: bytes) -> Kind:
    head = beginning_of(data)
    if head is None:
        raise UnsupportedDocument(f"The file is of a kind that is not read here; send {SUPPORTED}.")
    head = head.lstrip("\ufeff \t\r\n")
    if _HL7.match(head):
        return Kind.HL7V2
    if head.startswith("{") and _RESOURCE.search(head):
        return Kind.FHIR
    return _by_tag(head) if head.startswith("<") else Kind.TEXT


def _by_tag(head: str) -> Kind:
    """Return the kind that the first tag tells: "<5 mg/dl" is text."""
    if head[:14].lower() == "<!doctype html":
        return Kind.HTML
    prologue = _PROLOGUE.match(head)
    tag = _XML_TAG.match(head, prologue.end() if prologue else 0)
    if tag is None:
        return Kind.TEXT
    if tag[1] == "ClinicalDocument":
        return Kind.CDA
    if tag[1].lower() in _HTML_TAGS:
        return Kind.HTML
    if head.startswith("<?xml"):
        what = "FHIR in XML; send it as JSON" if _FHIR_NAMESPACE in head else "XML of a kind that is not read"
        raise UnsupportedDocument(f"The file is {what}. Read are {SUPPORTED}.")
    return Kind.TEXT
