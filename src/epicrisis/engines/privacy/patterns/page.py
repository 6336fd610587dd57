"""A text cut into words, marks and line ends, as the patterns look at it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.domain.spans import Span
from epicrisis.text.characters import INVISIBLE, plain, unaccented

# A letter, with the accents and invisible characters that hang on it.
_LETTERS = rf"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f{INVISIBLE}])*+"
_TOKEN = re.compile(rf"{_LETTERS}(?:['’-]{_LETTERS})*+|\d++|\n|[^\w\s]|_")


class Word(NamedTuple):
    """A word, number, mark or line end: where it stands, what it is, and how it is looked up."""

    start: int
    end: int
    text: str
    key: str

    @property
    def capital(self) -> bool:
        """Return whether it begins like a name."""
        return self.text[0].isupper()

    @property
    def initial(self) -> bool:
        """Return whether it is a single capital letter."""
        return len(self.text) == 1 and self.text.isupper()


@dataclass(frozen=True)
class Page:
    """The words of a text; ``text`` reads like the original, one character for one."""

    text: str
    words: tuple[Word, ...]

    @classmethod
    def of(cls, text: str) -> Page:
        """Return ``text`` cut into words."""
        read = plain(text)
        return cls(read, tuple(_words(read)))

    @cached_property
    def keys(self) -> Sequence[str]:
        """Return how each word is looked up."""
        return [word.key for word in self.words]

    @cached_property
    def starting(self) -> Mapping[int, int]:
        """Return the number of the word that starts at an offset."""
        return {word.start: number for number, word in enumerate(self.words)}

    def phrase(self, phrases: Mapping[str, Sequence[Sequence[str]]], number: int) -> int:
        """Return the word after the first of ``phrases`` that begins at word ``number``; 0 where none does."""
        return next(filter(None, (self.follows(each, number) for each in phrases.get(self.keys[number], ()))), 0)

    def follows(self, phrase: Sequence[str], number: int) -> int:
        """Return where ``phrase`` ends that begins at word ``number``; full stops between its words are no matter."""
        at = number
        for part in phrase:
            while at > number and at < len(self.keys) and self.keys[at] == "." != part:
                at += 1
            if at >= len(self.keys) or self.keys[at] != part:
                return 0
            at += 1
        return at


def mark(
    start: int, end: int, kind: IdentifierKind, name: str, why: str, *, score: float = 0.95, sub: str | None = None
) -> Identifier:
    """Return what the pattern ``name`` found between ``start`` and ``end``."""
    return Identifier(Span(start, end), kind, score, f"patterns:{name}", why, sub)


def _words(text: str) -> Iterator[Word]:
    for match in _TOKEN.finditer(text):
        said = match.group()
        yield Word(match.start(), match.end(), said, unaccented(said.casefold()).replace("’", "'"))
