"""Text out of bytes and back into the same encoding: UTF-8, UTF-16 with its mark, or what Windows writes."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from epicrisis.errors import UnreadableDocument

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""What a file may begin with to tell its encoding."""
# Without a mark: UTF-8 has a form that other encodings rarely fall into; cp1252 is what older spreadsheets save.
_GUESSES = ("utf-8", "cp1252")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text with the encoding and the mark it had as bytes."""

    text: str
    encoding: str
    mark: bytes = b""

    def encoded(self, text: str) -> bytes:
        """Return ``text`` as bytes of the same encoding.

        Raises:
            UnreadableDocument: the encoding has no sign for one of the letters put in.
        """
        try:
            return self.mark + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            raise UnreadableDocument(
                f"What replaces an identifier cannot be written in {self.encoding}; save the file as UTF-8."
            ) from error


def decoded(data: bytes) -> Decoded:
    """Return the text of ``data``.

    Raises:
        UnreadableDocument: it is not text, or in none of the encodings we know.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return Decoded(_text(data[len(mark) :], [encoding]), encoding, mark)
    for encoding in _GUESSES:
        try:
            return Decoded(_text(data, [encoding]), encoding)
        except UnreadableDocument:
            continue
    raise UnreadableDocument(
        "The file is not text in UTF-8, UTF-16 or Windows-1252; save it as UTF-8 and send it again."
    )


def _text(data: bytes, encodings: list[str]) -> str:
    try:
        text = data.decode(encodings[0])
    except UnicodeDecodeError as error:
        raise UnreadableDocument(f"Byte {error.start} is not {error.encoding}; save the file as UTF-8.") from error
    if "\0" in text:
        raise UnreadableDocument("The file holds NUL characters and is no text; send the text itself, in UTF-8.")
    return text
