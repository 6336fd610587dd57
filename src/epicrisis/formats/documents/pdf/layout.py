"""The order in which the words of a page are read: line by line, and column by column where there are columns.

A gutter that runs down between two stretches of prose makes columns; the gaps of a table do not, for its rows are read
across. It is the idea of the recursive X-Y cut (Nagy, Seth and Viswanathan, 1992), cut only where prose is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from epicrisis.formats.documents.pdf.words import Word

# In heights of a line: what is a gutter between columns, what a tab between cells, what a new paragraph,
# and how much paper across both columns ends them.
_GUTTER, _TAB, _PARAGRAPH, _BAND = 1.0, 1.2, 1.45, 2.5
# Between columns there are so many lines on either side, which fill so much of their width.
_LINES, _FILLED = 4, 0.6
_CANDIDATES, _DEEPEST = 12, 20
_USUAL_PITCH, _FAR = 1.25, 2.5

Row = list[Word]


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is read; ``apart`` says that a blank one stands before it."""

    words: tuple[Word, ...]
    apart: bool

    def pieces(self) -> Iterator[tuple[str, Word]]:
        """Yield its words, each with what stands between it and the word before."""
        before: Word | None = None
        for word in self.words:
            yield "" if before is None else _between(before, word), word
            before = word


def reading_order(words: Sequence[Word]) -> list[Line]:
    """Return the lines of a page in the order in which they are read; those that run up its side come last."""
    upright = [word for word in words if word.upright]
    lines = [line for block in _blocks(_rows(upright), _DEEPEST) for line in _lines(block)]
    aside: list[Row] = []
    for word in (word for word in words if not word.upright):
        if aside and word.number == aside[-1][-1].number + 1:
            aside[-1].append(word)
        else:
            aside.append([word])
    return lines + [Line(tuple(row), apart=True) for row in aside]


def _between(before: Word, word: Word) -> str:
    if word.number == before.number + 1 and not word.spaced:
        return ""
    return "\t" if word.left - before.right > _TAB * max(before.height, word.height) else " "


def _rows(words: Sequence[Word]) -> list[Row]:
    """Return the words that stand on one height, from top to bottom, and in each row from left to right."""
    rows: list[Row] = []
    held: Word | None = None  # the tallest word of the row: a superscript does not make its line a thin one
    for word in sorted(words, key=lambda each: (each.top + each.bottom, each.left)):
        if held is not None and _level(held, word):
            rows[-1].append(word)
            held = max(held, word, key=lambda each: each.height)
        else:
            rows.append([word])
            held = word
    return [sorted(row, key=lambda each: each.left) for row in rows]


def _level(held: Word, word: Word) -> bool:
    shared = min(held.bottom, word.bottom) - max(held.top, word.top)
    return shared >= 0.5 * min(held.height, word.height)


def _blocks(rows: list[Row], deepest: int) -> list[list[Row]]:
    """Return ``rows`` in stretches that are read one after the other."""
    found = _columns(rows) if deepest else None
    if found is None:
        return [rows] if rows else []
    start, end, x = found
    left = [side for row in rows[start:end] if (side := [word for word in row if word.right <= x])]
    right = [side for row in rows[start:end] if (side := [word for word in row if word.left >= x])]
    return [block for part in (rows[:start], left, right, rows[end:]) for block in _blocks(part, deepest - 1)]


def _columns(rows: list[Row]) -> tuple[int, int, float] | None:
    """Return the longest stretch of rows, start and end, that a gutter at x parts into two columns of prose."""
    if len(rows) < _LINES:
        return None
    height = median(word.height for row in rows for word in row)
    starts: Counter[int] = Counter()
    for row in rows:
        # The words of the column on the right begin below each other; those on the left may end anywhere. Where the
        # lines of both do not stand on one height, each is a row of its own.
        starts[round(2 * row[0].left / height)] += 1
        for before, word in pairwise(row):
            if word.left - before.right >= _GUTTER * height:
                starts[round(2 * word.left / height)] += 1
    best: tuple[int, int, float] | None = None
    for start, times in starts.most_common(_CANDIDATES):
        x = (start / 2 - 0.6) * height
        for first, end in _stretches(rows, x, height) if times >= 2 else ():
            if (best is None or end - first > best[1] - best[0]) and _are_columns(rows[first:end], x, height):
                best = (first, end, x)
    return best


def _stretches(rows: list[Row], x: float, height: float) -> Iterator[tuple[int, int]]:
    """Yield start and end of the rows that nothing crosses at ``x``, nor an empty band between them."""
    start: int | None = None
    for number, row in enumerate(rows):
        parted = _is_parted(row, x, height)
        apart = number > 0 and row[0].top - rows[number - 1][0].bottom > _BAND * height
        if start is not None and (apart or not parted):
            yield start, number
            start = None
        if parted and start is None:
            start = number
    if start is not None:
        yield start, len(rows)


def _is_parted(row: Row, x: float, height: float) -> bool:
    left = max((word.right for word in row if word.left < x), default=None)
    right = min((word.left for word in row if word.left >= x), default=None)
    if left is not None and left > x:
        return False
    return left is None or right is None or right - left >= 0.8 * _GUTTER * height


def _are_columns(rows: list[Row], x: float, height: float) -> bool:
    left = [side for row in rows if (side := [word for word in row if word.right <= x])]
    right = [side for row in rows if (side := [word for word in row if word.left >= x])]
    return all(len(side) >= _LINES and _is_prose(side, height) for side in (left, right))


def _is_prose(rows: list[Row], height: float) -> bool:
    """Return whether lines are filled with words, as those of a table are not."""
    width = max(row[-1].right for row in rows) - min(row[0].left for row in rows)
    if median(row[-1].right - row[0].left for row in rows) < _FILLED * width:
        return False
    counts = sorted(count for row in rows for count in _counts(row, height))
    return counts[len(counts) // 4] >= 2 and counts[len(counts) // 2] >= 3


def _counts(row: Row, height: float) -> list[int]:
    """Return how many words stand in each stretch of ``row`` between two wide gaps."""
    counts = [1]
    for before, word in pairwise(row):
        if word.left - before.right >= _GUTTER * height:
            counts.append(0)
        counts[-1] += 1
    return counts


def _lines(rows: list[Row]) -> list[Line]:
    height = median(word.height for row in rows for word in row)
    middles = [median(word.top + word.bottom for word in row) / 2 for row in rows]
    pitches = [below - above for above, below in pairwise(middles)]
    near = [pitch for pitch in pitches if 0 < pitch < _FAR * height]
    usual = median(near) if near else _USUAL_PITCH * height
    apart = [True, *(pitch > _PARAGRAPH * usual for pitch in pitches)]
    return [Line(tuple(row), apart=each) for row, each in zip(rows, apart, strict=True)]
