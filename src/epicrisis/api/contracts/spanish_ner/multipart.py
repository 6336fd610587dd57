"""Forms in parts (RFC 7578), as browsers and ``curl --form`` send them; small, strict, and true to every byte.

A parser of mail would do it too, and forgives what two readers in a row may take for two different forms.
"""

from __future__ import annotations

import re

_BOUNDARY = re.compile(r';\s*boundary=(?:"([^"]*)"|([^;\s"]*))', re.IGNORECASE)
_NAME = re.compile(rb';\s*name=(?:"([^"]*)"|([^;\s"]*))', re.IGNORECASE)
_DISPOSITION = b"content-disposition:"
# RFC 2046, section 5.1.1.
_LONGEST_BOUNDARY = 70


class NotMultipart(Exception):
    """The body is not the form in parts it is said to be."""


def parts_of(kind: str, body: bytes, *, most: int) -> list[tuple[str, str]]:
    """Return name and text of each part of ``body``, whose media type is ``kind``, with its ``boundary``.

    Raises:
        NotMultipart: there is no boundary, no end, a part without a name, or more parts than ``most``.
        UnicodeDecodeError: a part is not UTF-8.
    """
    # The first boundary may stand at the very beginning, all others behind the end of a line.
    _, *pieces = (b"\r\n" + body).split(b"\r\n--" + _boundary(kind), most + 2)
    parts: list[tuple[str, str]] = []
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


def _part(piece: bytes) -> tuple[str, str]:
    # Behind a boundary there may be white space before the line ends.
    rest, line_end, after = piece.partition(b"\r\n")
    head, blank, text = (b"\r\n" + after).partition(b"\r\n\r\n")
    if rest.strip(b" \t") or not line_end or not blank:
        raise NotMultipart
    for line in head.split(b"\r\n"):
        if line.lower().startswith(_DISPOSITION):
            found = _NAME.search(line)
            if found:
                return (found[1] or found[2] or b"").decode("utf-8"), text.decode("utf-8")
    raise NotMultipart
