"""Where words could stay, how much of it was looked through, and what was found."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from epicrisis.canary.identities import Kind, People, Person
from epicrisis.canary.searching import Search, writings

PLANTED = "planted"


class Surface(StrEnum):
    """A place where words could stay."""

    LOG = "log, standard error and output"
    ANSWERS = "refusals, headers, pages"
    METRICS = "metrics"
    TRACES = "traces"
    DATA = "files of the data folder"
    TEMPORARY = "temporary files"
    WORKING = "working folder, core dumps"
    REDIS = "Redis, every key and value"
    POSTGRES = "PostgreSQL, every row"


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """A word that stands where none may: where, whose, and how it is written, but never the word."""

    surface: Surface
    where: str
    route: str
    phase: str
    kind: Kind
    writing: str

    def __str__(self) -> str:
        return f"{self.surface}: {self.where} holds the {self.kind} sent to {self.route} ({self.phase}), {self.writing}"


@dataclass(frozen=True, slots=True)
class Row:
    """One surface of the report; ``proven`` where what was planted in it was found."""

    surface: Surface
    searched: int
    hits: int
    proven: bool


class Inquiry:
    """Looks through surfaces for the words of ``people``, in each also for those of somebody planted there."""

    def __init__(self, people: People) -> None:
        self._planted = {surface: people.person(surface.value, PLANTED) for surface in Surface}
        self._search = Search(people)
        self._searched = Counter[Surface]()
        self._proven = set[Surface]()
        self.hits = set[Hit]()

    def planted_in(self, surface: Surface) -> Person:
        """Return whose words are to be planted in ``surface``, and found there."""
        return self._planted[surface]

    def blind_spots(self) -> list[str]:
        """Return the kinds of words that would not be seen, with the way in which they are written."""
        person = self._planted[Surface.LOG]
        return [
            f"{kind} {writing.name}"
            for writing in writings()
            for kind in sorted(set(Kind) - {found.kind for found in self._search(b" " + writing.write(person.text))})
        ]

    def look(self, surface: Surface, where: str, said: bytes) -> None:
        """Look through what was ``said`` at ``where``."""
        self._searched[surface] += len(said)
        named = self._search(where.encode())
        # A name that holds a word is not told either.
        where = f"{where.partition('/')[0]}/, by its name," if named else where
        for found in self._search(said) | named:
            person = found.person
            if person is self._planted[surface]:
                self._proven.add(surface)
            # What is planted in a table is soon in the files of the database as well.
            elif person.phase != PLANTED:
                self.hits.add(Hit(surface, where, person.route, person.phase, found.kind, found.writing))

    def look_into(self, surface: Surface, folder: Path) -> None:
        """Look through every file below ``folder``, and its name."""
        for path in _files(folder):
            try:
                said = path.read_bytes()
            except FileNotFoundError:
                continue
            self.look(surface, str(path.relative_to(folder.parent)), said)

    def rows(self) -> list[Row]:
        """Return the surfaces that were looked through."""
        hits = Counter(hit.surface for hit in self.hits)
        return [
            Row(surface, self._searched[surface], hits[surface], surface in self._proven)
            for surface in Surface
            if surface in self._searched
        ]


def _files(folder: Path) -> Iterator[Path]:
    for where, _, names in os.walk(folder):
        for name in sorted(names):
            path = Path(where, name)
            # Sockets and pipes hold nothing.
            if path.is_file() and not path.is_symlink():
                yield path
