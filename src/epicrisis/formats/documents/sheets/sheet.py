"""A record written out: a short head, lines under headings, and the texts it holds."""

from __future__ import annotations

import re
from collections.abc import Iterable

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.sheets.words import words_of

# Lone surrogates can be written in JSON and are no characters; the others are signals of old printers. Both would stop
# a text at the next door.
_NO_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?")
_ITEM = "- "


class Sheet:
    """The lines of one record, under headings in the order in which each was first needed.

    A line begins as an item of a list does: what stands before its colon, "HIV 1 AB: NEGATIVE", is no heading then, and
    the line is a sentence of its own. Headings are in capitals, so that one we do not know still ends the section above
    it: an item under it is then never read as the family's, or as something past.
    """

    def __init__(self, limits: Limits, language: str = "en") -> None:
        """Take how many letters it may hold, and the language of its headings, "en" or "es"."""
        self._words = words_of(language)
        self._most = limits.letters
        self._letters = 0
        self._head: list[str] = []
        self._parts: list[list[str]] = []
        self._sections: dict[str, list[str]] = {}

    def says(self, word: str, *, of: str = "") -> str:
        """Return how the language of this sheet says ``word``, one of the keys of its word list, ``of`` something."""
        return self._words[word].replace("{}", of)

    def head(self, word: str, *parts: str) -> None:
        """Write "Patient: Ana Ruiz Prueba" above everything else, if there is anything in ``parts``."""
        self._add(self._head, _labelled(self.says(word), _joined(parts)))

    def line(self, heading: str, *parts: str) -> None:
        """Write ``parts`` as one item under ``heading``, with commas between those that hold anything."""
        said = _joined(parts)
        if said:
            self._add(self._section(heading), _ITEM + said)

    def passage(self, heading: str, text: str) -> None:
        """Write ``text``, which may have line breaks, as one item under ``heading``."""
        if text := tidy(text):
            self._add(self._section(heading), _ITEM + text)

    def block(self, title: str, text: str) -> None:
        """Write a whole text under ``title``, on its own; it may have headings in it."""
        if text := tidy(text):
            self._parts.append([_heading(title) or _heading(self.says("note"))])
            self._add(self._parts[-1], text)

    @property
    def text(self) -> str:
        """Return what is written so far, a blank line before each heading."""
        return "\n\n".join("\n".join(part) for part in (self._head, *self._parts) if part)

    def _section(self, heading: str) -> list[str]:
        heading = _heading(heading) or _heading(self.says("note"))
        if heading not in self._sections:
            self._sections[heading] = [heading]
            self._parts.append(self._sections[heading])
        return self._sections[heading]

    def _add(self, lines: list[str], line: str) -> None:
        if not line:
            return
        self._letters += len(line)
        if self._letters > self._most:
            raise UnreadableDocument(
                f"The file holds more than {self._most} letters of text; send its parts one by one."
            )
        lines.append(line)


def tidy(text: str) -> str:
    """Return ``text`` without what is no character, its line ends as line feeds, and no white space around it."""
    if text.isprintable():
        return text.strip()
    return _NO_CHARACTERS.sub(" ", _LINE_ENDS.sub("\n", text)).strip()


def one_line(text: str) -> str:
    """Return ``text`` on one line, with single spaces."""
    return " ".join(tidy(text).split())


def result(name: str, value: str, *, unit: str = "", usual: str = "", flags: Iterable[str] = ()) -> str:
    """Return a result as laboratories print it: ``Name: value unit (reference range) flags``."""
    between = f"({one_line(usual)})" if usual.strip() else ""
    return _labelled(name, " ".join(filter(None, (one_line(value), one_line(unit), between, *flags))))


def _labelled(label: str, value: str) -> str:
    label = one_line(label).rstrip(":")
    return f"{label}: {value}" if label and value else value


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(filter(None, map(one_line, parts)))


def _heading(words: str) -> str:
    heading = one_line(words).rstrip(":. ").replace(":", " -").upper()
    return f"{heading}:" if heading else ""
