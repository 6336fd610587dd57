"""Dates as they are written in notes, in English and Spanish: what each of them says, and where it says it.

What is not wholly understood is none: "3-5 March" has a day that would stay behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

# In the order of the year and of the week, so no lists of the kind that is kept sorted.
MONTHS = {
    "en": ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
           "december"),
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
           "noviembre", "diciembre"),
}  # fmt: skip
WEEKDAYS = {
    "en": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
# Ways to write them that are not their first three letters.
_ALSO_MONTHS = {
    "en": {"sept": "september"},
    "es": {"set": "septiembre", "setiembre": "septiembre", "sept": "septiembre"},
}
_ALSO_WEEKDAYS = {
    "en": {"tues": "tuesday", "weds": "wednesday", "thur": "thursday", "thurs": "thursday"},
    "es": {"mie": "miércoles", "miercoles": "miércoles", "sab": "sábado", "sabado": "sábado"},
}

# No identifier is longer than a few dates in a row; what is, is none we understand.
_LONGEST = 120
CENTURY = 100

_TIME = re.compile(
    r"T?\b(?:[01]?[0-9]|2[0-4])[:.h][0-5][0-9](?:[:.][0-5][0-9](?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?\b"
    r"|(?<=[0-9])T[0-2][0-9]:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"(?:[\s,;:()./\u2013\u2014-]|\b(?:a|al|am|and|at|de|del|desde|el|entre|from|h|hasta|hours|hrs?|in|la|las|los|m|of|on"
    r"|p|pm|the|through|to|until|y|between|a las|hs|horas)\b)*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date as it is written: what is said of it, and each part of it with the place it stands at."""

    match: re.Match[str]
    year: int | None
    month: int | None
    day: int | None
    weekday: int | None = None


def dates_in(text: str, language: str, this_year: int) -> list[WrittenDate] | None:
    """Return the dates that make up ``text``, or ``None`` where anything else is left.

    A year of two digits is none after ``this_year``.
    """
    if len(text) > _LONGEST:
        return None
    found, left, done = [], [], 0
    while (each := _first(text, done, language, this_year)) is not None:
        left.append(text[done : each.match.start()])
        found.append(each)
        done = each.match.end()
    left.append(text[done:])
    if not all(map(_apart, found, found[1:], left[1:])):
        return None
    # Read apart from each other, or what stands on both sides of a date would make a word.
    rest = [_TIME.sub(" ", piece) for piece in _with_context(left)]
    return found if found and all(_BESIDE.fullmatch(piece) for piece in rest) else None


def _apart(one: WrittenDate, other: WrittenDate, gap: str) -> bool:
    """Return whether ``gap`` keeps two dates apart; side by side, only a weekday and a date make sense."""
    return not gap.isspace() or one.weekday is not None or other.weekday is not None


def _with_context(left: list[str]) -> Iterator[str]:
    for number, piece in enumerate(left):
        # "2019-03-04T10:00": the T of a time stands behind a digit.
        yield piece[1:] if number and re.match(r"T[0-9]", piece) else piece


def _first(text: str, start: int, language: str, this_year: int) -> WrittenDate | None:
    """Return the first date from ``start`` on; of several that begin there, the longest."""
    matches = [match for form in _FORMS[language] if (match := form.search(text, start)) is not None]
    for match in sorted(matches, key=lambda match: (match.start(), -match.end())):
        read = _read(match, language, this_year)
        if read is not None:
            return read
    return None


def _read(match: re.Match[str], language: str, this_year: int) -> WrittenDate | None:
    said = {key: value for key, value in match.groupdict().items() if value is not None}
    if "weekday" in said:
        weekday = _place(WEEKDAYS, _ALSO_WEEKDAYS, language, said["weekday"])
        return None if weekday is None else WrittenDate(match, None, None, None, weekday)
    month = int(said["month"]) if "month" in said else None
    if "name" in said:
        place = _place(MONTHS, _ALSO_MONTHS, language, said["name"])
        if place is None:
            return None
        month = place + 1
    day = int(said["day"]) if "day" in said else None
    year = _year(said["year"], this_year) if "year" in said else None
    if month is not None and not 1 <= month <= 12:
        return None
    if day is not None and not 1 <= day <= 31:
        return None
    return WrittenDate(match, year, month, day)


def _year(digits: str, this_year: int) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    century = this_year - this_year % CENTURY
    return century + year if century + year <= this_year else century - CENTURY + year


def _place(
    names: Mapping[str, Sequence[str]], also: Mapping[str, Mapping[str, str]], language: str, written: str
) -> int | None:
    small = also[language].get(written.casefold(), written.casefold())
    return next((place for place, name in enumerate(names[language]) if name[: len(small)] == small), None)


def _any_of(names: Sequence[str], also: Mapping[str, str]) -> str:
    # The longest first, or "mar" would be all that is read of "march".
    return "|".join(sorted({*names, *(name[:3] for name in names), *also}, key=lambda name: (-len(name), name)))


