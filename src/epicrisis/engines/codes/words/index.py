"""The terms of a code system by their words, as flat arrays: which terms share words with a name, and how well."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Numbers = NDArray[np.int32]
Places = NDArray[np.intp]

# What a word beside a name counts where a term asks for it: "cyst" in a sentence about a kidney.
_AROUND = 0.5
# How much more what a name says counts than what a term asks for.
_BETA = 0.8


class Strings:
    """Many strings in one array of bytes, each decoded when it is asked for."""

    def __init__(self, letters: NDArray[np.uint8], ends: Numbers) -> None:
        self._letters, self._ends = letters.tobytes(), ends

    def __getitem__(self, number: int) -> str:
        start = int(self._ends[number - 1]) if number else 0
        return self._letters[start : int(self._ends[number])].decode()

    def __len__(self) -> int:
        return len(self._ends)

    @staticmethod
    def packed(strings: Sequence[str]) -> tuple[NDArray[np.uint8], Numbers]:
        """Return ``strings`` as the two arrays they are kept in."""
        encoded = [each.encode() for each in strings]
        ends = np.cumsum([len(each) for each in encoded]).astype(np.int32)
        return np.frombuffer(b"".join(encoded), np.uint8), ends


class Near(NamedTuple):
    """The number of a code one of whose terms shares words with a name, and how well (0 to 1)."""

    code: int
    score: float


class Index:
    """The terms, and for each word the terms that have it."""

    def __init__(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        self.codes = Strings(arrays["codes"].astype(np.uint8), arrays["code_ends"].astype(np.int32))
        self.displays = Strings(arrays["displays"].astype(np.uint8), arrays["display_ends"].astype(np.int32))
        vocabulary = Strings(arrays["words"].astype(np.uint8), arrays["word_ends"].astype(np.int32))
        self.words = {vocabulary[number]: number for number in range(len(vocabulary))}
        self._starts = arrays["starts"].astype(np.int32)
        # numpy adds at places of its own width without copying them first.
        self._terms = arrays["terms"].astype(np.intp)
        self.weights = arrays["weights"].astype(np.float32)
        self._term_weights = arrays["term_weights"].astype(np.float32)
        self._penalties = arrays["penalties"].astype(np.float32)
        self._code_of = arrays["code_of"].astype(np.int32)

    @classmethod
    def read(cls, path: Path) -> Index:
        """Return the index kept in ``path``, an .npz file without pickles."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(arrays)

    def near(self, said: Mapping[int, float], *, unknown: float, around: Collection[int] = (), most: int) -> list[Near]:
        """Return the codes of the terms nearest to a name, the nearest first, ``most`` at most.

        ``said`` are the numbers of its words, each with what it counts beside its weight; ``unknown`` is the weight of
        what the name says in words that no term has; ``around`` are the numbers of words beside the name.
        """
        if not said:
            return []
        shared, told = np.zeros(len(self._term_weights), np.float32), np.zeros(len(self._term_weights), np.float32)
        for number, counts in said.items():
            holding = self._holding(number)
            shared[holding] += self.weights[number]
            told[holding] += self.weights[number] * counts
        whole = float(sum(self.weights[number] * counts for number, counts in said.items())) + unknown
        terms = np.flatnonzero(shared > 0)
        for number in around:
            shared[self._holding(number)] += self.weights[number] * _AROUND
        recall, precision = told[terms] / whole, np.minimum(shared[terms] / self._term_weights[terms], 1)
        score = _fit(recall, precision) - self._penalties[terms]
        best = np.argpartition(-score, min(most, len(score) - 1))[:most]
        # Equal ones stand in the order of the terms.
        best = best[np.lexsort((terms[best], -score[best]))]
        codes = self._code_of[terms[best]].tolist()
        return [Near(code, max(0.0, each)) for code, each in zip(codes, score[best].tolist(), strict=True)]

    def _holding(self, number: int) -> Places:
        return self._terms[self._starts[number] : self._starts[number + 1]]


def _fit(recall: Floats, precision: Floats) -> Floats:
    """Return the F measure of recall and precision (van Rijsbergen 1979, Information Retrieval, chapter 7)."""
    measured: Floats = (1 + _BETA**2) * recall * precision / np.maximum(_BETA**2 * precision + recall, 1e-6)
    return measured
