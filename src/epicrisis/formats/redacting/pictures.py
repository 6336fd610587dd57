"""How many pixels a picture says it has, by its first bytes; nothing is ever unpacked to find out."""

from __future__ import annotations

import struct

from epicrisis.errors import UnreadableDocument

_PNG, _BMP = b"\x89PNG\r\n\x1a\n", b"BM"
# Markers of a JPEG that say how large it is: those from C0 to CF but for tables and restarts (ITU T.81, table B.1).
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_TIFF = {b"II*\0": "<", b"MM\0*": ">"}
_WIDTH, _LENGTH, _SHORT = 256, 257, 3


def check_pixels(pixels: int, most: int) -> None:
    """See that a picture has no more than ``most`` pixels: what it takes to unpack it is nobody's to bear.

    Raises:
        UnreadableDocument: it has more.
    """
    if pixels > most:
        raise UnreadableDocument(
            f"A picture in the file has {pixels} pixels; up to {most} are taken. Save the file with smaller pictures."
        )


def pixels_of(data: bytes) -> int:
    """Return how many pixels the picture ``data`` says it has; 0 for what is no picture, or is cut short."""
    try:
        width, height = _size(data)
    except (struct.error, IndexError):
        return 0
    return abs(width) * abs(height)


def _size(data: bytes) -> tuple[int, int]:
    if data.startswith(_PNG):
        return struct.unpack_from(">II", data, 16)
    if data.startswith((b"GIF87a", b"GIF89a")):
        return struct.unpack_from("<HH", data, 6)
    if data.startswith(_BMP):
        return struct.unpack_from("<ii", data, 18)
    if data.startswith(b"\xff\xd8"):
        return _size_of_jpeg(data)
    if data[:4] in _TIFF:
        return _size_of_tiff(data, _TIFF[data[:4]])
    return 0, 0


def _size_of_jpeg(data: bytes) -> tuple[int, int]:
    at = 2
    while data[at] == 0xFF:
        if data[at + 1] in _JPEG_SIZES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        [length] = struct.unpack_from(">H", data, at + 2)
        at += 2 + max(2, length)
    return 0, 0


def _size_of_tiff(data: bytes, order: str) -> tuple[int, int]:
    """Return the size that the first directory tells (TIFF 6.0, section 2)."""
    [at] = struct.unpack_from(f"{order}I", data, 4)
    [entries] = struct.unpack_from(f"{order}H", data, at)
    told = {_WIDTH: 0, _LENGTH: 0}
    for entry in range(at + 2, at + 2 + 12 * entries, 12):
        tag, kind = struct.unpack_from(f"{order}HH", data, entry)
        if tag in told:
            [told[tag]] = struct.unpack_from(f"{order}{'H' if kind == _SHORT else 'I'}", data, entry + 8)
    return told[_WIDTH], told[_LENGTH]
