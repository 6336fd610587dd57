"""People who do not exist: given names and surnames of many cultures, half of them kept from training."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any
from zlib import crc32

# Families where the parts come from two places.
_MIXED = 0.15


@dataclass(frozen=True, slots=True)
class Culture:
    """The given names and the surnames of one list."""

    given: tuple[str, ...]
    surnames: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """Draws people from the names that may be taught, or from those held back to see how new names fare."""

    cultures: tuple[Culture, ...]

    def given(self, random: Random) -> str:
        """Return a given name."""
        return random.choice(random.choice(self.cultures).given)

    def surname(self, random: Random) -> str:
        """Return a surname."""
        return random.choice(random.choice(self.cultures).surnames)

    def person(self, random: Random) -> tuple[str, str]:
        """Return a given name and a surname, most often of the same culture."""
        culture = random.choice(self.cultures)
        other = random.choice(self.cultures) if random.random() < _MIXED else culture
        return random.choice(culture.given), random.choice(other.surnames)

    @property
    def every(self) -> frozenset[str]:
        """Return every name."""
        return frozenset(name for culture in self.cultures for name in (*culture.given, *culture.surnames))


@cache
def names(*, held: bool = False) -> Names:
    """Return the names that are taught, or those that are ``held`` back."""
    table = data("names")
    return Names(tuple(Culture(_half(own["given"], held), _half(own["surnames"], held)) for own in table.values()))


@cache
def data(name: str) -> Mapping[str, Any]:
    """Return a word list of this folder."""
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def _half(words: Sequence[str], held: bool) -> tuple[str, ...]:
    return tuple(word for word in words if (crc32(word.encode()) % 2 == 1) is held)
