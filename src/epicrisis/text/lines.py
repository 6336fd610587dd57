"""Whether a line break ends a sentence: wrapped lines run on; headings, list items, rows and short lines end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from epicrisis.text.boxes import BRACKETS, SIGNS
from epicrisis.text.stops import OPENERS, stop_rules
from epicrisis.text.wordlists import word_lists

# "1. ", "2) ", "a) ", "A. Left", "IV. ", "- ", "-aspirin", "• ", "☐ ", "[x] ", "# ": what a list item begins with.
ITEM = re.compile(
    rf"""\(?\d{{1,2}}[.)](?!\S) | \(?[A-Za-z]\)(?!\S) | [A-Z]\.(?=\s[A-Z\d]) | [IVX]{{2,4}}[.)](?!\S)
      | [*»\u2022\u25aa\u25ab\u25cf\u25cb\u25a0\u25a1\u25e6\u2023\u2043\u27a2{SIGNS}\u2192]+
      | {BRACKETS}(?!\S)
      | \#{{1,3}}(?=\s?[^\W\d_])
      | [-\u2010-\u2015]{{1,2}}(?!\S) | [-\u2010-\u2015](?=[^\W\d_]{{3}})""",
    re.VERBOSE,
)
_LABEL = re.compile(r"[^\W\d_][^\W_]*(?:[ /][^\W_]+){0,3}:(?!\S)")
# Columns stand apart: a tab, a bar, or three spaces that no stop explains.
_COLUMNS = re.compile(r"(?<![\s.?!:;,])(?:\t|[ ]{3})|^\||[ ]\|[ ]")
_STOPPED = re.compile(r"[.?!…][\"')\]}”’»,]{0,3}$")

# A wrapped line ends where its next word would not have fitted; proportional type makes that a little ragged.
_NEARLY = 0.85
# Nobody wraps a note at less than this; shorter lines without a stop are items.
_SHORT = 40


@dataclass(frozen=True, slots=True)
class Line:
    """What a line holds between its white space; ``is_heading`` says it holds nothing but a heading."""

    start: int
    text: str
    begins_heading: bool = False
    is_heading: bool = False

    @property
    def end(self) -> int:
        """Return where its last character ends."""
        return self.start + len(self.text)


class LineRules:
    """The rules of one language, with its words."""

    def __init__(self, language: str) -> None:
        words = word_lists("sentences", language)
        self._hanging = frozenset(words["hanging"])
        self._items = frozenset(words["items"])
        self._stops = stop_rules(language)

    def blocks(self, text: str, paragraph: Sequence[Line]) -> Iterator[tuple[int, int]]:
        """Yield the stretches of a paragraph that no line break cuts.

        Each paragraph is read alone, so what stands before and after it never moves its sentences.
        """
        width = self._wrap_width(paragraph)
        start = paragraph[0].start
        for line, following in pairwise(paragraph):
            if self._ends(text, line, following, width):
                yield start, line.end
                start = following.start
        yield start, paragraph[-1].end

    def _wrap_width(self, paragraph: Sequence[Line]) -> int | None:
        """Return where lines are wrapped, by those that go on with a small letter; ``None`` where none does."""
        widths = sorted(
            len(line.text)
            for line, following in pairwise(paragraph)
            if len(line.text) >= _SHORT and _begins_small(following) and not _STOPPED.search(line.text[-_SHORT:])
        )
        return widths[len(widths) // 2] if widths else None

    def _ends(self, text: str, line: Line, following: Line, width: int | None) -> bool:
        if ITEM.match(following.text):
            return True
        if ITEM.fullmatch(line.text) or following.text[0] in ".,;:)":
            return False
        if following.begins_heading or line.is_heading:
            return True
        if _COLUMNS.search(line.text) or _COLUMNS.search(following.text):
            return True
        last = line.text[-_SHORT:].rstrip(", ").rpartition(" ")[-1]
        if _STOPPED.search(last):
            return self._stops.ends_line(text, line.start, line.end, following.start)
        if self._goes_on(line, last):
            return False
        first = following.text[:_SHORT].split()[0]
        is_full = width is not None and len(line.text) + 1 + len(first) > _NEARLY * width
        if last.endswith(":"):
            return not (_begins_small(following) and is_full)
        if _begins_small(following):
            return len(line.text) < _SHORT and first.rstrip(".,:;") in self._items
        return not is_full or _LABEL.match(following.text) is not None

    def _goes_on(self, line: Line, last: str) -> bool:
        if line.text.endswith(",") or self._stops.is_open(last):
            return True
        # "taken to the OR" ends on no "or", unless the whole line is in capitals.
        return last in self._hanging or (line.text.isupper() and last.lower() in self._hanging)


def _begins_small(line: Line) -> bool:
    return line.text.lstrip(OPENERS)[:1].islower()


@cache
def line_rules(language: str) -> LineRules:
    """Return the rules of ``language``, built once.

    Raises:
        UnknownLanguage: there are no word lists for that language.
    """
    return LineRules(language)
