"""How files begin: what tells a format by its bytes, whatever the file is called."""

from __future__ import annotations

from enum import StrEnum
from struct import unpack_from


class Signature(StrEnum):
    """Formats that can be told by how their files begin."""

    BMP = "bmp"
    DICOM = "dicom"
    GIF = "gif"
    GZIP = "gzip"
    JPEG = "jpeg"
    OLE = "ole"
    PARQUET = "parquet"
    PDF = "pdf"
    PNG = "png"
    RTF = "rtf"
    SEALED_PARQUET = "sealed-parquet"
    TIFF = "tiff"
    ZIP = "zip"


# OLE holds Office files of the old kind, and new ones under a password.
_BEGINNINGS = (
    (b"PAR1", Signature.PARQUET),
    (b"PK\x03\x04", Signature.ZIP),
    (b"PK\x05\x06", Signature.ZIP),
    (b"PK\x07\x08", Signature.ZIP),
    (b"\xd0\xcf\x11\xe0", Signature.OLE),
    (b"{\\rtf", Signature.RTF),
    (b"\x1f\x8b", Signature.GZIP),
    (b"\x89PNG", Signature.PNG),
    (b"\xff\xd8\xff", Signature.JPEG),
    (b"II*\0", Signature.TIFF),
    (b"MM\0*", Signature.TIFF),
    (b"GIF8", Signature.GIF),
)
_WITHIN = 1024  # readers accept a few bytes before the header of a PDF
_DICOM_AT = 128
_BMP_RESERVED = slice(6, 10)
# A zip archive: of one entry in its list, how long what comes before the name is, and where the lengths of name, extra
# and comment stand; of the record behind the list, how long it is, where the size of the list stands in it, and how far
# from the end of the file it may begin.
_ENTRY, _LENGTHS = 46, 28
_END_OF_LIST, _SIZE_AT, _TAIL = 22, 12, 22 + 65_535


def signature_of(data: bytes) -> Signature | None:
    """Return the format whose files begin as ``data`` does; nothing, where it may be text."""
    # An archive that packs nothing shows the beginning of what it holds: "PK… a.pdf%PDF-1.7".
    for beginning, signature in _BEGINNINGS:
        if data.startswith(beginning):
            return signature
    if b"%PDF-" in data[:_WITHIN]:
        return Signature.PDF
    if data[_DICOM_AT : _DICOM_AT + 4] == b"DICM":
        return Signature.DICOM
    # A few letters are not much to go by: "PARESTHESIA of both hands." So are bytes that no text has.
    head = data[:_WITHIN]
    if head.startswith(b"PARE") and b"\0" in head:
        return Signature.SEALED_PARQUET
    if head.startswith(b"BM") and head[_BMP_RESERVED] == bytes(4):
        return Signature.BMP
    return None


def is_word(archive: bytes) -> bool:
    """Return whether a zip archive is a Word document: it holds the parts of one itself, and not in a file in it."""
    return holds(archive, b"word/")


def holds(archive: bytes, beginning: bytes) -> bool:
    """Return whether an entry of a zip archive has a name with that ``beginning``.

    The names are those in the list at its end (APPNOTE 4.3.12); where that is cut off, any bytes of it may be one.
    """
    listed = _list_of(archive)
    if listed is None:
        return beginning in archive
    at, end = listed
    while at + _ENTRY <= end and archive.startswith(b"PK\x01\x02", at):
        name, extra, comment = unpack_from("<3H", archive, at + _LENGTHS)
        if archive.startswith(beginning, at + _ENTRY):
            return True
        at += _ENTRY + name + extra + comment
    return False


def _list_of(archive: bytes) -> tuple[int, int] | None:
    """Return where the list of entries begins and ends."""
    end = archive.rfind(b"PK\x05\x06", -_TAIL)
    if end < 0 or end + _END_OF_LIST > len(archive):
        return None
    size = unpack_from("<I", archive, end + _SIZE_AT)[0]
    start = end - size
    return (start, end) if start >= 0 and (not size or archive.startswith(b"PK\x01\x02", start)) else None
