"""What the words of a block read as: looked up where they are words of the vocabulary, cut into pieces where not.

A note says few different words, and most of them are pieces of their own: what those read as is kept from note to note.
All that is kept stands in the vocabulary, which is nobody's secret; any other word is cut anew and kept nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.encoder.pieces import PieceTokenizer
from epicrisis.engines.privacy.blocks import PIECES, Block, Words, words_of
from epicrisis.engines.privacy.shapes import FIRST, LAST, START, gaps

# A word as BERT cuts it (Devlin et al. 2019): letters and figures, or one mark. Of other alphabets the tokenizer knows.
_WORD = re.compile(r"[A-Za-z0-9]+|[^A-Za-z0-9\s]")
# A note that writes "[SEP]" gets the piece of that name from the tokenizer.
_SPECIAL = re.compile(r"\[(?:PAD|UNK|CLS|SEP|MASK)\]")
_MOST = 32_768
_WIDTH = PIECES + FIRST + LAST

_SPACE, _LETTER, _MARK = 0, 1, 2
_SORTS = np.array(
    [_SPACE if chr(at).isspace() else _LETTER if chr(at).isalnum() else _MARK for at in range(128)], dtype=np.uint8
)

Rows = NDArray[np.int32]


class Vocabulary:
    """Cuts blocks into words; may be asked from many threads."""

    def __init__(self, tokenizer: PieceTokenizer, *, most: int = _MOST) -> None:
        """Cut with ``tokenizer``, and keep what ``most`` words read as."""
        self._tokenizer, self._most = tokenizer, most
        self._unknown = tokenizer.cut(["[UNK]"])[0].ids[0]
        self._numbers: dict[str, int] = {}
        self._rows: Rows = np.zeros((0, _WIDTH), np.int32)
        self._growing = Lock()

    @property
    def kept(self) -> frozenset[str]:
        """Return the words that are kept."""
        return frozenset(self._numbers)

    def cut(self, blocks: Sequence[Block]) -> list[Words]:
        """Return the words of each of ``blocks``, in order."""
        simple = [block.text.isascii() and _SPECIAL.search(block.text) is None for block in blocks]
        others = [block for block, own in zip(blocks, simple, strict=True) if not own]
        cut = zip(others, self._tokenizer.cut([block.text for block in others]), strict=True) if others else ()
        slow = (words_of(block, pieces, self._tokenizer.pad) for block, pieces in cut)
        quick = iter(self._simple([block for block, own in zip(blocks, simple, strict=True) if own]))
        return [next(quick) if own else next(slow) for own in simple]

    def _simple(self, blocks: Sequence[Block]) -> list[Words]:
        # All at once, a line end between two: an array of a block costs as much as one of ten.
        text = "\n".join(block.text for block in blocks)
        said = _WORD.findall(text)
        numbers = self._numbers
        new = [word for word in dict.fromkeys(said) if word not in numbers]
        here = {word: -1 - number for number, word in enumerate(new)}
        read = self._read(new)
        # After the numbers: the rows grow before a word gets its number, and never change.
        rows = _gathered([here[word] if word in here else numbers[word] for word in said], self._rows, read)
        return _parted(blocks, text, rows)

    def _read(self, words: Sequence[str]) -> Rows:
        """Return what ``words`` read as, a row each, and keep those that are pieces of their own."""
        if not words:
            return np.zeros((0, _WIDTH), np.int32)
        text = " ".join(words)
        read = words_of(Block(text, 0), self._tokenizer.cut([text])[0], self._tokenizer.pad)
        rows = np.concatenate([read.pieces, read.characters], axis=1).astype(np.int32)
        # A word that is too long to be cut is one piece as well, and stands in no vocabulary.
        own = (rows[:, 1] == self._tokenizer.pad) & (rows[:, 0] != self._unknown)
        kept = [
            number
            for number, (word, alone) in enumerate(zip(words, own, strict=True))
            if alone and word in (word.lower(), word.capitalize(), word.upper())
        ]
        self._keep([words[number] for number in kept], rows[kept])
        return rows

    def _keep(self, words: Sequence[str], rows: Rows) -> None:
        with self._growing:
            if not words or len(self._rows) + len(words) > self._most:
                return
            first = len(self._rows)
            self._rows = np.concatenate([self._rows, rows])
            self._numbers.update((word, first + number) for number, word in enumerate(words))


def _gathered(numbers: Sequence[int], rows: Rows, new: Rows) -> Rows:
    """Return a row for each of ``numbers``: of ``rows``, or of ``new`` from its end where it is negative."""
    at = np.array(numbers, dtype=np.int64)
    gathered = np.empty((len(at), _WIDTH), np.int32)
    known = at >= 0
    gathered[known], gathered[~known] = rows[at[known]], new[-1 - at[~known]]
    return gathered


def _parted(blocks: Sequence[Block], text: str, rows: Rows) -> list[Words]:
    """Return the words of each of ``blocks``, which are the lines of ``text``; ``rows`` is what its words read as."""
    points = np.frombuffer(text.encode("ascii"), dtype=np.uint8)
    sorts = np.zeros(len(points) + 2, np.uint8)
    sorts[1:-1] = _SORTS[points]
    marks, letters = sorts[1:-1] == _MARK, sorts == _LETTER
    starts = np.flatnonzero(marks | (letters[1:-1] & ~letters[:-2]))
    ends = np.flatnonzero(marks | (letters[1:-1] & ~letters[2:])) + 1
    before, read = gaps(points, starts, ends), rows.astype(np.int64)
    found, first, begin = [], 0, 0
    for block in blocks:
        last = int(np.searchsorted(starts, begin + len(block.text)))
        own = slice(first, last)
        before[first : min(first + 1, last)] = START
        found.append(Words(starts[own] - begin, ends[own] - begin, read[own, :PIECES], read[own, PIECES:], before[own]))
        first, begin = last, begin + len(block.text) + 1
    return found
