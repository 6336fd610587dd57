"""When something was done or is to be done, as notes say it: "in 2 weeks", "hace tres años", "06/12/2008", "1991"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import word_lists
from epicrisis.text.phrases import alternatives


def times(low: str, language: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """Yield the times that stand in ``low``, a text as ``phrases.folded`` returns it, between two places of it."""
    for match in _pattern(language).finditer(low, start, len(low) if end is None else end):
        yield Span(*match.span())


def amounts(low: str, language: str, start: int, end: int) -> Iterator[Span]:
    """Yield the amounts of time between two places that no word says when they begin: "RTC 3 months"."""
    for match in _amount(language).finditer(low, start, end):
        yield Span(*match.span())


def begins_time(low: str, language: str, at: int, end: int) -> bool:
    """Return whether a time or an amount of it begins right at ``at``."""
    return any(pattern.match(low, at, end) for pattern in (_pattern(language), _amount(language)))


@cache
def _pattern(language: str) -> re.Pattern[str]:
    lists = word_lists("times", language)
    words = {key: f"(?:{alternatives(entries)})" for key, entries in lists.items()}
    amount = _amount_of(words)
    year = r"(?:19|20)\d\d"
    day = r"[0-3]?\d(?:st|nd|rd|th)?"
    month = rf"{words['months']}\.?"
    ways = (
        rf"{words['before']}\s(?:{words['articles']}\s)?{amount}(?:\s{words['after']})?",
        rf"{amount}\s{words['after']}",
        words["fixed"],
        # Of "el día 12/03/2030" the date is the time.
        rf"(?:{words['next']}\s)(?:{words['days']}|(?:{words['units']}|{words['months']})(?!\s\d))",
        rf"(?:{words['days']}|{words['units']})\s{words['next-behind']}",
        # "H&H 10.2/31" is no date.
        r"\d{1,2}(?P<mark>[/.-])\d{1,2}(?P=mark)(?:\d{4}|\d{2})",
        rf"\d{{1,2}}/{year}",
        rf"{month}\s{day},?\s{year}",
        rf"{day}\s(?:{words['of']}\s)?{month}(?:,?\s(?:{words['of']}\s)?{year})?",
        rf"{month},?\s(?:{words['of']}\s)?{year}",
        rf"{month}\s{day}",
        words["days"],
        year,
    )
    return re.compile(rf"(?<![\w/.-])(?:{'|'.join(ways)})(?![\w/])")


@cache
def _amount(language: str) -> re.Pattern[str]:
    words = {key: f"(?:{alternatives(entries)})" for key, entries in word_lists("times", language).items()}
    return re.compile(rf"(?<![\w/.-]){_amount_of(words)}(?![\w/])")


def _amount_of(words: Mapping[str, str]) -> str:
    number = rf"(?:\d{{1,3}}(?:[.,]\d)?|{words['numbers']})"
    between = rf"(?:\s?-\s?|\s{words['between']}\s)"
    return rf"(?:{words['about']}\s)?{number}(?:{between}{number})?(?:\s{words['more']})?[\s-]?{words['units']}"
