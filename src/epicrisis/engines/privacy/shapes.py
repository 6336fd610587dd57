"""What a word looks like: its first and last characters with their case, and what stands before it.

The pieces are of small letters alone, and "may" and "May" are one word to them; the tagger of identifiers is given the
shapes of the words beside their pieces (as in Lample et al. 2016, whose tagger reads characters).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.encoder.pieces import Pieces
from epicrisis.text.characters import unaccented

FIRST, LAST = 9, 5
"""A longer word is read by this many characters of its beginning and of its end."""
CODES = 104
BEFORE = 6
"""What may stand before a word: nothing, a blank, several, a line end, an empty line; or it is the first."""

_ASCII, _UPPER, _LOWER, _FIGURE, _LETTER, _OTHER = 1, 96, 97, 98, 99, 100
_TABLE = 0x3000
START = BEFORE - 1

Codes = NDArray[np.int64]


def _code(character: str) -> int:
    read = unaccented(character)
    if len(read) == 1 and 32 <= ord(read) < 127:
        return _ASCII + ord(read) - 32
    if character.isupper() or character.islower():
        return _UPPER if character.isupper() else _LOWER
    return _FIGURE if character.isdigit() else _LETTER if character.isalpha() else _OTHER


_CODE_OF = np.array([_code(chr(point)) for point in range(_TABLE)], dtype=np.uint8)


def shapes(text: str, pieces: Pieces) -> tuple[Codes, Codes]:
    """Return the characters of each word of ``pieces``, (words, FIRST + LAST), 0 for none, and their gaps."""
    points = points_of(text)
    starts, ends = pieces.starts[pieces.words], pieces.word_ends
    return _characters(_codes(points), starts, ends), gaps(points, starts, ends)


def characters_of(words: Sequence[str]) -> Codes:
    """Return the characters of each of ``words``, (words, FIRST + LAST), 0 for none."""
    ends = np.cumsum([len(word) for word in words])
    return _characters(_codes(points_of("".join(words))), np.concatenate([[0], ends[:-1]]), ends)


def points_of(text: str) -> NDArray[np.uint32]:
    """Return the code points of ``text``."""
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)


def _codes(points: NDArray[np.uint32]) -> Codes:
    return np.where(points < _TABLE, _CODE_OF[np.minimum(points, _TABLE - 1)], _LETTER).astype(np.int64)


def _characters(codes: Codes, starts: Codes, ends: Codes) -> Codes:
    lengths = ends - starts
    columns = np.arange(FIRST + LAST)
    offsets = np.broadcast_to(columns, (len(starts), len(columns))).copy()
    long = lengths > FIRST + LAST
    offsets[long, FIRST:] += (lengths[long] - FIRST - LAST)[:, None]
    places = np.minimum(starts[:, None] + offsets, len(codes) - 1)
    return np.where(offsets < lengths[:, None], codes[places], 0)


def gaps(points: NDArray[Any], starts: Codes, ends: Codes) -> Codes:
    """Return what stands before each of the words that go from ``starts`` to ``ends`` in a text of ``points``."""
    kinds = np.full(len(starts), START, dtype=np.int64)
    lines_until = np.concatenate([[0], np.cumsum(points == ord("\n"))])
    lines = lines_until[starts[1:]] - lines_until[ends[:-1]]
    kinds[1:] = np.where(lines > 0, 2 + np.minimum(lines, 2), np.minimum(starts[1:] - ends[:-1], 2))
    return kinds
