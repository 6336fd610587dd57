"""Whether a number can be the result of a test: by its size, its unit and the way it is written."""

from __future__ import annotations

from dataclasses import dataclass

from epicrisis.domain.records import MeasurementKind
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.measurements.analytes import Facts, Named, facts_of
from epicrisis.engines.extraction.measurements.numbers import number_of
from epicrisis.engines.extraction.measurements.readings import Reading, Shape
from epicrisis.engines.extraction.measurements.units import Unit

# Written without a number that could be reckoned with: "3+", "1:160".
GRADED = (Shape.GRADE, Shape.TITRE)
# Written out of a whole: "0/10", "15/15".
_SCORES = {"gcs": "15", "mmse": "30", "pain": "10"}
# Read from a chart at twenty feet, and always written so: "20/40".
ACUITY, _FEET = "visual-acuity", "20"
# A name that means other things too is measured where it is written like that: "pain 7/10", not "pain 3 days ago".
_OUT_OF_TEN = "pain"


@dataclass(frozen=True, slots=True)
class Fit:
    """Which of its meanings a name has beside a number, that number, and its unit, where it has one."""

    analyte: str
    number: float
    unit: Unit | None


def fit_of(
    name: Named, reading: Reading, numeral: Span, low: str, language: str, *, shared: bool = False
) -> Fit | None:
    """Return which of its meanings ``name`` has beside ``numeral`` of a ``reading``, or ``None`` for none of them.

    A reading whose numerals are ``shared`` by several names may be written as a ratio: "Na/K 138/4.1".
    """
    for analyte in name.analytes:
        facts = facts_of(analyte)
        if facts.panel or not (shared or _is_written_so(analyte, facts, name, reading, low)):
            continue
        unit = None if reading.unit is None else reading.unit.of(facts.measures)
        if unit is None and (facts.united or not (reading.unit is None or _may_be_none(reading))):
            continue
        number = reading.total or number_for(low[numeral.start : numeral.end], language, facts)
        if number is not None and (reading.shape in GRADED or is_plausible(number, facts)):
            return Fit(analyte, number, unit)
    return None


def number_for(words: str, language: str, facts: Facts) -> float | None:
    """Return the number that ``words`` write of what ``facts`` tell of.

    A point before three digits is of thousands in Spanish, "IgM 2.300 mg/dl", unless only the decimal is plausible:
    "densidad 1.010".
    """
    counted = number_of(words, language, thousands=facts.thousands or (language == "es" and "." in words))
    if counted is not None and is_plausible(counted, facts):
        return counted
    return number_of(words, language)


def is_plausible(number: float, facts: Facts) -> bool:
    """Return whether what ``facts`` tell of can be ``number`` in any patient."""
    if facts.scales and not any(low <= number <= high for low, high in facts.scales.values()):
        return False
    return facts.plausible is None or facts.plausible[0] <= number <= facts.plausible[1]


def _may_be_none(reading: Reading) -> bool:
    """Return whether what looks like a unit may be a word of its own: the L of "3.2 L", and not the s of "70s"."""
    unit = reading.unit
    return unit is None or (unit.weak and unit.span.start > reading.numerals[-1].end)


def _is_written_so(analyte: str, facts: Facts, name: Named, reading: Reading, low: str) -> bool:
    if analyte == ACUITY:
        first = reading.numerals[0]
        return reading.shape is Shape.RATIO and low[first.start : first.end] == _FEET
    if reading.shape is Shape.RATIO:
        whole = reading.numerals[-1]
        return low[whole.start : whole.end] == _SCORES.get(analyte)
    if reading.shape in GRADED:
        return facts.kind is MeasurementKind.LAB
    if reading.shape in (Shape.FEET, Shape.POUNDS):
        return facts.measures == {"length" if reading.shape is Shape.FEET else "mass"}
    return analyte != _OUT_OF_TEN or not name.strict
