"""Vital signs that stand in a row with others and have no name but their unit: "BP 83/67 HR 122 36.4C"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from epicrisis.domain.records import MeasurementKind
from epicrisis.engines.extraction.measurements.analytes import facts_of
from epicrisis.engines.extraction.measurements.fits import is_plausible, number_for
from epicrisis.engines.extraction.measurements.moments import overlapping
from epicrisis.engines.extraction.measurements.paired import Paired
from epicrisis.engines.extraction.measurements.readings import Reading, Shape
from epicrisis.engines.extraction.measurements.sheets import Sheet

# What a number is that has a unit of theirs and no name: a temperature, "36.4C", or a pulse, "70 bpm".
_TOLD_BY_UNIT = {"temperature": "temperature", "rate": "heart-rate"}
# Between two vital signs of a row stand blanks and a comma, and no word.
_BESIDE = re.compile(r"[\s,;]*+")
_NEAR = 2


def unnamed_in(sheet: Sheet, known: Sequence[Paired]) -> list[Paired]:
    """Return the numbers of ``sheet`` that their unit names, in a row with the vital signs of ``known``."""
    values = sorted({pair.value for pair in known})
    vitals = [pair for pair in known if facts_of(pair.analyte).kind is MeasurementKind.VITAL]
    ends = {pair.value.end if pair.reading is None else pair.reading.span.end for pair in vitals}
    starts = {pair.name.start for pair in vitals}
    found: list[Paired] = []
    for reading in sheet.readings:
        if overlapping(values, reading.span) or not _is_in_row(sheet, reading, starts, ends):
            continue
        paired = _paired(sheet, reading)
        if paired is not None:
            found.append(paired)
            ends.add(reading.span.end)
    return found


def _is_in_row(sheet: Sheet, reading: Reading, starts: set[int], ends: set[int]) -> bool:
    start, end = reading.span.start, reading.span.end
    behind = any(start - far in ends and _BESIDE.fullmatch(sheet.low, start - far, start) for far in range(_NEAR + 1))
    return behind or any(
        end + far in starts and _BESIDE.fullmatch(sheet.low, end, end + far) for far in range(_NEAR + 1)
    )


def _paired(sheet: Sheet, reading: Reading) -> Paired | None:
    unit = None if reading.unit is None else reading.unit.of(_TOLD_BY_UNIT)
    if unit is None or reading.shape is not Shape.ONE:
        return None
    analyte = _TOLD_BY_UNIT[unit.measures]
    facts, numeral = facts_of(analyte), reading.numerals[0]
    number = number_for(sheet.low[numeral.start : numeral.end], sheet.language, facts)
    if number is None or not is_plausible(number, facts):
        return None
    return Paired(reading.span, analyte, reading.span, reading, number, unit, sure=False)
