"""Numbers as notes write results: "126/80", "4-5", "> 2,000", "98.4 degrees F", "12.300/mm3", "5 feet 9 inches"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import word_lists
from epicrisis.engines.extraction.measurements.comparators import compared
from epicrisis.engines.extraction.measurements.units import WrittenUnit, unit_at
from epicrisis.text.phrases import alternatives, folded

# Thousands whose comma a page took for a line break ("288,\n000") are one number too.
_NUMERAL = re.compile(r"\d{1,3}(?:,\d{3})*,?\n000(?!\d|\.\d)|\d+(?:[.,]\d+)*|(?<![\d.])\.\d+")
_SLASH = r"[^\S\n]?/[^\S\n]?(?=\d|\.\d)"
_PLUS = re.compile(r"[^\S\n]?\+(?:[^\S\n]?/[^\S\n]?4\b)?")
# The number of an item of a list: "INR.\n4. Coronary artery disease".
_LISTED = re.compile(r"(?m:^)\d{1,2}[.)]\s")
# "189-1/2 pounds", "5-1/2".
_HALVES = re.compile(r"[\s-](?P<part>[13])/(?P<whole>[24])(?![\d/])")
_DECADE = re.compile(r"\d{1,2}0'?s(?![\w'])")
# "20/25-3": of the line of a chart three letters were not read.
_CHART = re.compile(r"20/(?P<line>\d{2,3})[^\S\n]?[+-]\d(?![\d/])")
_COLON = re.compile(r":(?=\d)")
_LENGTH = re.compile(
    r"[^\S\n-]?(?:'|feet|foot|ft\.?)[^\S\n]?,?[^\S\n]?(?:and[^\S\n])?(?P<rest>\d{1,2}(?:\.\d+)?)"
    r"(?:[\s-](?P<part>[13])/(?P<whole>[24])(?![\d/]))?"
    r"(?:[^\S\n-]?(?P<unit>inches|inch|in)\b|\"|'')?"
)
_WEIGHT = re.compile(
    r"[^\S\n-]?(?P<unit>pounds?|lbs?)\.?[^\S\n]?,?[^\S\n]?(?:and[^\S\n])?(?P<rest>\d{1,2}(?:\.\d+)?)"
    r"[^\S\n-]?(?:ounces?|ozs?)\b"
)
_INCHES, _OUNCES = 12, 16
# How far before it "down from" may begin, or "ranging from".
_TOLD = 16


class Shape(StrEnum):
    """How a number is written."""

    ONE = "one"
    RATIO = "ratio"
    RANGE = "range"
    GRADE = "grade"
    TITRE = "titre"
    DECADES = "decades"
    FEET = "feet and inches"
    POUNDS = "pounds and ounces"


@dataclass(frozen=True, slots=True)
class Reading:
    """A result in numbers: all of its words, its numerals, the unit behind them and the comparator before them.

    ``total`` is there for what two numbers make together: 69 inches of "5 feet 9 inches", 189.5 of "189-1/2".
    """

    span: Span
    shape: Shape
    numerals: tuple[Span, ...]
    unit: WrittenUnit | None = None
    comparator: str | None = None
    total: float | None = None

    @property
    def without_unit(self) -> Span:
        """Return its words up to its last numeral."""
        return Span(self.span.start, self.numerals[-1].end)


def readings_in(low: str, language: str) -> list[Reading]:
    """Return what ``low``, a folded text, writes in numbers, in its order; dates and identifiers are among them."""
    found: list[Reading] = []
    at = 0
    while (match := _NUMERAL.search(low, at)) is not None:
        reading = _reading(low, Span(*match.span()), language)
        if reading is None:
            at = match.end()
            continue
        found.append(reading)
        at = reading.span.end
    return found


def _reading(low: str, numeral: Span, language: str) -> Reading | None:
    if _is_inside(low, numeral.start) or _LISTED.match(low, numeral.start):
        return None
    made = (
        _of_two_units(low, numeral)
        or _in_decades(low, numeral, language)
        or _with_halves(low, numeral)
        or _of_a_chart(low, numeral)
    )
    if made is not None:
        return made
    numerals, shape, end = _shaped(low, numeral, language)
    unit = unit_at(low, end)
    if unit is not None and shape is Shape.ONE:
        numerals, shape, end, unit = _second_with_unit(low, numerals, unit, language)
    end = end if unit is None else unit.span.end
    if unit is None and not _is_over(low, end):
        return None
    start, comparator = compared(low, numeral.start, language)
    if start == numeral.start and start and low[start - 1] == "+":
        start, shape = start - 1, Shape.GRADE
    return Reading(Span(start, end), shape, numerals, unit, comparator)


def _is_inside(low: str, start: int) -> bool:
    """Return whether a numeral at ``start`` goes on with something: the 2 of "T2", the 19 of "x.19" or "#19"."""
    if not start:
        return False
    before = low[start - 1]
    if before in ".,/:\\" and start > 1 and low[start - 2].isdigit():
        return True
    return before in "_#" or (before.isalpha() and not (start > 1 and low[start - 2].isalpha()))


def _is_over(low: str, end: int) -> bool:
    """Return whether nothing goes on with a number that ends at ``end``: a word, a clock, an age."""
    rest = low[end : end + 2]
    return not (rest[:1].isalnum() or rest[:1] == "_" or (rest[:1] in "-:./" and rest[1:].isalnum()))


def _shaped(low: str, numeral: Span, language: str) -> tuple[tuple[Span, ...], Shape, int]:
    if (margin := _margin(language).match(low, numeral.end)) is not None:
        return (numeral,), Shape.ONE, margin.end()
    if (grade := _PLUS.match(low, numeral.end)) is not None:
        return (numeral,), Shape.GRADE, grade.end()
    if _COLON.match(low, numeral.end):
        second = _NUMERAL.match(low, numeral.end + 1)
        if second is not None:
            return (numeral, Span(*second.span())), Shape.TITRE, second.end()
    numerals = _row(low, numeral, _whole(language))
    if len(numerals) > 1:
        return numerals, Shape.RATIO, numerals[-1].end
    if _from(language).search(low, max(0, numeral.start - _TOLD), numeral.start):
        return (numeral,), Shape.ONE, numeral.end
    numerals = _row(low, numeral, _range(language))
    return numerals, Shape.RANGE if len(numerals) > 1 else Shape.ONE, numerals[-1].end


def _row(low: str, numeral: Span, between: re.Pattern[str]) -> tuple[Span, ...]:
    numerals = [numeral]
    while (mark := between.match(low, numerals[-1].end)) is not None:
        following = _NUMERAL.match(low, mark.end())
        if following is None:
            break
        numerals.append(Span(*following.span()))
    return tuple(numerals)


def _second_with_unit(
    low: str, numerals: tuple[Span, ...], unit: WrittenUnit, language: str
) -> tuple[tuple[Span, ...], Shape, int, WrittenUnit | None]:
    """Return both numbers of "25% to 30%", or the one there is."""
    mark = _range(language).match(low, unit.span.end)
    second = None if mark is None else _NUMERAL.match(low, mark.end())
    if second is not None:
        behind = unit_at(low, second.end())
        if behind is not None and behind.units == unit.units:
            return (*numerals, Span(*second.span())), Shape.RANGE, second.end(), behind
    return numerals, Shape.ONE, numerals[-1].end, unit


def _of_two_units(low: str, numeral: Span) -> Reading | None:
    for pattern in (_LENGTH, _WEIGHT):
        match = pattern.match(low, numeral.end)
        if match is None:
            continue
        rest = Span(*match.span("rest"))
        first, second = float(low[numeral.start : numeral.end].replace(",", ".")), float(low[rest.start : rest.end])
        if pattern is _LENGTH and match["part"] is not None:
            second += int(match["part"]) / int(match["whole"])
        total = first * _INCHES + second if pattern is _LENGTH else first + second / _OUNCES
        unit = None if match["unit"] is None else unit_at(low, match.start("unit"))
        shape = Shape.FEET if pattern is _LENGTH else Shape.POUNDS
        return Reading(Span(numeral.start, match.end()), shape, (numeral, rest), unit, None, total)
    return None


def _in_decades(low: str, numeral: Span, language: str) -> Reading | None:
    """Return "80s" of "in the 80s", "60s-70s", "100s to 120s"; "30s" alone may be seconds."""
    first = _DECADE.match(low, numeral.start)
    if first is None:
        return None
    mark = _range(language).match(low, first.end())
    second = None if mark is None else _DECADE.match(low, mark.end())
    if second is None and _within(language).search(low, max(0, first.start() - _TOLD), first.start()) is None:
        return None
    return Reading(Span(first.start(), (second or first).end()), Shape.DECADES, (numeral,))


def _of_a_chart(low: str, numeral: Span) -> Reading | None:
    match = _CHART.match(low, numeral.start)
    return None if match is None else Reading(Span(*match.span()), Shape.RATIO, (numeral, Span(*match.span("line"))))


def _with_halves(low: str, numeral: Span) -> Reading | None:
    match = _HALVES.match(low, numeral.end)
    if match is None or not low[numeral.start : numeral.end].isdigit():
        return None
    unit = unit_at(low, match.end())
    total = int(low[numeral.start : numeral.end]) + int(match["part"]) / int(match["whole"])
    end = match.end() if unit is None else unit.span.end
    return Reading(Span(numeral.start, end), Shape.ONE, (numeral,), unit, total=total)


@cache
def _range(language: str) -> re.Pattern[str]:
    words = alternatives(word_lists("measurements", language)["between"])
    return re.compile(rf"[^\S\n]?[-–—][^\S\n]?(?=\d|\.\d)|[^\S\n](?:{words})[^\S\n](?=\d|\.\d)")


@cache
def _whole(language: str) -> re.Pattern[str]:
    """Return what stands between the two numbers of "120/80", "120 over 80" and "7 out of 10"."""
    words = alternatives(word_lists("measurements", language)["out-of"])
    return re.compile(rf"{_SLASH}|[^\S\n](?:{words})[^\S\n](?=\d)")


@cache
def _from(language: str) -> re.Pattern[str]:
    """Return what says that two results follow, "down from 20,000 to 12.5", and no range, "ranging from 20 to 30"."""
    lists = word_lists("measurements", language)
    ranging = "".join(rf"(?<!{re.escape(folded(word))} )" for word in lists["ranging"])
    return re.compile(rf"{ranging}(?<!\w)(?:{alternatives(lists['from'])}) $")


@cache
def _within(language: str) -> re.Pattern[str]:
    """Return what stands before a decade: "in the 80s", "mid 90s"."""
    return re.compile(rf"(?<!\w)(?:{alternatives(word_lists('measurements', language)['decades'])})[\s-]$")


@cache
def _margin(language: str) -> re.Pattern[str]:
    """Return what tells how far off a number may be: "3249 plus or minus 396 g"."""
    words = alternatives(word_lists("measurements", language)["margins"])
    return re.compile(rf"[^\S\n]?(?:{words})[^\S\n]?\d+(?:\.\d+)?")


def first_from(readings: Sequence[Reading], at: int) -> int:
    """Return the number of the first of ``readings`` that begins at ``at`` or later."""
    return bisect_left(readings, at, key=lambda reading: reading.span.start)
