"""The dice every invented identifier is thrown with: the same seed writes the same notes."""

from __future__ import annotations

from random import Random
from string import ascii_uppercase, digits
from typing import TypeVar

from epicrisis_lab.training.identifiers.names import Names, data

_Form = TypeVar("_Form")


class Dice:
    """Throws for forms, figures and words; people come from ``names``."""

    def __init__(self, random: Random, names: Names) -> None:
        self.random, self.names = random, names

    def pick(self, forms: tuple[_Form, ...]) -> _Form:
        """Return one of ``forms``; one that stands there twice comes twice as often."""
        return self.random.choice(forms)

    def of(self, name: str) -> str:
        """Return a word of the list ``name`` of places.toml."""
        return str(self.random.choice(data("places")[name]))

    def number(self, length: int) -> str:
        """Return ``length`` figures, the first not 0."""
        return str(self.random.randint(1, 9)) + "".join(self.random.choice(digits) for _ in range(length - 1))

    def initial(self) -> str:
        """Return one capital."""
        return self.random.choice(ascii_uppercase)

    def chance(self, share: float) -> bool:
        """Return true in ``share`` of all throws."""
        return self.random.random() < share
