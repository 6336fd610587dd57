"""What the words of a block read as: looked up where they are words of the vocabulary, cut into pieces where not.

A note says few different words, and most of them are pieces of their own: what those read as is kept from note to note.
All that is kept stands in the vocabulary, which is nobody's secret; any other word is cut anew and kept nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.encoder.pieces import PieceTokenizer
from epicrisis.engines.privacy.blocks import PIECES, Block, Words, words_of
from epicrisis.engines.privacy.shapes import FIRST, LAST, START, characters_of, gaps, points_of

# A word as BERT cuts it (Devlin et al. 2019): letters and figures, or one mark. Of other alphabets the tokenizer knows.
_LETTERS, _MARKS = "À-ÖØ-öø-ÿ", "‘’“”–—…"
_WORD = re.compile(rf"[A-Za-z0-9{_LETTERS}]+|[^A-Za-z0-9{_LETTERS}\s]")
_READ = re.compile(rf"[\x00-\x7f{_LETTERS}{_MARKS}]*+")
# A note that writes "[SEP]" gets the piece of that name from the tokenizer.
_SPECIAL = re.compile(r"\[(?:PAD|UNK|CLS|SEP|MASK)\]")
_MOST = 32_768
_WIDTH = PIECES + FIRST + LAST
# Words the tokenizer cuts are numbered from here down, far below those that are looked up.
_OTHERS = -(2**40)

_SPACE, _LETTER, _MARK = 0, 1, 2
_SORTS = np.array(
    [
        _SPACE if chr(at).isspace() else _LETTER if chr(at).isalnum() else _MARK
        for at in range(1 + max(map(ord, _LETTERS + _MARKS)))
    ],
    dtype=np.uint8,
)

Rows = NDArray[np.int32]
Numbers = NDArray[np.int64]


class Vocabulary:
    """Cuts blocks into words; may be asked from many threads."""

    def __init__(self, tokenizer: PieceTokenizer, *, most: int = _MOST) -> None:
        """Cut with ``tokenizer``, and keep what ``most`` words read as."""
        self._tokenizer, self.most = tokenizer, most
        self._unknown = tokenizer.cut(["[UNK]"])[0].ids[0]
        self._numbers: dict[str, int] = {}
        self._rows: Rows = np.zeros((0, _WIDTH), np.int32)
        self._growing = Lock()

    @property
    def kept(self) -> frozenset[str]:
        """Return the words that are kept."""
        return frozenset(self._numbers)

    def cut(self, blocks: Sequence[Block]) -> list[Words]:
        """Return the words of each of ``blocks``, in order; of words that are not kept, no two have one number."""
        simple = [_is_simple(block.text) for block in blocks]
        quick = iter(self._simple([block for block, own in zip(blocks, simple, strict=True) if own]))
        slow = iter(self._cut([block for block, own in zip(blocks, simple, strict=True) if not own]))
        return [next(quick) if own else next(slow) for own in simple]

    def _cut(self, blocks: Sequence[Block]) -> Iterator[Words]:
        first = _OTHERS
        for block, pieces in zip(blocks, self._tokenizer.cut([block.text for block in blocks]), strict=True):
            words = words_of(block, pieces, self._tokenizer.pad)
            yield replace(words, numbers=np.arange(first, first - len(words), -1))
            first -= len(words)

    def _simple(self, blocks: Sequence[Block]) -> list[Words]:
        # All at once, a line end between two: an array of a block costs as much as one of ten.
        text = "\n".join(block.text for block in blocks)
        said = _WORD.findall(text)
        places = {word: place for place, word in enumerate(dict.fromkeys(said))}
        numbers = np.array([self._numbers.get(word, -1 - place) for word, place in places.items()], dtype=np.int64)
        new = numbers < 0
        read = np.empty((len(places), _WIDTH), np.int64)
        read[new] = self._read([word for word, own in zip(places, new.tolist(), strict=True) if own])
        # After the numbers: the rows grow before a word gets its number, and never change.
        read[~new] = self._rows[numbers[~new]]
        at = np.fromiter(map(places.__getitem__, said), np.int64, len(said))
        return _parted(blocks, text, read[at], numbers[at])

    def _read(self, words: Sequence[str]) -> Rows:
        """Return what ``words`` read as, a row each, and keep those that are pieces of their own."""
        if not words:
            return np.zeros((0, _WIDTH), np.int32)
        pad = [self._tokenizer.pad] * PIECES
        pieces = [(own + pad)[:PIECES] for own in self._tokenizer.pieces_of(words)]
        rows = np.concatenate([np.array(pieces, np.int32), characters_of(words)], axis=1, dtype=np.int32)
        # A word that is too long to be cut is one piece as well, and stands in no vocabulary.
        own = (rows[:, 1] == self._tokenizer.pad) & (rows[:, 0] != self._unknown)
        kept = [
            number
            for number, (word, alone) in enumerate(zip(words, own, strict=True))
            if alone and word.isascii() and word in (word.lower(), word.capitalize(), word.upper())
        ]
        self._keep([words[number] for number in kept], rows[kept])
        return rows

    def _keep(self, words: Sequence[str], rows: Rows) -> None:
        with self._growing:
            if not words or len(self._rows) + len(words) > self.most:
                return
            first = len(self._rows)
            self._rows = np.concatenate([self._rows, rows])
            self._numbers.update((word, first + number) for number, word in enumerate(words))


def _is_simple(text: str) -> bool:
    """Return whether ``_WORD`` cuts ``text`` as the tokenizer does."""
    return (text.isascii() or _READ.fullmatch(text) is not None) and _SPECIAL.search(text) is None


def _parted(blocks: Sequence[Block], text: str, read: Numbers, numbers: Numbers) -> list[Words]:
    """Return the words of each of ``blocks``, which are the lines of ``text``; ``read`` is what its words read as."""
    points = points_of(text)
    sorts = np.zeros(len(points) + 2, np.uint8)
    sorts[1:-1] = _SORTS[points]
    marks, letters = sorts[1:-1] == _MARK, sorts == _LETTER
    starts = np.flatnonzero(marks | (letters[1:-1] & ~letters[:-2]))
    ends = np.flatnonzero(marks | (letters[1:-1] & ~letters[2:])) + 1
    before = gaps(points, starts, ends)
    found, first, begin = [], 0, 0
    for block in blocks:
        last = int(np.searchsorted(starts, begin + len(block.text)))
        own = slice(first, last)
        before[first : min(first + 1, last)] = START
        pieces, characters = read[own, :PIECES], read[own, PIECES:]
        found.append(Words(starts[own] - begin, ends[own] - begin, pieces, characters, before[own], numbers[own]))
        first, begin = last, begin + len(block.text) + 1
    return found
