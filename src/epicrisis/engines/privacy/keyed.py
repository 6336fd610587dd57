"""Choices nobody can foresee without the key, and that come out the same every time with it (HMAC-SHA-256)."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")

# Consonants alone: no word, no name and no number comes of them, so nothing in a pseudonym looks like an identifier.
CONSONANTS = "bcdfghjklmnpqrstvwxz"
PSEUDONYM = 12


class Keyed:
    """Chooses by what a choice is about, under one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def under(self, *about: str) -> Keyed:
        """Return what chooses under a key of its own, derived for ``about``."""
        return Keyed(self._digest(about))

    def number(self, *about: str, below: int) -> int:
        """Return a number from 0 up to ``below``."""
        # 256 bits for a handful of choices: no choice is likelier than another by more than a part in 2^200.
        return int.from_bytes(self._digest(about), "big") % below

    def choice(self, items: Sequence[Item], *about: str) -> Item:
        """Return one of ``items``."""
        return items[self.number(*about, below=len(items))]

    def digits(self, length: int, *about: str) -> str:
        """Return that many decimal digits."""
        return f"{self.number('digits', *about, below=10**length):0{length}d}" if length else ""

    def pseudonym(self, *about: str) -> str:
        """Return a name without meaning: 52 bits, so that a million of them are very likely all different."""
        number, letters = self.number("pseudonym", *about, below=len(CONSONANTS) ** PSEUDONYM), []
        for _ in range(PSEUDONYM):
            number, letter = divmod(number, len(CONSONANTS))
            letters.append(CONSONANTS[letter])
        return "".join(letters)

    def _digest(self, about: Sequence[str]) -> bytes:
        # Lengths first, or ("ab", "c") and ("a", "bc") would be one thing.
        told = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in about)
        return hmac.digest(self._key, told, "sha256")
