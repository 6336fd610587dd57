"""What the head that finds identifiers reads at a time: a few sentences or lines, and one vector for each word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.encoder.encoder import Floats, Reading
from epicrisis.engines.privacy.shapes import shapes
from epicrisis.text.characters import plain
from epicrisis.text.sentences import sentence_spans

# About a hundred pieces: enough of a header to tell whose number stands on which line, and no window is read twice.
LONGEST = 420


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a document, from ``start`` on, as the encoder reads it."""

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Words:
    """The n words of a block: where they stand in its text, (n, H) vectors, (n, C) characters and (n,) gaps."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    vectors: Floats
    characters: NDArray[np.int64]
    before: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts)


def blocks(document: Document) -> Iterator[Block]:
    """Yield ``document`` as blocks of whole sentences, each at most ``LONGEST`` characters where its sentences are."""
    text = plain(document.text)
    start = end = -1
    for span in sentence_spans(document.text, document.language):
        if start >= 0 and span.end - start > LONGEST:
            yield Block(text[start:end], start)
            start = -1
        start, end = (span.start if start < 0 else start), span.end
    if start >= 0:
        yield Block(text[start:end], start)


def words_of(reading: Reading) -> Words:
    """Return the words of a block as the encoder read it; the vector of a word is the mean of its pieces'."""
    pieces = reading.pieces
    characters, before = shapes(reading.text, pieces)
    return Words(pieces.starts[pieces.words], pieces.word_ends, _vectors(reading), characters, before)


def _vectors(reading: Reading) -> Floats:
    pieces = reading.pieces
    if not len(pieces.words):
        return np.zeros((0, 0), np.float32)
    own = [
        part.batch.hidden[part.row, 1 + part.window.own_start - part.window.start :][
            : part.window.own_end - part.window.own_start
        ]
        for part in reading.parts
    ]
    every = own[0] if len(own) == 1 else np.concatenate(own)
    sizes = np.diff(np.append(pieces.words, len(pieces)))
    sums: Floats = np.add.reduceat(every, pieces.words, axis=0)
    return np.asarray(sums / sizes[:, None], dtype=np.float32)


def span_of(block: Block, words: Words, first: int, last: int) -> Span:
    """Return where words ``first`` to ``last``, which is not among them, stand in the document."""
    return Span(int(words.starts[first]) + block.start, int(words.ends[last - 1]) + block.start)
