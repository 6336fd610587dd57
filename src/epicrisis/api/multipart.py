"""Forms in parts (RFC 7578), as browsers and ``curl --form`` send them; small, strict, and true to every byte.

A parser of mail would do it too, and forgives what two readers in a row may take for two different forms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_BOUNDARY = re.compile(r';\s*boundary=(?:"([^"]*)"|([^;\s"]*))', re.IGNORECASE)
_NAME = re.compile(rb';\s*name=(?:"([^"]*)"|([^;\s"]*))', re.IGNORECASE)
_FILE_NAME = re.compile(rb';\s*filename=(?:"([^"]*)"|([^;\s"]*))', re.IGNORECASE)
_DISPOSITION, _KIND = b"content-disposition:", b"content-type:"
# RFC 2046, section 5.1.1.
_LONGEST_BOUNDARY = 70


class NotMultipart(Exception):
    """The body is not the form in parts it is said to be."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a form: the name of its field, its bytes and, of a file, what it is called and said to be."""

    name: str
    data: bytes = field(repr=False)
    file_name: str | None = None
    media: str = ""

    @property
    def text(self) -> str:
        """Return what it says; raises ``UnicodeDecodeError`` where that is not UTF-8."""
        return self.data.decode("utf-8")


def parts_of(kind: str, body: bytes, *, most: int) -> list[Part]:
    """Return the parts of ``body``, whose media type is ``kind``, with its ``boundary``.

    Raises:
        NotMultipart: there is no boundary, no end, a part without a name, or more parts than ``most``.
    """
    # The first boundary may stand at the very beginning, all others behind the end of a line.
    _, *pieces = (b"\r\n" + body).split(b"\r\n--" + _boundary(kind), most + 2)
    parts: list[Part] = []
    for piece in pieces:
        if piece.startswith(b"--"):
            return parts
        parts.append(_part(piece))
        if len(parts) > most:
            break
    raise NotMultipart


def _boundary(kind: str) -> bytes:
    found = _BOUNDARY.search(kind)
    boundary = (found[1] or found[2] or "") if found else ""
    if not 0 < len(boundary) <= _LONGEST_BOUNDARY:
        raise NotMultipart
    return boundary.encode("latin-1")


def _part(piece: bytes) -> Part:
    # Behind a boundary there may be white space before the line ends.
    rest, line_end, after = piece.partition(b"\r\n")
    head, blank, data = (b"\r\n" + after).partition(b"\r\n\r\n")
    if rest.strip(b" \t") or not line_end or not blank:
        raise NotMultipart
    lines = head.split(b"\r\n")
    disposition = _line(lines, _DISPOSITION)
    name, file_name = _said(_NAME, disposition), _said(_FILE_NAME, disposition)
    if name is None:
        raise NotMultipart
    return Part(name, data, file_name, _line(lines, _KIND).decode("latin-1").strip())


def _line(lines: list[bytes], named: bytes) -> bytes:
    """Return what the header ``named`` says, or nothing."""
    return next((line[len(named) :] for line in lines if line.lower().startswith(named)), b"")


def _said(what: re.Pattern[bytes], disposition: bytes) -> str | None:
    found = what.search(disposition)
    try:
        return (found[1] or found[2] or b"").decode("utf-8") if found else None
    except UnicodeDecodeError:
        raise NotMultipart from None
