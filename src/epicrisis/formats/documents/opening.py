"""Which function reads which kind of file, each loaded when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import cast

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.kinds import Kind
from epicrisis.formats.documents.parsed import Parsed

Reader = Callable[[bytes, Limits], list[Parsed]]

_READERS: Mapping[Kind, str] = {
    Kind.TEXT: "text",
    Kind.HTML: "html",
    Kind.RTF: "rtf",
    Kind.DOCX: "word",
    Kind.PDF: "pdf.document",
    Kind.PNG: "images",
    Kind.JPEG: "images",
    Kind.TIFF: "images",
    Kind.CDA: "cda.reading",
    Kind.HL7V2: "hl7v2.reading",
    Kind.FHIR: "fhir.reading",
    Kind.ZIP: "archive",
}
_PICTURES = ("PIL.Image", "PIL.ImageOps", "PIL.PngImagePlugin", "PIL.JpegImagePlugin", "PIL.TiffImagePlugin")
# What each of them is made of.
_LIBRARIES: Mapping[Kind, Sequence[str]] = {
    Kind.HTML: ("lxml.html",),
    Kind.DOCX: ("lxml.etree",),
    Kind.PDF: ("pypdfium2",),
    Kind.PNG: (*_PICTURES, "numpy"),
    Kind.JPEG: (*_PICTURES, "numpy"),
    Kind.TIFF: (*_PICTURES, "numpy"),
    Kind.CDA: ("lxml.etree",),
}
# A file that holds others may take what any of them does.
_HOLDS_OTHERS = frozenset({Kind.CDA, Kind.HL7V2, Kind.FHIR, Kind.ZIP})


def libraries(kind: Kind) -> Sequence[str]:
    """Return the modules that read ``kind``, so that nothing is left to load under limits."""
    if kind not in _HOLDS_OTHERS:
        return _LIBRARIES.get(kind, ())
    return sorted({name for names in _LIBRARIES.values() for name in names})


def read(kind: Kind, data: bytes, limits: Limits) -> list[Parsed]:
    """Return what is in ``data``, which is of ``kind``: one text, or one for each document in it.

    Raises:
        UnreadableDocument: it is damaged, over the limits, or not what it is said to be.
        MissingDependency: an optional package this kind needs is not installed.
    """
    parsed = _reader(kind)(data, limits)
    if sum(len(each.file.text) for each in parsed) > limits.letters:
        raise UnreadableDocument(
            f"The file holds more than {limits.letters} letters, which is as many as are read at once; send its parts."
        )
    if sum(len(picture.grey) for each in parsed for picture in each.pictures) > limits.scans:
        raise UnreadableDocument("The file has more scanned pages than are read at once; send its pages in parts.")
    return parsed


def _reader(kind: Kind) -> Reader:
    return cast(Reader, import_module(f"{__package__}.{_READERS[kind]}").read)
