"""Words that share most of their letters with one of the ontology: "myoclonias", "arthrogryposes", "pneumnia"."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# Three letters in a row, as Angell, Freund and Willett 1983 (Information Processing & Management 19:255) found best.
_GRAM = 3
# How much two words share, at least, to be taken for the same; chosen on train and dev of hpo_gsc.
_ALIKE = 0.6
# Shorter words are too often near another that means something else.
_SHORTEST = 5
_LONGEST = 60


class Letters:
    """Known words by the letters they have in a row."""

    def __init__(self, known: Sequence[str]) -> None:
        grams = [_grams(word) for word in known]
        self._sizes = np.array([len(each) for each in grams], np.float32)
        numbers: dict[str, list[int]] = {}
        for number, each in enumerate(grams):
            for gram in each:
                numbers.setdefault(gram, []).append(number)
        self._holding = {gram: np.array(each, np.uint16) for gram, each in numbers.items()}

    def nearest(self, word: str) -> tuple[int, float] | None:
        """Return the number of the known word that shares the most letters with ``word``, and how much (Dice 1945).

        There is none where it is not enough; of equals it is the first.
        """
        if not _SHORTEST <= len(word) <= _LONGEST:
            return None
        grams = _grams(word)
        holding: list[NDArray[np.uint16]] = [self._holding[gram] for gram in grams if gram in self._holding]
        if not holding:
            return None
        shared = np.bincount(np.concatenate(holding), minlength=len(self._sizes))
        shares = 2 * shared / (self._sizes + len(grams))
        best = int(shares.argmax())
        return (best, float(shares[best])) if shares[best] >= _ALIKE else None


def _grams(word: str) -> frozenset[str]:
    padded = f"^{word}$"
    return frozenset(padded[at : at + _GRAM] for at in range(len(padded) - _GRAM + 1))
