"""RTF (version 1.9.1): its text, tables as rows. What is hidden, deleted, or a picture is none of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from epicrisis.domain.pages import ReadFile
from epicrisis.errors import UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.kinds import Kind
from epicrisis.formats.documents.parsed import Parsed
from epicrisis.formats.documents.rtf_words import (
    CHARSETS,
    LABELS,
    PLACES,
    SIGNS,
    SKIPPED,
    STARRED,
    SYMBOL,
    SYSTEMS,
)

_TOKEN = re.compile(
    r"\\(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,9})?[ ]?|\\'(?P<byte>[0-9A-Fa-f]{2})|\\(?P<sign>[^A-Za-z])"
    r"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n]+",
    re.S,
)
_TRAILING = re.compile(r"(?<![ \t])[ \t]++(?=\n|\Z)")
_DEEPEST = 1_000
_HALVES = re.compile(r"[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]")


@dataclass(slots=True)
class _Group:
    """What holds until a brace closes."""

    place: str = "text"
    skipped: bool = False
    hidden: bool = False
    fallback: int = 1
    font: int = -1
    label: bool = False
    starred: bool = False
    fresh: bool = True


@dataclass(slots=True)
class _Written:
    """What was written so far, by place; bytes wait until it is known that no more of their letter follow."""

    places: dict[str, list[str]] = field(
        default_factory=lambda: {place: [] for place in ("head", "text", "note", "foot")}
    )

    def text(self) -> str:
        parts = (_TRAILING.sub("", "".join(pieces)).strip("\n") for pieces in self.places.values())
        return _HALVES.sub(_joined, "\n\n".join(dict.fromkeys(part for part in parts if part.strip())))


class _Reader:
    def __init__(self) -> None:
        self._written = _Written()
        self._groups = [_Group()]
        self._page = "cp1252"
        self._fonts: dict[int, str] = {}
        self._defined = self._default = -1
        self._bytes = bytearray()
        self._owed = 0  # letters that stand in for one of Unicode, and are not read

    def read(self, source: str) -> tuple[str, bool]:
        """Return the text of ``source``, and whether it comes to its end."""
        at = 0
        while at < len(source):
            token = _TOKEN.match(source, at)
            if token is None:
                at += 1
                continue
            at = token.end()
            if token["word"] == "bin":
                at += max(0, int(token["number"] or 0))
            self._take(token)
        self._flush()
        return self._written.text(), len(self._groups) == 1

    def _take(self, token: re.Match[str]) -> None:
        if token["byte"]:
            self._letters(bytes.fromhex(token["byte"]))
        elif token["text"]:
            self._letters(token["text"].encode("latin-1"))
        elif token["brace"] == "{":
            self._open()
        elif token["brace"]:
            self._close()
        elif token["word"]:
            self._word(token["word"], token["number"])
        elif token["sign"]:
            self._sign(token["sign"])

    def _open(self) -> None:
        self._flush()
        if len(self._groups) > _DEEPEST:
            raise UnreadableDocument("The RTF is nested too deeply to be read; save it again as DOCX, and send that.")
        self._owed = 0
        self._groups.append(replace(self._groups[-1], starred=False, fresh=True))

    def _close(self) -> None:
        self._flush()
        self._owed = 0
        if len(self._groups) > 1:
            closed = self._groups.pop()
            if closed.place != self._groups[-1].place:
                self._written.places[closed.place].append("\n")

    def _sign(self, sign: str) -> None:
        group = self._groups[-1]
        if sign == "*":
            group.starred = True
        elif sign in "\\{}":
            self._letters(sign.encode())
        elif sign == "~":
            self._put(" ")
        elif sign == "_":
            self._put("-")
        elif sign in "\r\n":
            self._put("\n")

    def _word(self, word: str, number: str | None) -> None:
        self._flush()
        group = self._groups[-1]
        value = int(number) if number else None
        if group.fresh:
            group.fresh = False
            self._destination(group, word)
        if word == "u" and value is not None:
            self._owed = 0
            self._put(chr(value % 0x10000))
            self._owed = group.fallback
        elif word in SIGNS:
            self._put(" " if group.label else SIGNS[word])
        elif word == "uc":
            group.fallback = max(0, value if value is not None else 1)
        elif word in ("v", "deleted", "htmlrtf"):
            group.hidden = value != 0
        elif word == "plain":
            group.hidden, group.font = False, -1
        elif word == "f" and value is not None:
            group.font = self._defined = value
        elif word == "deff" and value is not None:
            self._default = value
        elif word == "fcharset" and value is not None:
            self._fonts[self._defined] = CHARSETS.get(value, "")
        elif word == "ansicpg" and value:
            self._page = _known(f"cp{value}", self._page)
        elif word in SYSTEMS:
            self._page = SYSTEMS[word]

    def _destination(self, group: _Group, word: str) -> None:
        """Take in what a group is, which its first word tells; one that is starred and unknown is skipped."""
        if word in SKIPPED or (group.starred and word not in STARRED):
            group.skipped = True
        elif word in LABELS:
            # Word numbers a list with a tab; to whoever reads, it is a blank.
            group.label = True
        elif word in PLACES:
            group.place = PLACES[word]

    def _letters(self, letters: bytes) -> None:
        self._groups[-1].fresh = False
        if self._owed:
            letters, self._owed = letters[self._owed :], max(0, self._owed - len(letters))
        if not self._groups[-1].skipped and not self._groups[-1].hidden:
            self._bytes += letters

    def _flush(self) -> None:
        if not self._bytes:
            return
        font = self._groups[-1].font
        page = self._fonts.get(self._default if font < 0 else font) or self._page
        if page == SYMBOL:
            text = "".join("•" if each == 0xB7 else "\ufffd" if each > 0x7F else chr(each) for each in self._bytes)
        else:
            text = self._bytes.decode(page, "replace")
        self._bytes.clear()
        self._put(text)

    def _put(self, text: str) -> None:
        if self._bytes:
            self._flush()
        if self._owed:
            text, self._owed = text[self._owed :], max(0, self._owed - len(text))
        group = self._groups[-1]
        if not group.skipped and not group.hidden:
            self._written.places[group.place].append(text)


def read(data: bytes, limits: Limits) -> list[Parsed]:
    """Return the text of the RTF file ``data``: headers, text, footnotes, footers.

    Raises:
        UnreadableDocument: it is nested too deeply.
    """
    text, ended = _Reader().read(data.decode("latin-1").rstrip("\0"))
    warnings = () if ended else ("The RTF is cut short; what follows its last whole part is missing.",)
    return [Parsed(ReadFile(text, Kind.RTF, warnings=warnings))]


def _known(page: str, otherwise: str) -> str:
    try:
        b"a".decode(page)
    except LookupError:
        return otherwise
    return page


def _joined(half: re.Match[str]) -> str:
    """Return the letter two halves make; one half alone is none."""
    return half[0].encode("utf-16", "surrogatepass").decode("utf-16") if len(half[0]) == 2 else "\ufffd"
