"""Words that are spelt nearly like one the classification has: one letter too many, too few, other or exchanged."""

from __future__ import annotations

from collections.abc import Iterable

# Shorter words are too often near another that means something else.
_SHORTEST = 7


class Spelling:
    """Mends words by one slip of the pen (Damerau 1964, Communications of the ACM 7:171)."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(known)
        # A first letter is seldom wrong, and most of what a word means.
        self._alike: dict[tuple[str, int], list[str]] = {}
        for word in sorted(self._known):
            if len(word) >= _SHORTEST:
                self._alike.setdefault((word[0], len(word)), []).append(word)

    def mended(self, word: str) -> str:
        """Return ``word``, or the known word it was meant to be where there is one.

        Of two known words that are as near, it is the first of the alphabet: the answer is always the same.
        """
        if word in self._known or len(word) < _SHORTEST:
            return word
        near = (
            each
            for length in (len(word), len(word) - 1, len(word) + 1)
            for each in self._alike.get((word[0], length), ())
            if _is_slip(word, each)
        )
        return next(near, word)


def _is_slip(word: str, known: str) -> bool:
    """Say whether one letter was added, left out, put for another or exchanged with its neighbour."""
    shorter = min(len(word), len(known))
    start = next((place for place in range(shorter) if word[place] != known[place]), shorter)
    if len(word) != len(known):
        longer, other = (word, known) if len(word) > len(known) else (known, word)
        return longer[start + 1 :] == other[start:]
    if word[start + 1 :] == known[start + 1 :]:
        return True
    return word[start : start + 2] == known[start : start + 2][::-1] and word[start + 2 :] == known[start + 2 :]
