"""The order in which one reads what was found on a page: columns first, then lines, then from left to right.

A recogniser finds stretches of text with their boxes, and gives them in an order of its own: cells of a table, or the
two halves of a line that a blank parts. Here they become lines again. A page is cut along its gutters, after Nagy and
Seth 1984, "Hierarchical representation of optically scanned documents", but only where both sides are running text:
short cells beside each other are rows of a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from epicrisis.engines.media_contracts import Line

# Two boxes stand in one line where they share at least half of the lower one's height.
_SHARED = 0.5
# A line of running text is at least so many times as wide as it is high (about 22 letters), a column has so many lines.
_PROSE, _LINES = 9.0, 4
# A column stands beside the other over at least so much of the lower one's height.
_BESIDE = 0.6
# What a box may reach over a gutter, in heights: boxes are drawn wide.
_OVER = 0.4
# A blank of so many heights parts two cells; they are kept apart by two blanks.
_CELL = 1.2


@dataclass(frozen=True, slots=True)
class _Columns:
    """Two columns of running text from ``top`` to ``bottom``, with a gutter at ``across``, and how much is in them."""

    across: float
    top: float
    bottom: float
    stretches: int


def in_reading_order(found: Sequence[Line]) -> list[Line]:
    """Return the lines of a page, of whose stretches ``found`` are the boxes, as one reads them.

    Stretches side by side become one line, with two blanks where a wide gap parts them; its box is the one around them,
    its score the mean of theirs by letters.
    """
    columns = _columns(found)
    if columns is None:
        return [joined(row) for row in _rows(found)]
    above = [each for each in found if _middle(each) < columns.top]
    below = [each for each in found if _middle(each) > columns.bottom]
    beside = [each for each in found if columns.top <= _middle(each) <= columns.bottom]
    left = [each for each in beside if _centre(each) < columns.across]
    right = [each for each in beside if _centre(each) >= columns.across]
    return [line for part in (above, left, right, below) if part for line in in_reading_order(part)]


def _columns(found: Sequence[Line]) -> _Columns | None:
    """Return the two columns of running text that have most lines, or ``None``."""
    if len(found) < 2 * _LINES:
        return None
    height = median(each.bottom - each.top for each in found)
    starts = sorted({round(each.left / height) * height for each in found if _is_prose(each)})
    known = [columns for start in starts if (columns := _beside(found, start, height)) is not None]
    return max(known, key=lambda each: each.stretches, default=None)


def _beside(found: Sequence[Line], start: float, height: float) -> _Columns | None:
    """Return the two columns whose right one begins about at ``start``, or ``None`` where there are not two."""
    over = _OVER * height
    across = start - over
    crossing = sorted(_middle(each) for each in found if each.left < across - over and each.right > across + 2 * over)
    edges = [float("-inf"), *crossing, float("inf")]
    best: _Columns | None = None
    for top, bottom in pairwise(edges):
        between = [each for each in found if top < _middle(each) < bottom]
        left = [each for each in between if _centre(each) < across]
        right = [each for each in between if _centre(each) >= across]
        if _stand_beside(left, right) and (best is None or len(between) > best.stretches):
            inside = [_middle(each) for each in between]
            best = _Columns(across, min(inside), max(inside), len(between))
    return best


def _stand_beside(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Return whether both are running text, one beside the other."""
    if min(_prose_lines(left), _prose_lines(right)) < _LINES:
        return False
    tops = [min(each.top for each in side) for side in (left, right)]
    bottoms = [max(each.bottom for each in side) for side in (left, right)]
    lower = min(bottom - top for top, bottom in zip(tops, bottoms, strict=True))
    return min(bottoms) - max(tops) >= _BESIDE * lower


def _prose_lines(side: Sequence[Line]) -> int:
    """Return how many lines of running text a side has: 0 where most of its lines are not."""
    rows = [joined(row) for row in _rows(side)]
    prose = sum(map(_is_prose, rows))
    return prose if prose > len(rows) / 2 else 0


def _is_prose(line: Line) -> bool:
    return line.right - line.left >= _PROSE * (line.bottom - line.top)


def _rows(found: Sequence[Line]) -> list[list[Line]]:
    """Return ``found`` as lines from top to bottom, each from left to right."""
    rows: list[list[Line]] = []
    for each in sorted(found, key=_middle):
        fitting = [row for row in rows[-8:] if _fits(row, each)]
        if fitting:
            max(fitting, key=lambda row: _shared(_nearest(row, each), each)).append(each)
        else:
            rows.append([each])
    for row in rows:
        row.sort(key=lambda each: each.left)
    return sorted(rows, key=lambda row: sum(map(_middle, row)) / len(row))


def _fits(row: Sequence[Line], line: Line) -> bool:
    """Return whether ``line`` continues ``row``: as high as its nearest neighbour there, and over none of the row."""
    over = any(
        min(each.right, line.right) - max(each.left, line.left)
        > _SHARED * min(each.right - each.left, line.right - line.left)
        for each in row
    )
    return not over and _shared(_nearest(row, line), line) >= _SHARED


def _nearest(row: Sequence[Line], line: Line) -> Line:
    return min(row, key=lambda each: abs(_centre(each) - _centre(line)))


def _shared(one: Line, other: Line) -> float:
    """Return how much of the lower one's height two boxes share."""
    lower = min(one.bottom - one.top, other.bottom - other.top)
    return (min(one.bottom, other.bottom) - max(one.top, other.top)) / max(lower, 1.0)


def joined(row: Sequence[Line]) -> Line:
    """Return the stretches of one line, from left to right, as that line."""
    if len(row) == 1:
        return row[0]
    height = median(each.bottom - each.top for each in row)
    text = row[0].text
    for before, after in pairwise(row):
        text += ("  " if after.left - before.right > _CELL * height else " ") + after.text
    letters = sum(max(1, len(each.text)) for each in row)
    return Line(
        text=text,
        left=min(each.left for each in row),
        top=min(each.top for each in row),
        right=max(each.right for each in row),
        bottom=max(each.bottom for each in row),
        score=sum(each.score * max(1, len(each.text)) for each in row) / letters,
    )


def _middle(line: Line) -> float:
    return (line.top + line.bottom) / 2


def _centre(line: Line) -> float:
    return (line.left + line.right) / 2
