"""What a file asks of whoever knows identifiers, and the limits within which it is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from epicrisis.domain.identifiers import IdentifierKind

# Rewrites strings without their identifiers: one answer per string, in their order.
Redacts = Callable[[Sequence[str]], Sequence[str]]
# Says what stands in the place of a value that is an identifier as a whole, whatever it looks like.
Replaces = Callable[[IdentifierKind, str], str]

MEGABYTE = 1_000_000
_YEAR = re.compile(r"(\d{4})(?:-\d{2}|$)")
_AGE = re.compile(r"\s*(\d{1,3})\b")
_OLDEST = 89


@dataclass(frozen=True, slots=True)
class Question:
    """A string of a file: to be read for identifiers or, where ``kind`` is given, an identifier as a whole."""

    text: str
    kind: IdentifierKind | None = None


class Opened(Protocol):
    """A file that has been read: what it asks, and the new file once that is answered."""

    @property
    def questions(self) -> Sequence[Question]:
        """Return what the file asks, in its order."""
        ...

    def written(self, answers: Sequence[str]) -> bytes:
        """Return the new file; there is one answer per question."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of this machine one file may take."""

    file_bytes: int = 50 * MEGABYTE
    entries: int = 2_000
    unpacked: int = 200 * MEGABYTE
    ratio: int = 100
    pages: int = 500
    letters: int = 2_000_000
    pixels: int = 50 * MEGABYTE
    values: int = 2_000_000
    memory: int = 2_000 * MEGABYTE
    seconds: int = 120


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is read: ``rules`` say what is done about a path (JSON, FHIR) or a column (CSV, Parquet).

    A rule is ``redact``, ``keep``, ``remove`` or the name of an identifier kind, which replaces the value whole.
    ``header`` says whether the first row of a CSV file names its columns.
    """

    rules: Mapping[str, str] = field(default_factory=dict)
    header: bool = True
    limits: Limits = Limits()


def labelled(kind: IdentifierKind, value: str) -> str:
    """Return what Safe Harbor lets stand: the year of an ISO date, an age up to 89, and else the kind: ``[NAME]``."""
    if kind is IdentifierKind.DATE and (year := _YEAR.match(value)):
        return f"[{kind.value}]" if tells_age(year[1]) else year[1]
    if kind is IdentifierKind.AGE and (age := _AGE.match(value)):
        return value if int(age[1]) <= _OLDEST else f"{_OLDEST + 1}+"
    return f"[{kind.value}]"


def tells_age(year: str) -> bool:
    """Return whether somebody born in ``year`` is over 89, an age that Safe Harbor lets nobody be told by."""
    return int(year) < date.today().year - _OLDEST
