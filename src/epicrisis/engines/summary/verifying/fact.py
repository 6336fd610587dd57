"""One thing of a record, as sentences are held against it."""

from __future__ import annotations

from dataclasses import dataclass

from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import Source
from epicrisis.domain.records import Quantity
from epicrisis.engines.summary.verifying.lexicon import Cue
from epicrisis.engines.summary.verifying.naming import Name
from epicrisis.engines.summary.verifying.tokens import plain_unit, stems

Number = tuple[float, str]
"""A value and its unit."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A result and its day."""

    value: float
    unit: str
    day: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing of the record.

    ``required`` are groups of cues: a sentence that names it must have one of each. ``allowed`` are those it may have.
    ``words`` are words of the record that may stand beside it, ``reasons`` the names of what it is there for.
    """

    names: frozenset[Name]
    sources: tuple[Source, ...]
    required: tuple[frozenset[Cue], ...] = ()
    allowed: frozenset[Cue] = frozenset()
    numbers: tuple[Number, ...] = ()
    readings: tuple[Reading, ...] = ()
    starts: frozenset[str] = frozenset()
    ends: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    reasons: frozenset[Name] = frozenset()
    kin: frozenset[str] = frozenset()


def number_of(quantity: Quantity) -> Number:
    """Return the number and the unit of ``quantity``."""
    return quantity.value, unit_of(quantity)


def unit_of(quantity: Quantity) -> str:
    """Return the unit of ``quantity`` as it can be compared."""
    return plain_unit(quantity.unit or quantity.ucum or "")


def days(*moments: Moment | None) -> frozenset[str]:
    """Return ``moments`` as exactly as they were told, those that are."""
    return frozenset(str(moment) for moment in moments if moment is not None)


def words_of(*told: str) -> frozenset[str]:
    """Return the words of what is ``told``, as stems."""
    return frozenset(stem for each in told for stem in stems(each))
