"""What the tagger of identifiers reads at a time: some lines, and of each word its pieces and its look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from epicrisis.domain.documents import Document
from epicrisis.engines.encoder.pieces import Pieces
from epicrisis.engines.privacy.shapes import shapes
from epicrisis.text.characters import plain

# About 110 words: enough of a header to tell whose number stands on which line, and little of a row is padding.
LONGEST = 640
_ENDS = ("\n\n", ".\n", "\n", ". ", " ")
PIECES = 4
"""A word is read by this many of its pieces, the first ones."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a document, from ``start`` on, as the tagger reads it."""

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Words:
    """The n words of a block: where they stand in its text, (n, PIECES) pieces, (n, C) characters and (n,) gaps.

    A word of fewer pieces is filled up with the piece that means none. ``numbers`` (n,) are those of the vocabulary
    that keeps them; a word it does not keep has a negative one, and two that have the same are the same word.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    pieces: NDArray[np.int64]
    characters: NDArray[np.int64]
    before: NDArray[np.int64]
    numbers: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts)


def blocks(document: Document) -> Iterator[Block]:
    """Yield ``document`` as blocks of at most ``LONGEST`` characters, each cut where least is torn apart.

    That is an empty line, else the end of a line, of a sentence or of a word, and in a text without any, anywhere.
    """
    text = plain(document.text)
    start = 0
    while len(text) - start > LONGEST:
        end = _cut(text, start + LONGEST // 2, start + LONGEST)
        yield Block(text[start:end], start)
        start = end
    if start < len(text):
        yield Block(text[start:], start)


def _cut(text: str, least: int, most: int) -> int:
    for end in _ENDS:
        found = text.rfind(end, least, most)
        if found >= 0:
            return found + len(end)
    return most


def words_of(block: Block, pieces: Pieces, none: int) -> Words:
    """Return the words of ``block``, whose text was cut into ``pieces``; ``none`` is the piece that means none."""
    characters, before = shapes(block.text, pieces)
    lengths = np.diff(np.append(pieces.words, len(pieces)))
    columns = np.arange(PIECES)
    places = np.minimum(pieces.words[:, None] + columns, max(0, len(pieces) - 1))
    own = np.where(columns < lengths[:, None], pieces.ids[places], none) if len(pieces) else places
    numbers = -1 - np.arange(len(pieces.words))
    return Words(pieces.starts[pieces.words], pieces.word_ends, own, characters, before, numbers)
