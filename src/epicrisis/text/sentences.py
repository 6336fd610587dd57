"""Sentences of a note, as clinicians write them: headings, lists, abbreviations, wrapped lines, tables."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from epicrisis.domain.spans import Span
from epicrisis.text.boxes import boxes, has_boxes
from epicrisis.text.characters import plain
from epicrisis.text.headings import DECORATION, headings
from epicrisis.text.lines import ITEM, Line, line_rules
from epicrisis.text.stops import CLOSERS, stop_rules
from epicrisis.text.wordlists import word_lists

# Lists of drugs and symptoms run long without a stop: the longest sentence of 1,143 MTSamples notes has 872 characters.
_LONGEST = 1000
_CUTS = ("; ", ", ", "\n", " ")
_JOINERS = "\u200d\ufe0e\ufe0f"

# White space, or the place where it is missing: "No pain.The patient".
_GAP = re.compile(r"[ \t\n]+|(?<=[^\W\d_]{3}\.)(?=[A-ZÁÉÍÓÚÑ][^\W\d_A-Z])")
_LOOK = 48
_STOPS = frozenset(".?!…," + CLOSERS)
_NUMBER = re.compile(r"\(?(\d{1,2})[.)](?!\S)")
_BULLETS = "\u2022\u25aa\u25cf"


def sentence_spans(text: str, language: str = "en") -> list[Span]:
    """Return the sentences of ``text`` in order; together they hold every character that is not white space.

    Raises:
        UnknownLanguage: there are no word lists for that language.
    """
    starts = list(_Splitter(plain(text), language).starts())
    pieces = pairwise([0, *starts[1:], len(text)])
    return [span for start, end in pieces for span in _trimmed(text, start, end)]


class _Splitter:
    def __init__(self, text: str, language: str) -> None:
        words = word_lists("sentences", language)
        self._text = text
        self._stops = stop_rules(language)
        self._lines = line_rules(language)
        self._takes_number = {*words["hanging"], *words["lettered"], "x"}
        self._headings = {heading.span.start: heading for heading in headings(text, language)}
        # "☒ Diabetes ☐ Asthma": each box of a form has a sentence of its own.
        self._boxes = {box.start for box in boxes(text) if box.leads} if has_boxes(text) else set()

    def starts(self) -> Iterator[int]:
        """Yield where a sentence begins."""
        for paragraph in self._paragraphs():
            for start, end in self._lines.blocks(self._text, paragraph):
                yield start
                yield from self._starts_within(start, end)

    def _paragraphs(self) -> Iterator[list[Line]]:
        """Yield the lines between blank lines."""
        paragraph: list[Line] = []
        start = 0
        for line in self._text.split("\n"):
            words = line.strip()
            if words:
                paragraph.append(self._line(start + line.index(words), words))
            elif paragraph:
                yield paragraph
                paragraph = []
            start += len(line) + 1
        if paragraph:
            yield paragraph

    def _line(self, start: int, words: str) -> Line:
        heading = self._headings.get(start + len(words) - len(words.lstrip(DECORATION)))
        if heading is None:
            return Line(start, words)
        rest = self._text[heading.span.end : start + len(words)].strip(DECORATION + ":")
        return Line(start, words, begins_heading=True, is_heading=not rest)

    def _starts_within(self, start: int, end: int) -> Iterator[int]:
        text = self._text
        item = ITEM.match(text, start, end)
        marked = item.end() if item else start
        number = _number_at(text, start)
        for gap in _GAP.finditer(text, start, end):
            before, following = gap.span()
            if before <= marked:
                continue
            listed = _NUMBER.match(text, following, end)
            if listed is not None and self._opens_item(start, before, int(listed[1]), after=number):
                number, marked = int(listed[1]), listed.end()
                if text[before - 1] == ":":
                    continue
            elif following not in self._boxes and not self._begins_sentence(start, before, following):
                continue
            start = following
            yield start

    def _opens_item(self, start: int, gap: int, number: int, *, after: int) -> bool:
        """Return whether the number after ``gap`` counts on a list: "Plan: 1. Rest. 2. Fluids", not "x 3. Pupils"."""
        last = self._text[gap - 1]
        if last == ":":
            return number == 1
        if last in ",;(":
            return False
        if last in _STOPS:
            return number in {1, after + 1}
        word = self._text[max(start, gap - _LOOK) : gap].split()[-1]
        return number == after + 1 > 1 and word.lower() not in self._takes_number

    def _begins_sentence(self, start: int, gap: int, following: int) -> bool:
        last = self._text[gap - 1]
        if self._text[following] in _BULLETS or (self._opens_section(following) and last != ":"):
            return True
        # A line break that ends a sentence has cut the block already.
        if last not in _STOPS or "\n" in self._text[gap:following]:
            return False
        return self._stops.ends_sentence(self._text, start, gap, following)

    def _opens_section(self, start: int) -> bool:
        heading = self._headings.get(start)
        return heading is not None and heading.category is not None


def _number_at(text: str, start: int) -> int:
    number = _NUMBER.match(text, start)
    return int(number[1]) if number else 0


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the stretch without the white space around it, in pieces where it is very long."""
    stretch = text[start:end]
    start += len(stretch) - len(stretch.lstrip())
    end = start + len(stretch.strip())
    while end - start > _LONGEST:
        cut = _safe_cut(text, start)
        yield from _trimmed(text, start, cut)
        start = cut
        while text[start].isspace():
            start += 1
    if start < end:
        yield Span(start, end)


def _safe_cut(text: str, start: int) -> int:
    """Return where to cut a stretch without a stop: after a semicolon, a comma, white space, else inside a word."""
    lowest, cut = start + _LONGEST // 2, start + _LONGEST
    for mark in _CUTS:
        found = text.rfind(mark, lowest, cut)
        if found != -1:
            return found + len(mark)
    while cut > lowest and (unicodedata.combining(text[cut]) or text[cut] in _JOINERS or text[cut - 1] in _JOINERS):
        cut -= 1
    return cut