_NAMES = {
    language: rf"(?P<name>{_any_of(MONTHS[language], _ALSO_MONTHS[language])})(?![^\W\d_])" for language in MONTHS
}
_DAYS_OF_WEEK = {
    language: rf"\b(?P<weekday>{_any_of(WEEKDAYS[language], _ALSO_WEEKDAYS[language])})(?![^\W\d_])"
    for language in WEEKDAYS
}
_YEAR, _SHORT = r"(?P<year>[0-9]{4})", r"(?P<year>[0-9]{4}|[0-9]{2})"
_MONTH, _DAY = r"(?P<month>[0-9]{1,2})", r"(?P<day>[0-9]{1,2})"
_NTH, _START, _END = r"(?P<th>st|nd|rd|th|\.?[ºª°])?", r"(?<![0-9])", r"(?![0-9])"
_GAP = r"(?:\s?(?P<s>[-/.])\s?|\s{1,3}(?:(?:de|of|day\s+of)\s{1,3})?)"
_BEHIND = r"(?:\s{0,3}[-/.,]\s{0,3}|\s{1,3}(?:(?:de|del|of|de\s+el|in)\s{1,3})?)'?"

_YEAR_MONTH_DAY = re.compile(rf"{_START}{_YEAR}(?P<s>[-/.]){_MONTH}(?P=s){_DAY}{_END}", re.IGNORECASE)
_EIGHT_DIGITS = re.compile(
    rf"{_START}(?P<year>(?:19|20)[0-9]{{2}})(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}}){_END}", re.IGNORECASE
)
_YEAR_MONTH = re.compile(rf"{_START}{_YEAR}(?P<s>[-/]){_MONTH}{_END}", re.IGNORECASE)
_MONTH_DAY_YEAR = re.compile(rf"{_START}{_MONTH}\s?(?P<s>[-/.])\s?{_DAY}\s?(?P=s)\s?{_SHORT}{_END}", re.IGNORECASE)
_DAY_MONTH_YEAR = re.compile(rf"{_START}{_DAY}\s?(?P<s>[-/.])\s?{_MONTH}\s?(?P=s)\s?{_SHORT}{_END}", re.IGNORECASE)
_MONTH_YEAR = re.compile(rf"{_START}{_MONTH}\s?[-/.]\s?{_YEAR}{_END}", re.IGNORECASE)
_MONTH_DAY = re.compile(rf"{_START}{_MONTH}[-/.]{_DAY}{_END}", re.IGNORECASE)
_DAY_MONTH = re.compile(rf"{_START}{_DAY}[-/.]{_MONTH}{_END}", re.IGNORECASE)
_YEAR_ALONE = re.compile(r"(?<![0-9])(?P<year>(?:18|19|20)[0-9]{2})(?![0-9])")

# What stands on either side of the name of a month.
_BEFORE = rf"{_START}{_DAY}{_NTH}{_GAP}"
_MAYBE_YEAR = rf"\.?(?:{_BEHIND}{_SHORT})?{_END}"
_THEN_DAY = rf"\.?\s{{0,3}}{_DAY}{_NTH}(?:(?:\s{{0,3}},\s{{0,3}}|\s{{1,3}}(?:of\s{{1,3}})?)'?{_YEAR})?{_END}"
_THEN_YEAR = rf"\.?(?:{_BEHIND}|\s?,?\s?){_YEAR}{_END}"
_THEN_SHORT = rf"\.?(?:[-/]|\s'){_SHORT}{_END}"

_WORDS_EN = (
    re.compile(_BEFORE + _NAMES["en"] + _MAYBE_YEAR, re.IGNORECASE),
    re.compile(_START + _NAMES["en"] + _THEN_DAY, re.IGNORECASE),
    re.compile(_START + _NAMES["en"] + _THEN_YEAR, re.IGNORECASE),
    re.compile(_START + _NAMES["en"] + _THEN_SHORT, re.IGNORECASE),
    re.compile(_DAYS_OF_WEEK["en"], re.IGNORECASE),
    re.compile(r"\b" + _NAMES["en"], re.IGNORECASE),
)
_WORDS_ES = (
    re.compile(_BEFORE + _NAMES["es"] + _MAYBE_YEAR, re.IGNORECASE),
    re.compile(_START + _NAMES["es"] + _THEN_DAY, re.IGNORECASE),
    re.compile(_START + _NAMES["es"] + _THEN_YEAR, re.IGNORECASE),
    re.compile(_START + _NAMES["es"] + _THEN_SHORT, re.IGNORECASE),
    re.compile(_DAYS_OF_WEEK["es"], re.IGNORECASE),
    re.compile(r"\b" + _NAMES["es"], re.IGNORECASE),
)
# Each language's own order of day and month goes first, and the other behind it, for whoever writes 25/12/2019 in
# English.
_FORMS = {
    "en": (
        _YEAR_MONTH_DAY, _EIGHT_DIGITS, _YEAR_MONTH, _MONTH_DAY_YEAR, _DAY_MONTH_YEAR, _MONTH_YEAR, _MONTH_DAY,
        _DAY_MONTH, *_WORDS_EN, _YEAR_ALONE,
    ),
    "es": (
        _YEAR_MONTH_DAY, _EIGHT_DIGITS, _YEAR_MONTH, _DAY_MONTH_YEAR, _MONTH_DAY_YEAR, _MONTH_YEAR, _DAY_MONTH,
        _MONTH_DAY, *_WORDS_ES, _YEAR_ALONE,
    ),
}  # fmt: skip
