"""The units behind numbers, as notes write them, and what UCUM calls them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from epicrisis.domain.spans import Span
from epicrisis.errors import InvalidWordList
from epicrisis.text.phrases import folded

# Behind "3.2 L" and "98.6 in" a letter may be a flag or a word of its own, so these are units only where one is due.
_WEAK_LETTERS = 2
_STRONG = frozenset({"cm", "mg", "mm", "ms"})

FILE = "units.toml"

_BLANKS = r"[^\S\n]?"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit in UCUM, and what it measures: the name of its table in ``units.toml``."""

    ucum: str
    measures: str


@dataclass(frozen=True, slots=True)
class WrittenUnit:
    """A unit where it stands in a text; "mm" may be a pressure or a sedimentation rate, so it can be several."""

    span: Span
    units: tuple[Unit, ...]
    weak: bool

    def of(self, measures: Collection[str]) -> Unit | None:
        """Return the one that measures any of ``measures``, or ``None``."""
        return next((unit for unit in self.units if unit.measures in measures), None)


def unit_at(low: str, at: int) -> WrittenUnit | None:
    """Return the unit that begins at ``at`` of ``low``, a folded text, or one blank behind; the longest there is."""
    match = _pattern().match(low, at)
    if match is None:
        return None
    words = match.group("unit")
    start, end = match.span("unit")
    return WrittenUnit(Span(start, end), _units()[_key(words)], len(words) <= _WEAK_LETTERS and words not in _STRONG)


def ucum_of(words: str) -> tuple[Unit, ...]:
    """Return what the unit ``words``, written in any way a note does, may be in UCUM; nothing where it is not known."""
    return _units().get(_key(folded(words.strip())), ())


def measured_by(ucum: str) -> str | None:
    """Return what the UCUM unit ``ucum`` measures, or ``None`` for one that no note was seen to use."""
    return _measures().get(ucum)


@cache
def unit_tables() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """Return the units by what they measure, each UCUM unit with the ways notes write it.

    Raises:
        InvalidWordList: the file does not say its source, or a list is not sorted or repeats itself.
    """
    content = tomllib.loads((files(__package__) / FILE).read_text(encoding="utf-8"))
    if not content.pop("source", ""):
        raise InvalidWordList(f"{FILE}: no `source`; say where the words come from.")
    for units in content.values():
        for ucum, forms in units.items():
            if list(forms) != sorted(set(forms)):
                raise InvalidWordList(f"{FILE}: `{ucum}` is not sorted; keep it sorted, each form once.")
    return content


@cache
def _table() -> tuple[tuple[str, Unit], ...]:
    return tuple(
        (folded(form), Unit(ucum, measures))
        for measures, units in unit_tables().items()
        for ucum, forms in units.items()
        for form in forms
    )


@cache
def _units() -> dict[str, tuple[Unit, ...]]:
    units: dict[str, tuple[Unit, ...]] = {}
    for form, unit in _table():
        key = _key(form)
        if unit not in units.get(key, ()):
            units[key] = (*units.get(key, ()), unit)
    return units


@cache
def _measures() -> dict[str, str]:
    measures: dict[str, str] = {}
    for _, unit in _table():
        measures.setdefault(unit.ucum, unit.measures)
    return measures


@cache
def _pattern() -> re.Pattern[str]:
    forms = sorted({form for form, _ in _table()}, key=lambda form: (-len(form), form))
    spelled = "|".join(_spelled(form) for form in forms)
    return re.compile(rf"{_BLANKS}(?P<unit>{spelled})")


def _spelled(form: str) -> str:
    pieces = [rf"{_BLANKS}/{_BLANKS}".join(map(re.escape, word.split("/"))) for word in form.split(" ")]
    end = r"(?!\w)" if form[-1].isalnum() else ""
    return r"[\s-]".join(pieces) + end


def _key(form: str) -> str:
    """Return ``form`` without its blanks and hyphens, by which it is looked up."""
    return re.sub(r"[\s-]", "", form)
