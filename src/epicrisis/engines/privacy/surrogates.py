"""Invented people in the place of real ones: the same for the same person, wherever one key is used.

The gender and the culture of a name are kept where the name tells them, and so is how it is written: "DOE, John A." has
capitals, a comma and an initial afterwards too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.privacy.keyed import Keyed
from epicrisis.engines.privacy.names import (
    FAMILY,
    FEMALE,
    MALE,
    Name,
    Part,
    Role,
    culture_of,
    cultures,
    gender_before,
    name_of,
)
from epicrisis.engines.privacy.people import Person, people
from epicrisis.text.characters import unaccented

# No name is longer; what is, is no name we understand.
_LONGEST = 200
_TRIES = 8


def surrogate_names(document: Document, spans: Sequence[Span], keyed: Keyed) -> list[str | None]:
    """Return an invented name for each of ``spans``, the names of a note in order; ``None`` where we know none."""
    texts, names, language = [document.quote(span) for span in spans], _names(document, spans), document.language
    return [
        _written(text, name, person, language, keyed)
        for text, name, person in zip(texts, names, people(names), strict=True)
    ]


def pseudonyms(document: Document, spans: Sequence[Span], keyed: Keyed) -> list[str]:
    """Return a pseudonym for each of ``spans``, the names of a note in order: one for each person."""
    names = _names(document, spans)
    return [
        keyed.pseudonym("person", person.key if name.parts else document.quote(span))
        for span, name, person in zip(spans, names, people(names), strict=True)
    ]


def _names(document: Document, spans: Sequence[Span]) -> list[Name]:
    return [
        name_of(document.quote(span), document.language, gender_told=gender_before(document.text, span.start))
        if len(span) <= _LONGEST
        else Name(())
        for span in spans
    ]


def _written(text: str, name: Name, person: Person, language: str, keyed: Keyed) -> str | None:
    if not any(part.role is not Role.STAYS for part in name.parts):
        return None
    invented = _Invented(person, language, keyed)
    pieces, done = [], 0
    for part in name.parts:
        between = text[done : part.start]
        pieces += [_without_digits(between, person, keyed), _as(text[part.start : part.end], invented.word(part))]
        done = part.end
    pieces.append(_without_digits(text[done:], person, keyed))
    return "".join(pieces)


class _Invented:
    """The words of the one who stands for ``person``."""

    def __init__(self, person: Person, language: str, keyed: Keyed) -> None:
        self._person = person
        self._keyed = keyed
        self._lists = cultures()[culture_of(person.given, person.family, language)]

    def word(self, part: Part) -> str | None:
        """Return the word in the place of ``part``, or ``None`` where that stays."""
        match part.role:
            case Role.GIVEN:
                return self._given(self._place(part.word, self._person.given))
            case Role.FAMILY:
                return self._family(self._place(part.word, self._person.family))
            case Role.INITIAL:
                return self._initial(part.word)
            case Role.STAYS:
                return None

    def _given(self, place: int) -> str:
        gender = self._person.gender or self._keyed.choice((FEMALE, MALE), "gender", self._person.key)
        return self._drawn(self._lists.female if gender == FEMALE else self._lists.male, gender, place)

    def _family(self, place: int) -> str:
        return self._drawn(self._lists.family, FAMILY, place)

    def _initial(self, letter: str) -> str:
        for known, invent in ((self._person.given, self._given), (self._person.family, self._family)):
            for place, word in enumerate(known):
                if word.startswith(letter):
                    return unaccented(invent(place)[:1])
        return self._keyed.choice("ABCDEFGHJKLMNPRSTVW", "initial", self._person.key, letter)

    def _drawn(self, names: Sequence[str], kind: str, place: int) -> str:
        """Return a name of ``names`` that is none of the person's own."""
        own = {*self._person.given, *self._person.family}
        for attempt in range(_TRIES):
            name = self._keyed.choice(names, kind, str(place), self._person.key, str(attempt))
            if unaccented(name).casefold() not in own:
                return name
        return next(name for name in names if unaccented(name).casefold() not in own)

    @staticmethod
    def _place(word: str, words: Sequence[str]) -> int:
        return words.index(word) if word in words else len(words)


def _as(was: str, word: str | None) -> str:
    """Return ``word`` in the letters of ``was``; without one, ``was``."""
    if word is None:
        return was
    if was.isupper() and (len(was) > 1 or len(word) == 1):
        return word.upper()
    return word.lower() if was.islower() else word


def _without_digits(between: str, person: Person, keyed: Keyed) -> str:
    # "jdoe1975" is no name people are called by, but it may be found as one.
    return re.sub(r"\d", lambda digit: keyed.digits(1, "digit", person.key, str(digit.start()), digit[0]), between)
