"""A zip archive opened within limits, before anything in it is read."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from zlib import error as ZlibError  # noqa: N812

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.contained.limits import MEGABYTE, Limits

_ENCRYPTED = 0x1
# A page of one blank line packs better than any bomb needs to; below this, no ratio is asked about.
_SMALL = MEGABYTE


def unpacked(data: bytes, limits: Limits) -> Mapping[str, bytes]:
    """Return the entries of the archive ``data`` by name.

    Raises:
        UnreadableDocument: it is damaged, encrypted, larger than the limits, or names places outside itself.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check(archive.infolist(), limits)
            return {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}
    except (zipfile.BadZipFile, ZlibError, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise UnreadableDocument(
            "The file is cut short or damaged; save it again in the program that made it, and send that."
        ) from error


def _check(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.entries:
        raise UnreadableDocument(f"The file has {len(entries)} parts, more than {limits.entries}; save a smaller one.")
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise UnreadableDocument("The file is protected by a password; save it without one and send it again.")
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names) or any(_outside(name) for name in names):
        raise UnreadableDocument(
            "The file names its parts twice or outside itself; save it again in the program that made it."
        )
    size = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if size > limits.unpacked or (size > _SMALL and size > limits.ratio * packed):
        raise UnreadableDocument(
            f"The file unpacks to {size} bytes; up to {limits.unpacked} are read, and {limits.ratio} for each packed "
            "one. Send a smaller document."
        )


def _outside(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name
