"""Files inside a record: a PDF in an observation, a note in a FHIR attachment, a document in base64."""

from __future__ import annotations

import binascii
from collections.abc import Iterable, Sequence
from dataclasses import replace

from epicrisis.errors import InvalidInput, MissingDependency, UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents import opening
from epicrisis.formats.documents.kinds import Kind, kind_of
from epicrisis.formats.documents.parsed import Parsed

# RFC 4648, 5: some write base64 so that it can stand in an address.
_URL_SAFE = str.maketrans("-_", "+/")

NOTES = frozenset({Kind.TEXT, Kind.HTML, Kind.RTF, Kind.DOCX, Kind.PDF, Kind.PNG, Kind.JPEG, Kind.TIFF})
"""What holds words and no further file: the files that a CDA document may carry."""


class Attached:
    """The files that one record carries, read as they are met; what cannot be read is counted, and said at the end.

    ``kinds`` are those that may be inside: a record carries no archive, and none of its own kind, so that nothing is
    unpacked without end.
    """

    def __init__(self, limits: Limits, kinds: frozenset[Kind]) -> None:
        """Take the limits of the whole file; each file inside meets them too."""
        self._limits = limits
        self._kinds = kinds
        self._met = 0
        self._warnings: list[str] = []
        self.parsed: list[Parsed] = []
        self.elsewhere = 0

    def base64(self, encoded: str, *, name: str) -> None:
        """Read the file that ``encoded`` is in base64 (RFC 4648, line breaks or not); ``name`` it by its place.

        Raises:
            UnreadableDocument: there are more files than the limits give.
        """
        self._count()
        try:
            data = from_base64(encoded)
        except UnreadableDocument:
            self._doubt("is not base64.")
            return
        self._file(data, name)

    def hexadecimal(self, encoded: str, *, name: str) -> None:
        """Read the file that ``encoded`` is in hexadecimal digits, and ``name`` it by its place.

        Raises:
            UnreadableDocument: there are more files than the limits give.
        """
        self._count()
        try:
            data = bytes.fromhex(encoded)
        except ValueError:
            self._doubt("is not hexadecimal.")
            return
        self._file(data, name)

    def plain(self, data: bytes, *, name: str) -> None:
        """Read the file ``data``, which is written as it is, and ``name`` it by its place.

        Raises:
            UnreadableDocument: there are more files than the limits give.
        """
        self._count()
        self._file(data, name)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what could not be read, by the numbers of the files; their names may be words of the record."""
        if not self.elsewhere:
            return tuple(self._warnings)
        return (*self._warnings, f"Attachments kept elsewhere: {self.elsewhere}. Nothing is fetched; send them too.")

    def _count(self) -> None:
        self._met += 1
        if self._met > self._limits.entries:
            raise UnreadableDocument(
                f"The file carries more than {self._limits.entries} others; send some of them on their own."
            )

    def _file(self, data: bytes, name: str) -> None:
        try:
            kind = kind_of(data)
            if kind not in self._kinds:
                self._doubt(f"holds {kind}, which is not read inside another file; send it on its own.")
                return
            self.parsed += named(opening.read(kind, data, self._limits), name)
        except (InvalidInput, MissingDependency) as error:
            self._doubt(f"cannot be read: {error}")

    def _doubt(self, why: str) -> None:
        self._warnings.append(f"Attachment {self._met} {why}")


def from_base64(encoded: str) -> bytes:
    """Return the file that ``encoded`` is in base64 (RFC 4648), with line breaks or without.

    Raises:
        UnreadableDocument: it is not base64.
    """
    packed = "".join(encoded.split()).translate(_URL_SAFE).rstrip("=")
    try:
        return binascii.a2b_base64(packed + "=" * (-len(packed) % 4), strict_mode=True)
    except (binascii.Error, ValueError) as error:
        raise UnreadableDocument("The file is not base64; encode it again.") from error


def named(parsed: Iterable[Parsed], name: str) -> list[Parsed]:
    """Return ``parsed`` under ``name``, which goes before the name that a part has of its own."""
    return [
        replace(each, file=replace(each.file, name="/".join(filter(None, (name, each.file.name))))) for each in parsed
    ]


def with_warnings(parsed: Sequence[Parsed], warnings: Iterable[str]) -> list[Parsed]:
    """Return ``parsed``, the first of it with ``warnings`` of the whole file."""
    first, *others = parsed
    return [replace(first, file=replace(first.file, warnings=(*first.file.warnings, *warnings))), *others]
