"""A text cut into words, marks and line ends, as the patterns look at it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from operator import add
from typing import NamedTuple

from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.domain.spans import Span
from epicrisis.text.characters import INVISIBLE, plain, unaccented

# Letters, with the accents and invisible characters that hang on them.
_LETTERS = rf"[^\W\d_]++(?:[\u0300-\u036f{INVISIBLE}]++[^\W\d_]*+)*+"
_TOKEN = re.compile(rf"{_LETTERS}(?:['’-]{_LETTERS})*+|\d++|\n|[^\w\s]|_")
# The same of a text of plain letters, which most are.
_ASCII_TOKEN = re.compile(r"[A-Za-z]++(?:['-][A-Za-z]++)*+|[0-9]++|\n|[^\w\s]|_")

_SEVEN = re.compile(r"\d(?:[ ./-]?\d){6}")


class Word(NamedTuple):
    """A word, number, mark or line end: where it stands, what it is, and how it is looked up.

    It begins like a name where it is ``capital``; where it is ``initial``, a single capital letter is all of it.
    """

    start: int
    end: int
    text: str
    key: str
    capital: bool
    initial: bool


@dataclass(frozen=True)
class Page:
    """The words of a text; ``text`` reads like the original, one character for one."""

    text: str
    words: tuple[Word, ...]

    @classmethod
    def of(cls, text: str) -> Page:
        """Return ``text`` cut into words."""
        read = plain(text)
        return cls(read, _words(read))

    @cached_property
    def keys(self) -> Sequence[str]:
        """Return how each word is looked up."""
        return [word.key for word in self.words]

    @cached_property
    def starting(self) -> Mapping[int, int]:
        """Return the number of the word that starts at an offset."""
        return {word.start: number for number, word in enumerate(self.words)}

    @cached_property
    def starts(self) -> Sequence[int]:
        """Return where each word starts."""
        return [word.start for word in self.words]

    def inside(self, span: Span) -> Sequence[Word]:
        """Return the words that start in ``span``."""
        return self.words[bisect_left(self.starts, span.start) : bisect_left(self.starts, span.end)]

    @cached_property
    def small(self) -> str:
        """Return the text in small letters; only what it says counts, for it may be longer."""
        return self.text.casefold()

    @cached_property
    def has_capitals(self) -> bool:
        """Return whether anything is written in capitals."""
        return self.text != self.text.lower()

    @cached_property
    def numbered(self) -> Sequence[tuple[int, int]]:
        """Return the lines with seven figures in a row, marks and single blanks between them left aside."""
        return self.lines(_SEVEN)

    def lines(self, *clues: re.Pattern[str]) -> Sequence[tuple[int, int]]:
        """Return where each line with one of ``clues`` begins and ends, its line feed included."""
        return self._lines(sorted(match.start() for clue in clues for match in clue.finditer(self.text)))

    def lines_with(self, *clues: str, small: Sequence[str] = ()) -> Sequence[tuple[int, int]]:
        """Return what ``lines`` does, for clues as they are written, and for those in ``small`` letters in any."""
        return self._lines(sorted([*(at for clue in clues for at in _where(self.text, clue)), *self.said_at(*small)]))

    def said_at(self, *clues: str) -> Iterator[int]:
        """Yield where one of ``clues``, in small letters, stands in any; every place where that moves the letters."""
        if len(self.small) != len(self.text) and clues:
            yield from range(len(self.text))
            return
        for clue in clues:
            yield from _where(self.small, clue)

    def _lines(self, places: Iterable[int]) -> Sequence[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        end = 0
        for at in places:
            if at >= end:
                start = max(end, self.text.rfind("\n", end, at) + 1)
                end = self.text.find("\n", at) + 1 or len(self.text)
                found.append((start, end))
        return found

    def matches(
        self, pattern: re.Pattern[str], stretches: Iterable[tuple[int, int]] | None = None
    ) -> Iterator[re.Match[str]]:
        """Yield the matches of ``pattern`` in ``stretches``, which are whole lines; without any, in the whole text."""
        if stretches is None:
            yield from pattern.finditer(self.text)
            return
        for start, end in stretches:
            yield from pattern.finditer(self.text, start, end)

    def says(self, *clues: str) -> bool:
        """Return whether one of ``clues``, in small letters, stands in the text."""
        return any(clue in self.small for clue in clues)

    def where(self, keys: Container[str]) -> Sequence[int]:
        """Return the numbers of the words that are among ``keys``."""
        return sorted(number for key, numbers in self._said.items() if key in keys for number in numbers)

    def where_capital(self, keys: Container[str] = ()) -> Sequence[int]:
        """Return the numbers of the words that begin like a name or are among ``keys``."""
        return sorted({*self._capitals, *self.where(keys)}) if keys else self._capitals

    @cached_property
    def _said(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = {}
        for number, key in enumerate(self.keys):
            found.setdefault(key, []).append(number)
        return found

    @cached_property
    def _capitals(self) -> Sequence[int]:
        return [number for number, word in enumerate(self.words) if word.capital]

    def phrase(self, phrases: Mapping[str, Sequence[Sequence[str]]], number: int) -> int:
        """Return the word after the first of ``phrases`` that begins at word ``number``; 0 where none does."""
        for each in phrases.get(self.keys[number], ()):
            end = self.follows(each, number)
            if end:
                return end
        return 0

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


def _where(text: str, clue: str) -> Iterator[int]:
    at = text.find(clue)
    while at >= 0:
        yield at
        at = text.find(clue, at + 1)


def _words(text: str) -> tuple[Word, ...]:
    found = list((_ASCII_TOKEN if text.isascii() else _TOKEN).finditer(text))
    said = list(map(re.Match.group, found))
    # Most words of a note stand in it more than once.
    read = {each: (each, *_read(each)) for each in set(said)}
    fields = map(add, map(re.Match.span, found), map(read.__getitem__, said))
    # What `Word._make` does, without its looking whether there are six.
    return tuple(map(partial(tuple.__new__, Word), fields))


def _read(said: str) -> tuple[str, bool, bool]:
    key = said.lower() if said.isascii() else unaccented(said.casefold()).replace("’", "'")
    return key, said[0].isupper(), len(said) == 1 and said.isupper()
