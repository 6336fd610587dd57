"""The letters of an HL7 v2 message: which bytes they are (MSH-18), and what stands for marks (escape sequences)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.documents.encodings import decode

_LINE_END = re.compile(rb"[\r\n]")
_JAPANESE = "iso2022_jp_2"
# HL7 table 0211, and the codec that reads the most of what is sent under each name: senders say 8859/1 and mean what
# Windows calls Western.
_CODECS: Mapping[str, str] = {
    "ASCII": "utf-8",
    "8859/1": "cp1252",
    **{f"8859/{part}": f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)},
    "ISO IR6": "utf-8",
    "ISO IR14": "shift_jis",
    "ISO IR87": _JAPANESE,
    "ISO IR159": _JAPANESE,
    "GB 18030-2000": "gb18030",
    "KS X 1001": "euc_kr",
    "BIG-5": "big5",
    "UNICODE": "utf-8",
    "UNICODE UTF-8": "utf-8",
}
_USUAL = "^~\\&#"
_CHARACTER_SET = 18
_MOST_BREAKS, _MOST_SPACES = 3, 80
_LAYOUT = re.compile(r"\.(br|ce|sp|sk|in|ti|fi|nf)([+-]?\d{1,4})?", re.IGNORECASE)
_HEXADECIMAL = re.compile(r"X((?:[0-9A-Fa-f]{2})+)")
# Highlighting on and off, other character sets, and what two systems agreed on between them: nothing of it is text.
_UNSEEN = re.compile(r"[HN]|[CM][0-9A-Fa-f]{4,6}|Z[^\s]{0,80}")


@dataclass(frozen=True, slots=True)
class Marks:
    """The characters a message separates its parts with (MSH-1 and MSH-2), and the codec of its letters."""

    field: str
    component: str
    repetition: str
    escape: str
    part: str
    truncation: str
    codec: str

    def unescaped(self, text: str) -> str:
        """Return ``text`` with its escape sequences as what they stand for; what is no such sequence stays as it is."""
        if self.escape not in text:
            return text
        pieces = text.split(self.escape)
        written = [pieces[0]]
        index = 1
        while index < len(pieces):
            meant = self._meant(pieces[index]) if index + 1 < len(pieces) else None
            if meant is None:
                written += self.escape, pieces[index]
                index += 1
            else:
                written += meant, pieces[index + 1]
                index += 2
        return "".join(written)

    def _meant(self, sequence: str) -> str | None:
        """Return what stands between two escape characters means, or ``None`` where it is no sequence (HL7 v2, 2.7)."""
        marks = {
            "F": self.field,
            "S": self.component,
            "T": self.part,
            "R": self.repetition,
            "E": self.escape,
            "P": self.truncation,
        }
        if sequence in marks:
            return marks[sequence]
        if layout := _LAYOUT.fullmatch(sequence):
            return _laid_out(layout[1].lower(), int(layout[2] or 1))
        if hexadecimal := _HEXADECIMAL.fullmatch(sequence):
            return bytes.fromhex(hexadecimal[1]).decode(self.codec, errors="replace")
        return "" if _UNSEEN.fullmatch(sequence) else None


def marks_of(header: str, codec: str) -> Marks:
    """Return the marks that the MSH segment ``header`` names; ``codec`` is what its letters were read by.

    Raises:
        UnreadableDocument: there are none in it.
    """
    field = header[3:4]
    if not field or field.isalnum() or field.isspace():
        raise UnreadableDocument("The first segment of the message names no separators; send it as it was exported.")
    named = header[4:].partition(field)[0]
    # The usual ones stand for those it leaves out.
    said = named + _USUAL[len(named) :]
    return Marks(field, said[0], said[1], said[2], said[3], said[4], codec)


def decoded(data: bytes) -> tuple[str, str, bool]:
    """Return the text of one message, the codec it was read by, and whether that is the one it names, if it names one.

    Raises:
        UnreadableDocument: it is not text.
    """
    told = _told(data)
    if told:
        with suppress(UnicodeDecodeError):
            return data.decode(told), told, True
    found = decode(data)
    return found.text, found.encoding, not told


def _told(data: bytes) -> str:
    """Return the codec that MSH-18 names: its first, or the one for Japanese, which the sets of ISO 2022 share."""
    header = _LINE_END.split(data, maxsplit=1)[0].decode("latin-1")
    fields = header.split(header[3:4] or "|")
    # MSH-1 is the separator itself, so that the list has MSH-18 at 17.
    sets = fields[_CHARACTER_SET - 1].split("~") if len(fields) >= _CHARACTER_SET else []
    known = [_CODECS[name] for each in sets if (name := " ".join(each.upper().split())) in _CODECS]
    return _JAPANESE if _JAPANESE in known else next(iter(known), "")


def _laid_out(command: str, number: int) -> str:
    if command in ("br", "ce"):
        return "\n"
    if command == "sp":
        return "\n" * min(max(number, 1), _MOST_BREAKS)
    return " " * min(max(number, 1), _MOST_SPACES) if command == "sk" else ""
