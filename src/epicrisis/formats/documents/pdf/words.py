"""The words of a PDF page with their boxes, as PDFium finds them: in the order in which they were drawn."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.redacting.pdf.reading import sign_of

# Two letters further apart than this, in heights of a line, are of two words even where nothing stands between them.
_GAP = 0.5
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_LEAST_UPRIGHT = math.cos(math.radians(10))
# A word is one where its ends stand on one height, and no further apart than its letters can be wide.
_LEVEL, _WIDEST = 0.25, 1.2
_HALF = -1

Rectangle = tuple[float, float, float, float]
"""Left, top, right and bottom, from the upper left corner of the page as it is seen."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as it is seen: ``left`` and ``bottom`` of what is shown of it, its size in points, its turn in degrees."""

    left: float
    bottom: float
    across: float
    up: float
    turn: int

    @property
    def size(self) -> tuple[float, float]:
        """Return its width and height as it is seen."""
        return (self.up, self.across) if self.turn in (90, 270) else (self.across, self.up)

    def seen(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the page is seen, from the upper left corner."""
        x, y = x - self.left, y - self.bottom
        if self.turn == 90:
            return y, x
        if self.turn == 180:
            return self.across - x, y
        if self.turn == 270:
            return self.up - y, self.across - x
        return x, self.up - y


class Word(NamedTuple):
    """A word where it is seen, in points from the upper left; ``number`` counts the words as they were drawn.

    ``spaced`` says that something separates it from the word before; ``upright``, that its line runs to the right.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    number: int
    spaced: bool = True
    upright: bool = True

    @property
    def height(self) -> float:
        """Return its height, which is about that of its font."""
        return self.bottom - self.top


def sheet_of(page: Any) -> Sheet:
    """Return how ``page`` is seen."""
    left, bottom, right, top = page.get_bbox()
    return Sheet(left, bottom, right - left, top - bottom, page.get_rotation() % 360)


def words_of(page: Any, sheet: Sheet, most: int) -> list[Word]:
    """Return the words on ``page`` that stand within ``sheet``.

    Raises:
        UnreadableDocument: there are more than ``most`` letters on it.
    """
    textpage = page.get_textpage()
    try:
        if textpage.count_chars() > most:
            raise UnreadableDocument("The PDF holds more letters than are read at once; send its pages in parts.")
        return [word for word in _words(textpage, sheet) if _within(word, sheet)]
    finally:
        textpage.close()


def _words(textpage: Any, sheet: Sheet) -> Iterator[Word]:
    signs = _signs(textpage)
    number = 0
    for start, end in _runs(signs):
        spaced = True
        for first, last, boxes in _parts(textpage, sheet, start, end):
            left, top, right, bottom = zip(*boxes, strict=True)
            word = "".join(_LIGATURES.get(sign, sign) for sign in signs[first:last])
            around = min(left), min(top), max(right), max(bottom)
            yield Word(word, *around, number, spaced=spaced, upright=_is_upright(textpage, first, sheet))
            number, spaced = number + 1, False


def _signs(textpage: Any) -> list[str]:
    """Return what each letter says; half of a pair says nothing, and the other half all of it."""
    from pypdfium2 import raw

    codes = [raw.FPDFText_GetUnicode(textpage, at) for at in range(textpage.count_chars())]
    for at, (high, low) in enumerate(pairwise(codes)):
        if 0xD800 <= high < 0xDC00 <= low < 0xE000:
            codes[at : at + 2] = _HALF, 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)
    return ["" if code == _HALF else chr(code) if 0x20 < code < 0xAD else sign_of(code) for code in codes]


def _runs(signs: list[str]) -> Iterator[tuple[int, int]]:
    """Yield start and end of the letters between blanks and line ends, of which PDFium adds some where lines end."""
    start: int | None = None
    for at, sign in enumerate([*signs, " "]):
        if not sign.isspace():
            start = at if start is None else start
        elif start is not None:
            yield start, at
            start = None


def _parts(textpage: Any, sheet: Sheet, start: int, end: int) -> Iterator[tuple[int, int, list[Rectangle]]]:
    """Yield start, end and boxes of each word in a run: most are one, and its first and last letter tell its box."""
    ends = [_box(textpage, sheet, start), _box(textpage, sheet, end - 1)]
    height = max(ends[0][3] - ends[0][1], 1.0)
    level = abs(ends[0][1] - ends[1][1]) < _LEVEL * height and abs(ends[0][3] - ends[1][3]) < _LEVEL * height
    if level and -_GAP * height < ends[1][0] - ends[0][0] < (end - start) * height * _WIDEST:
        yield start, end, ends
        return
    boxes = [_box(textpage, sheet, at) for at in range(start, end)]
    first = 0
    for at in range(1, len(boxes) + 1):
        if at == len(boxes) or not _goes_on(boxes[at - 1], boxes[at]):
            yield start + first, start + at, boxes[first:at]
            first = at


def _box(textpage: Any, sheet: Sheet, at: int) -> Rectangle:
    from pypdfium2 import raw

    rectangle = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(textpage, at, rectangle)
    x0, y0 = sheet.seen(rectangle.left, rectangle.bottom)
    x1, y1 = sheet.seen(rectangle.right, rectangle.top)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _goes_on(last: Rectangle, box: Rectangle) -> bool:
    """Return whether a letter in ``box`` is of the same word as the one in ``last``, along the line or up its side."""
    height = max(last[3] - last[1], box[3] - box[1], 1.0)
    across = max(box[0] - last[2], last[0] - box[2])
    down = max(box[1] - last[3], last[1] - box[3])
    return across < _GAP * height and down < _GAP * height


def _is_upright(textpage: Any, at: int, sheet: Sheet) -> bool:
    from pypdfium2 import raw

    # PDFium counts clockwise, as the page is turned.
    angle = raw.FPDFText_GetCharAngle(textpage, at) + math.radians(sheet.turn)
    return math.cos(angle) > _LEAST_UPRIGHT


def _within(word: Word, sheet: Sheet) -> bool:
    width, height = sheet.size
    return 0 <= (word.left + word.right) / 2 <= width and 0 <= (word.top + word.bottom) / 2 <= height
