"""One unit in terms of another, exactly: mg/dL in g/L, degrees Fahrenheit in Celsius, moles in grams."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from epicrisis.domain.records import Quantity
from epicrisis.engines.extraction.measurements.units import ucum_of
from epicrisis.errors import InvalidWordList

FILE = "units.toml"

_MASS, _MOLES, _EQUIVALENTS = "mass-concentration", "substance-concentration", "equivalents"
# What UCUM puts in braces says nothing of the size: "{beats}/min", "ng/mL{FEU}".
_NOTE = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Scale:
    """A unit: what it measures, how much one of it is there, and what it shows where that shows nothing."""

    measures: str
    size: float
    zero: float = 0.0


@dataclass(frozen=True, slots=True)
class Substance:
    """What tells grams, moles and equivalents of one substance apart: grams a mole, equivalents a mole."""

    mass: float | None = None
    valence: int | None = None


def unit_of(quantity: Quantity) -> str:
    """Return the unit of ``quantity`` in UCUM where it is known, or as it is written; nothing where it has none."""
    return quantity.ucum or quantity.unit or ""


def measured(unit: str, substance: Substance = Substance()) -> str:
    """Return what ``unit`` measures, the same for all units that can be told in each other; itself where unknown."""
    scale = scale_of(unit)
    if scale is None:
        return _NOTE.sub("", unit)
    if (scale.measures == _MASS and substance.mass) or (scale.measures == _EQUIVALENTS and substance.valence):
        return _MOLES
    return scale.measures


def told_in(value: float, unit: str, other: str, substance: Substance = Substance()) -> float | None:
    """Return ``value`` of ``unit`` in the unit ``other``, or ``None`` where one cannot be told in the other."""
    if unit == other:
        return value
    here, there = scale_of(unit), scale_of(other)
    if here is None or there is None:
        return value if _NOTE.sub("", unit) == _NOTE.sub("", other) else None
    if measured(unit, substance) != measured(other, substance):
        return None
    amount = (value - here.zero) * here.size * _weight(there, substance) / _weight(here, substance)
    return amount / there.size + there.zero


@cache
def scale_of(unit: str) -> Scale | None:
    """Return what is known of ``unit``, in UCUM or as people write it; ``None`` where it is not known."""
    table = _scales()
    # UCUM writes an international unit in two ways.
    unit = unit.replace("[IU]", "[iU]")
    bare = _NOTE.sub("", unit)
    found = table.get(unit) or table.get(bare)
    if found is not None:
        return found
    return next((table[each.ucum] for each in ucum_of(bare) if each.ucum in table), None)


def unit_file() -> Mapping[str, Any]:
    """Return the units as their file has them.

    Raises:
        InvalidWordList: it does not say its source, a size is no positive number, or a unit stands in two tables.
    """
    content = tomllib.loads((files(__package__) / FILE).read_text(encoding="utf-8"))
    if not content.pop("source", ""):
        raise InvalidWordList(f"{FILE}: no `source`; say where the sizes come from.")
    seen: set[str] = set()
    for table, units in content.items():
        for unit, size in units.items():
            if not (isinstance(size, float) and size > 0):
                raise InvalidWordList(f"{FILE}: `{unit}` of `{table}` needs a positive number with a point.")
            if table != "zero" and unit in seen:
                raise InvalidWordList(f"{FILE}: `{unit}` stands in two tables; keep the one it belongs to.")
            seen.add(unit)
    return content


def _weight(scale: Scale, substance: Substance) -> float:
    """Return how much of the scale's first unit one mole is."""
    if scale.measures == _MASS and substance.mass:
        return substance.mass
    if scale.measures == _EQUIVALENTS and substance.valence:
        return substance.valence
    return 1.0


@cache
def _scales() -> Mapping[str, Scale]:
    content = dict(unit_file())
    zeros = content.pop("zero")
    return {
        unit: Scale(table, size, zeros.get(unit, 0.0))
        for table, units in content.items()
        for unit, size in units.items()
    }
