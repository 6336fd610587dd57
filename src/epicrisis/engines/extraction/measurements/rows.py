"""Numbers that stand in a row, and those that tell how long something went on and are no results."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import word_lists
from epicrisis.engines.extraction.measurements.analytes import Named
from epicrisis.engines.extraction.measurements.moments import overlapping
from epicrisis.engines.extraction.measurements.readings import Reading
from epicrisis.text.phrases import alternatives

# The longest that stands between two of a row: ", and ".
LONGEST_AND = 7
# What a number of these units tells is how long something went on.
_LASTING = frozenset({"duration"})


def is_row(low: str, start: int, end: int, language: str) -> bool:
    """Return whether nothing but a comma, a slash or an "and" stands between two places of ``low``."""
    return end - start <= LONGEST_AND and _row(language).fullmatch(low, start, end) is not None


def lasting_in(low: str, readings: Sequence[Reading], language: str) -> list[Span]:
    """Return, in order, the ``readings`` that tell how long: "for 24 hours", "at 1 and 5 minutes"."""
    found: list[Span] = []
    row: list[Reading] = []
    for reading in readings:
        if row and not (row[-1].unit is None and is_row(low, row[-1].span.end, reading.span.start, language)):
            row.clear()
        row.append(reading)
        if reading.unit is not None and reading.unit.of(_LASTING) is not None:
            found.extend(each.span for each in row)
            row.clear()
    return found


def apart_from_units(names: Iterable[Named], readings: Sequence[Reading]) -> list[Named]:
    """Return the ``names`` that are no part of a longer unit: the K of "12.3 K/uL" is no potassium."""
    units = [reading.unit.span for reading in readings if reading.unit is not None]
    return [name for name in names if not _is_part(name.span, units)]


def _is_part(name: Span, units: Sequence[Span]) -> bool:
    at = bisect_left(units, name.end, key=lambda unit: unit.end)
    return at < len(units) and len(units[at]) > len(name) and units[at].contains(name)


def apart_from(taken: Sequence[Span], readings: Sequence[Reading]) -> Iterator[Reading]:
    """Yield the ``readings`` that share nothing with names and moments; the K of "Na 138 K 4.1" is no unit."""
    for reading in readings:
        if not overlapping(taken, reading.span):
            yield reading
        elif reading.unit is not None and not overlapping(taken, reading.without_unit):
            yield replace(reading, unit=None, span=reading.without_unit)


@cache
def _row(language: str) -> re.Pattern[str]:
    words = alternatives(word_lists("measurements", language)["and"])
    return re.compile(rf"\s?(?:,\s?(?:{words})|,|{words}|&|/)\s?")
