"""Where the headings of a note stand: at the start of a line or, where line breaks were lost, inside one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.text.characters import plain
from epicrisis.text.wordlists import word_lists

_EXAM_PARTS = "exam-parts"
_MEASURES = "measures"
_PARTS_IN_EXAM = "parts-in-exam"

# Of the 248 headings seen in at least four MTSamples notes the longest has 34 characters and five words.
_LONGEST = 80
_MOST_WORDS = 12
# "A", "CC", "ROS": so short that only a colon makes them headings, and inside a line only in capitals.
_SHORT = 3
# Marks and spaces around a heading: "## Plan", "**Plan:**", "__Plan__".
DECORATION = " \t#*=_"
_STOPS = (". ", "? ", "! ", "; ", ".) ", '." ', ".” ", "., ")
_FIRST_ITEM = re.compile(r"\s*\(?1[.)]\s")
_VALUE = re.compile(r"\s*[<>~]?\d")
# "HEART AND LUNGS", "GENITOURINARY SYSTEM": made of exam parts. "DIAGNOSES ON DISCHARGE": named by what comes first.
_PARTS_BETWEEN = re.compile(r"/|,? (?:and|y|e) |, ?")
_PARTS_END = re.compile(r" (?:systems?|exam|examination|symptoms)$")
_BEFORE_PREPOSITION = re.compile(r" (?:of|for|on|at|and|during|in|de|del|en|al|y) | #")
# On a line alone these may as well be items of a list: "Fluids", "Urinalysis".
_ITEMS_TOO = {
    SectionCategory.PROCEDURE,
    SectionCategory.IMAGING,
    SectionCategory.LABORATORY,
    SectionCategory.DISCHARGE,
    SectionCategory.OTHER,
}
# Above this share of capitals the whole note is written in them, and they no longer tell a heading.
_ALL_CAPITALS = 0.9


@dataclass(frozen=True, slots=True)
class Heading:
    """The words of a heading; ``category`` is ``None`` for a part of an examination ("LUNGS")."""

    span: Span
    category: SectionCategory | None


def headings(text: str, language: str = "en") -> list[Heading]:
    """Return the headings of ``text`` in order, the parts of an examination among them."""
    readable = plain(text)
    return list(_Reader(language, capitals_tell=not _all_capitals(readable)).headings(readable))


class _Reader:
    def __init__(self, language: str, *, capitals_tell: bool) -> None:
        self._known = _known_headings(language)
        self._hanging = frozenset(word_lists("sentences", language)["hanging"])
        self._capitals_tell = capitals_tell

    def headings(self, text: str) -> Iterator[Heading]:
        lines = text.split("\n")
        start = 0
        for index, line in enumerate(lines):
            before = lines[index - 1] if index else ""
            after = lines[index + 1] if index + 1 < len(lines) else ""
            yield from self._in_line(line, start, before, after)
            start += len(line) + 1

    def _in_line(self, line: str, start: int, before: str, after: str) -> Iterator[Heading]:
        found = self._alone(line, start, before, after)
        if found is not None:
            yield found
            return
        begin, after_heading = 0, True
        while (colon := line.find(":", begin)) != -1:
            found = self._before_colon(line, start, begin, colon, after_heading=after_heading)
            if found is not None:
                yield found
            begin, after_heading = colon + 1, found is not None

    def _alone(self, line: str, start: int, before: str, after: str) -> Heading | None:
        words = line.strip(DECORATION)
        if not words or len(words) > _LONGEST or ":" in words or not words[-1].isalnum() or line.startswith("* "):
            return None
        at = start + line.index(words)
        # "NO KNOWN ALLERGIES" below its heading is an answer, "Fluids" an item: what is not plainly a heading follows a
        # blank line or a full stop and has its text below it.
        set_apart = not before.strip() or before.rstrip().endswith((".", "?", "!"))
        has_text = bool(after.strip()) and not after.isupper()
        kind = self._known.get(heading_key(words))
        if kind is not None:
            plainly = words.isupper() or " " in words or kind not in _ITEMS_TOO or (set_apart and has_text)
            return self._known_heading(words, at) if plainly and len(words) > _SHORT else None
        return self._capitals(words, at) if set_apart and has_text else None

    def _before_colon(self, line: str, start: int, begin: int, colon: int, *, after_heading: bool) -> Heading | None:
        lowest = max(begin, colon - _LONGEST)
        stretch = line[lowest:colon]
        at_edge = after_heading and lowest == begin
        stop = max((stretch.rfind(mark) + len(mark) for mark in _STOPS if mark in stretch), default=0)
        if at_edge and heading_key(stretch.strip(DECORATION)) in self._known:
            # "Soc. Hx: single": the stop is one of the heading's own.
            stop = 0
        words = stretch[stop:].strip(DECORATION)
        if not words:
            return None
        at = start + lowest + stretch.index(words, stop)
        if stop == 0 and not at_edge:
            return self._known_end(words, at)
        if heading_key(words) in self._known:
            return self._known_before_colon(line, words, at, colon, at_line_start=begin == stop == 0)
        if _VALUE.match(line, colon + 1) and not _FIRST_ITEM.match(line, colon + 1):
            return None
        if begin == stop == 0:
            return self._capitals(words, at) or self._known_end(words, at, strict=True)
        if stop == 0:
            # What follows a heading is its answer first: "ALLERGIES: NKDA MEDICATIONS: iron".
            return self._known_end(words, at) or self._capitals_inside(words, at)
        return self._capitals_inside(words, at) or self._known_end(words, at, strict=True)

    def _known_before_colon(self, line: str, words: str, at: int, colon: int, *, at_line_start: bool) -> Heading | None:
        # "P: 93" is a pulse, "P: rest" a plan.
        is_value = len(words) == 1 and _VALUE.match(line, colon + 1) is not None
        is_short = len(words) <= _SHORT and not (at_line_start or words.isupper())
        return None if is_value or is_short else self._known_heading(words, at)

    def _capitals_inside(self, words: str, at: int) -> Heading | None:
        """Return a heading we do not know inside a line, where it must be words alone: not "RR 20, T 36.8 C, MS"."""
        likely = " " in words and words[0].isalpha() and not any(map(str.isdigit, words))
        return self._capitals(words, at) if likely else None

    def _known_heading(self, words: str, at: int) -> Heading | None:
        kind = self._known[heading_key(words)]
        if kind == _MEASURES or not words[0].isupper():
            return None
        return Heading(Span(at, at + len(words)), None if kind == _EXAM_PARTS else SectionCategory(kind))

    def _capitals(self, words: str, at: int) -> Heading | None:
        """Return a heading we do not know, for words in capitals; the last words of it may be known."""
        is_item = not words[0].isalnum()
        if is_item or not self._capitals_tell or not words.isupper() or sum(map(str.isalpha, words)) <= _SHORT:
            return None
        if len(words.split()) > _MOST_WORDS:
            return None
        span, key = Span(at, at + len(words)), heading_key(words)
        if all(self._known.get(part) == _EXAM_PARTS for part in _PARTS_BETWEEN.split(_PARTS_END.sub("", key))):
            return Heading(span, None)
        known = self._known_end(words, at)
        kind = known.category if known is not None else self._known.get(_BEFORE_PREPOSITION.split(key)[0])
        return Heading(span, SectionCategory.OTHER if kind in {None, _EXAM_PARTS, _MEASURES} else SectionCategory(kind))

    def _known_end(self, words: str, at: int, *, strict: bool = False) -> Heading | None:
        """Return the longest known heading in capitals at the end of ``words``: of two words or all, if ``strict``."""
        parts = words.split(" ")
        first = len(parts)
        while first > 0 and parts[first - 1].isupper():
            first -= 1
        # "HEENT and GEN EXAM" is one heading.
        if first > 0 and parts[first - 1].lower() in self._hanging:
            return None
        for start in range(max(1, first, len(parts) - _MOST_WORDS), len(parts)):
            tail = " ".join(parts[start:])
            if len(tail) <= _SHORT or (strict and start == len(parts) - 1 > first):
                continue
            if self._known.get(heading_key(tail)) not in {None, _EXAM_PARTS, _MEASURES}:
                return self._known_heading(tail, at + len(words) - len(tail))
        return None


def _all_capitals(text: str) -> bool:
    letters = sum(map(str.isalpha, text))
    return sum(map(str.isupper, text)) > _ALL_CAPITALS * letters


@cache
def _known_headings(language: str) -> Mapping[str, str]:
    lists = word_lists("sections", language).items()
    return {heading_key(words): kind for kind, entries in lists if kind != _PARTS_IN_EXAM for words in entries}


_BRACKET_AT_END = re.compile(r" ?\([^()]*\)$")
_AROUND_SLASH = re.compile(r" ?/ ?")


def heading_key(words: str) -> str:
    """Return what a heading is looked up by: "Past  Medical Hx. (PMH)" reads as "past medical hx"."""
    letters = unicodedata.normalize("NFD", words.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter) and letter != ".")
    spaced = " ".join(bare.replace("&", " and ").split())
    return _AROUND_SLASH.sub("/", _BRACKET_AT_END.sub("", spaced)).strip("- ")
