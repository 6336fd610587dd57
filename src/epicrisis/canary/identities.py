"""People who do not exist: each route is told of its own, so that a word found somewhere says which way it came.

Every word and number of a run begins with letters or digits drawn for this run, and ends with the number of the person.
One look for the beginnings finds whatever is ours, and the end says whose it is.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from epicrisis.engines.privacy.checks import DNI_LETTERS

_CONSONANTS, _VOWELS = "bdfgklmnprtvz", "aeiou"
_SYLLABLES = [consonant + vowel for consonant in _CONSONANTS for vowel in _VOWELS]
_STEM_SYLLABLES = 4

MOST_PEOPLE = len(_SYLLABLES) ** 2


class Kind(StrEnum):
    """What a word says of somebody."""

    NAME = "name"
    ADDRESS = "address"
    EMAIL = "e-mail"
    PHONE = "phone"
    SSN = "SSN"
    DNI = "DNI"
    MRN = "MRN"


@dataclass(frozen=True, slots=True)
class Part:
    """One word or number of everybody: ``stem`` is how it begins, ``whole`` what it is for the person of a number.

    ``written`` has every way to put its groups together, that of the notes first.
    """

    kind: Kind
    stem: tuple[str, ...]
    whole: Callable[[int], tuple[str, ...]]
    written: tuple[Callable[[tuple[str, ...]], str], ...]

    def of(self, number: int) -> str:
        """Return the word of the person ``number``, as notes have it."""
        return self.written[0](self.whole(number))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist, and whom one route is told of in one way."""

    number: int
    route: str
    phase: str
    name: str
    mrn: str
    text: str


class People:
    """The people of one run."""

    def __init__(self) -> None:
        first, last, mail, street = (_stem() for _ in range(4))
        # An accent, so that it shows how whoever wrote it down writes letters beyond ASCII.
        last = last[:3] + "é" + last[3:]
        area, ssn, dni, record = (f"{secrets.randbelow(8000) + 1000}" for _ in range(4))
        letters = "".join(secrets.choice("KQVWXYZ") for _ in range(2))
        # Never given out: social security numbers from 900 on, telephones 555, DNI from 99 million on.
        self._first, self._last = _word(Kind.NAME, first), _word(Kind.NAME, last)
        self._mail, self._street = _word(Kind.EMAIL, mail), _word(Kind.ADDRESS, street)
        self._ssn = Part(
            Kind.SSN, (f"9{ssn[:2]}", ssn[2:], ""), lambda n: (f"9{ssn[:2]}", ssn[2:], f"{n:04}"), _joined("-", "", " ")
        )
        self._phone = Part(
            Kind.PHONE,
            (area[:3], "555", ""),
            lambda n: (area[:3], "555", f"{n:04}"),
            (lambda groups: f"({groups[0]}) {groups[1]}-{groups[2]}", *_joined("-", "", " ", ".")),
        )
        self._dni = Part(Kind.DNI, (f"99{dni[:2]}", ""), lambda n: (f"99{dni[:2]}", _dni_end(dni[:2], n)), _joined(""))
        self._mrn = Part(Kind.MRN, (letters, record, ""), lambda n: (letters, record, f"{n:04}"), _joined("", "-", " "))
        self._at = f"{mail.lower()}.example"
        self._known: dict[tuple[str, str], Person] = {}

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return every kind of word these people have."""
        return (
            self._first, self._last, self._mail, self._street, self._ssn, self._phone, self._dni, self._mrn,
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self._known)

    def __iter__(self) -> Iterator[Person]:
        return iter(self._known.values())

    def person(self, route: str, phase: str) -> Person:
        """Return whom ``route`` is told of in ``phase``: always the same, and nobody else is."""
        known = self._known.get((route, phase))
        return known or self._known.setdefault((route, phase), self._made(len(self._known), route, phase))

    def by_number(self, number: int) -> Person:
        """Return the person of that number."""
        return self._by_number[number]

    @cached_property
    def _by_number(self) -> dict[int, Person]:
        # Asked for once nobody joins any more.
        return {person.number: person for person in self}

    def _made(self, number: int, route: str, phase: str) -> Person:
        name = f"{self._first.of(number)} {self._last.of(number)}"
        text = (
            f"Patient {name}, SSN {self._ssn.of(number)}, DNI {self._dni.of(number)}, MRN {self._mrn.of(number)}, "
            f"phone {self._phone.of(number)}, {self._mail.of(number).lower()}@{self._at}, "
            f"lives at 47 {self._street.of(number)} Street, denies chest pain."
        )
        return Person(number, route, phase, name, self._mrn.of(number), text)


def _word(kind: Kind, stem: str) -> Part:
    return Part(kind, (stem,), lambda number: (stem + _syllables(number),), (_first_of,))


def _first_of(groups: tuple[str, ...]) -> str:
    return groups[0]


def _joined(*separators: str) -> tuple[Callable[[tuple[str, ...]], str], ...]:
    return tuple(separator.join for separator in separators)


def _stem() -> str:
    return "".join(secrets.choice(_SYLLABLES) for _ in range(_STEM_SYLLABLES)).title()


def _syllables(number: int) -> str:
    """Return ``number`` as two syllables, each number as others."""
    return _SYLLABLES[number // len(_SYLLABLES) % len(_SYLLABLES)] + _SYLLABLES[number % len(_SYLLABLES)]


def _dni_end(start: str, number: int) -> str:
    return f"{number:04}{DNI_LETTERS[int(f'99{start}{number:04}') % 23]}"
