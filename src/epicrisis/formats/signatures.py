"""How files begin: what tells a format by its bytes, whatever the file is called."""

from __future__ import annotations

from enum import StrEnum


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


def signature_of(data: bytes) -> Signature | None:
    """Return the format whose files begin as ``data`` does; nothing, where it may be text."""
    if b"%PDF-" in data[:_WITHIN]:
        return Signature.PDF
    for beginning, signature in _BEGINNINGS:
        if data.startswith(beginning):
            return signature
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
    """Return whether a zip archive is a Word document.

    Each names its content type near the beginning or, written by others, in its list of entries.
    """
    return b"word/" in archive
