"""Dates moved by days in the form they are written in, or told by their years."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from epicrisis.engines.privacy.written_dates import CENTURY, MONTHS, WEEKDAYS, WrittenDate, dates_in

# Without their accents, and in an older spelling, they are whole words all the same.
_ALSO_WHOLE = ("miercoles", "sabado", "setiembre")


def shifted(text: str, days: int, *, language: str, year: int, this_year: int) -> str | None:
    """Return ``text`` with every date in it ``days`` later, each in the form it has; ``None`` if it is none we know.

    A date without a year is read as one of ``year``; one with two digits of it is no later than ``this_year``.
    """
    language = _known(language)
    found = dates_in(text, language, this_year)
    if found is None:
        return None
    pieces, done = [], 0
    for each in found:
        moved = _moved(each, days, language, year)
        if moved is None:
            return None
        pieces += [text[done : each.match.start()], moved]
        done = each.match.end()
    return "".join([*pieces, text[done:]])


def years_of(text: str, *, language: str, this_year: int) -> list[int] | None:
    """Return the years that ``text`` tells, in their order, or ``None`` if it is no date we know."""
    found = dates_in(text, _known(language), this_year)
    return None if found is None else [each.year for each in found if each.year is not None]


def _known(language: str) -> str:
    return language if language in MONTHS else "en"


def _moved(written: WrittenDate, days: int, language: str, year: int) -> str | None:
    if written.weekday is not None:
        name = WEEKDAYS[language][(written.weekday + days) % 7]
        return _put(written.match, {"weekday": lambda was: _as(was, name, language)})
    before = _day(written, year)
    if before is None:
        return None
    try:
        after = before + timedelta(days=days)
    except OverflowError:
        return None
    both = _two_digits(written.match)
    # 31-Dec-2019 is followed by 01-Jan-2020, and "December 31" by "January 1".
    tight = bool(written.match.groupdict().get("s"))
    return _put(
        written.match,
        {
            "year": lambda was: f"{after.year % CENTURY:02d}" if len(was) == 2 else f"{after.year:04d}",
            "month": lambda was: f"{after.month:02d}" if both or was.startswith("0") else str(after.month),
            "name": lambda was: _as(was, MONTHS[language][after.month - 1], language, tight=tight),
            "day": lambda was: (
                f"{after.day:02d}" if both or was.startswith("0") or (tight and len(was) == 2) else str(after.day)
            ),
            "th": lambda was: _as_case(was, _ordinal(after.day)) if was.isalpha() and was.isascii() else was,
        },
    )


def _day(written: WrittenDate, year: int) -> date | None:
    """Return the day meant; the middle of a month, or of a year, where nothing finer is said."""
    month = written.month or 7
    day = written.day or (15 if written.month else 1)
    years = [written.year] if written.year is not None else [year, *range(year + 1, year + 9)]
    for each in years:
        try:
            return date(each, month, day)
        except ValueError:
            # 29 February without a year: of the next year that has one.
            continue
    return None


def _put(match: re.Match[str], parts: Mapping[str, Callable[[str], str]]) -> str:
    """Return what ``match`` found with each of ``parts`` written anew, and whatever stands between as it was."""
    places = sorted((match.span(name), name) for name in parts if match.re.groupindex.get(name) and match[name])
    pieces, done = [], match.start()
    for (start, end), name in places:
        pieces += [match.string[done:start], parts[name](match[name])]
        done = end
    return "".join([*pieces, match.string[done : match.end()]])


def _two_digits(match: re.Match[str]) -> bool:
    """Return whether day and month are both written with two digits, as in 12/25/2019: they stay so."""
    said = match.groupdict()
    return all(len(said.get(part) or "") == 2 for part in ("day", "month"))


def _as(was: str, name: str, language: str, *, tight: bool = False) -> str:
    """Return ``name`` as long, and in such letters, as ``was``; between hyphens, "May" is short as "Jun" is."""
    small = was.lower()
    whole = small in (*MONTHS[language], *WEEKDAYS[language], *_ALSO_WHOLE) and not (tight and small == "may")
    return _as_case(was, name if whole else name[:3])


def _as_case(was: str, now: str) -> str:
    if was.isupper():
        return now.upper()
    return now.capitalize() if was[:1].isupper() else now


def _ordinal(day: int) -> str:
    return "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
