"""Which class reads which kind of file, each loaded when it is first needed."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.redacting.asking import Opened, Options
from epicrisis.formats.redacting.sniffing import FileKind

_READERS = {
    FileKind.TEXT: ("plain", "PlainText"),
    FileKind.JSON: ("jsons", "Json"),
    FileKind.FHIR: ("jsons", "Json"),
    FileKind.CSV: ("separated", "Separated"),
    FileKind.PARQUET: ("parquet", "Parquet"),
    FileKind.DOCX: ("word.document", "Docx"),
    FileKind.PDF: ("pdf.document", "Pdf"),
}
# What each of them is made of.
_LIBRARIES: dict[FileKind, Sequence[str]] = {
    FileKind.PARQUET: ("pyarrow.parquet",),
    FileKind.DOCX: ("lxml.etree",),
    FileKind.PDF: ("pypdfium2", "reportlab.pdfgen.canvas", "pypdf"),
}


def libraries(kind: FileKind) -> Sequence[str]:
    """Return the modules that read ``kind``, so that nothing is left to load under limits."""
    return _LIBRARIES.get(kind, ())


def opened(kind: FileKind, data: bytes, options: Options) -> Opened:
    """Return ``data`` read as ``kind``.

    Raises:
        UnreadableDocument: it is damaged, over the limits, or not what it is said to be.
        InvalidInput: a rule is not one, or the kind takes none.
        MissingDependency: an optional package this kind needs is not installed.
    """
    module, name = _READERS[kind]
    file: Opened = getattr(import_module(f"{__package__}.{module}"), name)(data, options)
    if kind is FileKind.FHIR and not getattr(file, "is_fhir", False):
        raise UnreadableDocument("The JSON is not FHIR: a resource says its resourceType. Send it as kind 'json'.")
    values = sum(question.times for question in file.questions)
    if values > options.limits.values:
        raise UnreadableDocument(
            f"The file has {values} values to read, more than {options.limits.values}; send its parts."
        )
    return file
