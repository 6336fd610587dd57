"""Rows of similar length together, never more pieces in a batch than the budget.

A row is always padded to the width its own length asks for, whatever its neighbours: the arithmetic of a row then
never depends on the batch it happens to share, and the same note gives the same scores to the last digit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.encoder.pieces import PieceTokenizer

# A graph keeps a megabyte for every shape it has seen, so few are shown to it: these widths, these numbers of rows.
_WIDTHS = (16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
_ROWS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)


class Group(NamedTuple):
    """Rows that travel together, each padded to ``width``."""

    rows: list[int]
    width: int


def width_of(length: int) -> int:
    """Return the width a row of ``length`` pieces is padded to."""
    return next((width for width in _WIDTHS if length <= width), length)


def groups(lengths: Sequence[int], *, budget: int) -> Iterator[Group]:
    """Yield every row once, grouped by width, with at most ``budget`` pieces (padding counted) in a group."""
    by_width: dict[int, list[int]] = defaultdict(list)
    for row, length in enumerate(lengths):
        by_width[width_of(length)].append(row)
    for width, rows in sorted(by_width.items()):
        for share in shares(len(rows), most=budget // width):
            yield Group(rows[share], width)


def shares(count: int, *, most: int) -> Iterator[slice]:
    """Yield slices that cover ``count`` things once, of at most ``most`` each, and of few different sizes."""
    start = 0
    while start < count:
        fit = min(max(1, most), count - start)
        size = next(size for size in reversed(_ROWS) if size <= fit)
        yield slice(start, start := start + size)


def filled(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return ``rows`` (n,) with the last one repeated until they are of one of the few sizes."""
    size = next((size for size in _ROWS if size >= len(rows)), len(rows))
    return np.pad(rows, (0, size - len(rows)), mode="edge")


def padded(rows: Sequence[NDArray[np.int64]], width: int, tokenizer: PieceTokenizer) -> dict[str, NDArray[np.int64]]:
    """Return ``ids`` and ``mask`` (rows, width): each row between its two special pieces, then padding."""
    ids = np.full((len(rows), width), tokenizer.pad, dtype=np.int64)
    mask = np.zeros((len(rows), width), dtype=np.int64)
    for row, pieces in enumerate(rows):
        end = len(pieces) + 1
        ids[row, 0], ids[row, 1:end], ids[row, end] = tokenizer.begin, pieces, tokenizer.close
        mask[row, : end + 1] = 1
    return {"ids": ids, "mask": mask}
