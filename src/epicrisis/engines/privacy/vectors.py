"""What words say by themselves: computed by a graph that reads each alone, and kept for words of the vocabulary.

The vector of a word depends on the word and on what stands before it, never on its neighbours: what is kept is what
would be computed again, to the last bit. Only what the vocabulary keeps is kept here; any other word is read anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.encoder.session import Session
from epicrisis.engines.privacy.blocks import PIECES, Words
from epicrisis.engines.privacy.shapes import BEFORE, FIRST, LAST

# Of 112 numbers each, 4 MB. All of MTSamples (3.4 million characters) says 12,603 words of the vocabulary, each with
# what stands before it: the commonest 8,000 are 99 in 100 of what is said of them.
_MOST = 8_192
# So many words are read in one go, always: a graph of one shape need not be laid out anew, and a word never depends on
# how many stand beside it. Nine in ten stretches of 3,000 characters have 67 others at most.
_WIDTH = 80
_NONE = 0
_READS = ("pieces", "characters", "before")

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]


class Vectors:
    """Tells what words say by themselves; may be asked from many threads."""

    def __init__(self, session: Session, *, words: int, most: int = _MOST) -> None:
        """Read with the graph ``session`` words numbered below ``words``, and keep ``most`` vectors."""
        self._session, self._most, self._kept = session, most, 0
        pieces, characters = np.zeros((1, PIECES), np.int64), np.zeros((1, FIRST + LAST), np.int64)
        self._size = self._read(pieces, characters, np.zeros(1, np.int64)).shape[1]
        # Zeros that nobody has written on take no memory. Row 0 is no word's.
        self._rows: Floats = np.zeros((1 + most, self._size), np.float32)
        self._places = np.zeros(words * BEFORE, np.int32)
        self._growing = Lock()

    @property
    def kept(self) -> int:
        """Return how many vectors are kept."""
        return self._kept

    def of(self, read: Sequence[Words]) -> list[Floats]:
        """Return the (words, D) vectors of each of ``read``."""
        if not any(map(len, read)):
            return [np.zeros((0, self._size), np.float32) for _ in read]
        pairs = _joined(read, "numbers") * BEFORE + _joined(read, "before")
        # Before the rows: a row is written before its place is, and never changes.
        places = np.where(pairs < 0, _NONE, self._places[np.maximum(pairs, 0)])
        vectors = self._rows[places]
        new = np.flatnonzero(places == _NONE)
        if len(new):
            own, first, back = np.unique(pairs[new], return_index=True, return_inverse=True)
            pieces, characters, before = (_joined(read, name)[new[first]] for name in _READS)
            alone = self._read(pieces, characters, before)
            vectors[new] = alone[back]
            self._keep(own, alone)
        return np.split(vectors, np.cumsum([len(words) for words in read])[:-1])

    def _read(self, pieces: Numbers, characters: Numbers, before: Numbers) -> Floats:
        batches = [
            {
                name: _padded(given[start : start + _WIDTH])
                for name, given in zip(_READS, (pieces, characters, before), strict=True)
            }
            for start in range(0, len(before), _WIDTH)
        ]
        return np.concatenate([answer["vectors"][0] for answer in self._session.run(batches)])[: len(before)]

    def _keep(self, pairs: Numbers, vectors: Floats) -> None:
        own = np.flatnonzero(pairs >= 0)
        if self._kept == self._most or not len(own):
            return
        with self._growing:
            own = own[self._places[pairs[own]] == _NONE][: self._most - self._kept]
            begin = 1 + self._kept
            self._kept += len(own)
            self._rows[begin : begin + len(own)] = vectors[own]
            self._places[pairs[own]] = np.arange(begin, begin + len(own))


def of_one_shape(graph: Any) -> None:
    """Let ``graph``, a model of OpenVINO, read what ``Vectors`` asks of it and nothing else."""
    shapes: tuple[tuple[int, ...], ...] = ((PIECES,), (FIRST + LAST,), ())
    graph.reshape({name: [1, _WIDTH, *shape] for name, shape in zip(_READS, shapes, strict=True)})


def _joined(read: Sequence[Words], name: str) -> NDArray[Any]:
    return np.concatenate([getattr(words, name) for words in read])


def _padded(given: Numbers) -> Numbers:
    """Return ``given`` (n, …) as one row, (1, _WIDTH, …)."""
    row = np.zeros((1, _WIDTH, *given.shape[1:]), np.int64)
    row[0, : len(given)] = given
    return row
