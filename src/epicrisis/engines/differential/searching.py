"""Phrases by the words they share with what is said, misspelt or not: a symptom that stands alone is found so."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from epicrisis.engines.codes.hpo.letters import Letters
from epicrisis.engines.differential.wordlists import every

# How alike the words of a symptom and of a phrase are, at least, to mean the same; chosen on phrases held out in turn.
ALIKE = 0.8
# How much more what is said counts than what a phrase asks for (van Rijsbergen 1979, chapter 7).
_BETA = 0.9


class Search:
    """The phrases that share the weightiest words with what is said."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = list(keys)
        self.size = len(self._keys)
        split = [key.split(" ") for key in self._keys]
        counts = Counter(word for words in split for word in set(words))
        self._weights = {word: math.log(1 + len(split) / count) for word, count in counts.items()}
        self._measured = {number: frozenset(words) for number, words in enumerate(split) if any(map(_is_figure, words))}
        self._holding: dict[str, list[int]] = {}
        for number, words in enumerate(split):
            for word in set(words):
                self._holding.setdefault(word, []).append(number)
        self._whole = [sum(self._weights[word] for word in set(words)) for words in split]
        self._vocabulary = sorted(counts)
        self._letters: Letters | None = None
        self._unknown = max(self._weights.values(), default=0.0)

    def nearest(self, words: Sequence[str], *, is_whole: bool = False) -> tuple[str, float] | None:
        """Return the phrase whose words are most like ``words``, and how alike; none where it is not alike enough.

        Where ``is_whole``, ``words`` hold all of the phrase but what says little: "leg weakness", "weakness in leg".
        """
        said = {self._spelled(word) for word in words}
        whole = sum(self._weights.get(word, self._unknown) for word in said)
        shared: dict[int, float] = {}
        for word in said:
            for number in self._holding.get(word, ()):
                shared[number] = shared.get(number, 0.0) + self._weights[word]
        best, highest = None, 0.0
        for number, weight in shared.items():
            # What has a number is named by all its words: "RR 20" is neither "RR > 20" nor "RR over 20".
            if number in self._measured and not self._measured[number] <= said:
                continue
            if is_whole and not set(self._keys[number].split(" ")) - every("little") <= said:
                continue
            recall, precision = weight / whole, weight / self._whole[number]
            alike = (1 + _BETA**2) * recall * precision / (_BETA**2 * precision + recall)
            if alike > highest:
                best, highest = number, alike
        return None if best is None or highest < ALIKE else (self._keys[best], min(highest, 1.0))

    def _spelled(self, word: str) -> str:
        if word in self._weights or not word.isalpha():
            return word
        if self._letters is None:
            self._letters = Letters(self._vocabulary)
        found = self._letters.nearest(word)
        if found is None or _is_contrary(word, self._vocabulary[found[0]]):
            return word
        return self._vocabulary[found[0]]


def _is_figure(word: str) -> bool:
    return word[0].isdigit() or word[0] in "<>"


def _is_contrary(said: str, known: str) -> bool:
    """Return whether ``said`` denies ``known`` by how it begins, and is no slip of the pen: "anicteric"."""
    prefixes = [each for each in every("contraries") if said.startswith(each) and not known.startswith(each)]
    return any(len(each) > 2 or known.startswith(said[len(each) :][:4]) for each in prefixes)
