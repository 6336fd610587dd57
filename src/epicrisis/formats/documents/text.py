"""Plain text, in whatever encoding it comes."""

from __future__ import annotations

from epicrisis.domain.pages import ReadFile
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.encodings import Decoded, decode
from epicrisis.formats.documents.kinds import Kind
from epicrisis.formats.documents.parsed import Parsed


def read(data: bytes, limits: Limits) -> list[Parsed]:
    """Return the text of ``data`` as it is, line ends and all, without the mark of its encoding.

    Raises:
        UnreadableDocument: it is not text.
    """
    decoded = decode(data)
    return [Parsed(ReadFile(decoded.text, Kind.TEXT, warnings=doubts(decoded)))]


def doubts(decoded: Decoded) -> tuple[str, ...]:
    """Return what is to be said about letters that could not be told."""
    if not decoded.broken:
        return ()
    return (f"{decoded.broken} letters are not {decoded.encoding} and show as U+FFFD; save the file as UTF-8.",)
