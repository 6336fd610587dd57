"""A sentence of a summary, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a summary, and the names of what it cites."""

    text: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flaw:
    """What of a sentence does not stand in what it cites."""

    kind: str
    what: str
