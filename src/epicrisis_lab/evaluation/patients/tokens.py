"""The dates, numbers and words of a sentence, and what of each stands in a raw resource."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_DATE = re.compile(r"(?<!\d)[12]\d{3}-\d\d(?:-\d\d)?(?!\d)")
# The 1 of "A1c" is no number, and neither is the 2 of "m2".
_NUMBER = re.compile(r"(?<![\w.])(?:(?<!\S)-)?\d+(?:,\d{3})*(?:\.\d+)?")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_CLAUSE = re.compile(r";\s+")
_BETWEEN = re.compile(r", | (?:and|y|e) ")
_LEAD = re.compile(r"(?P<lead>[^;:]{3,120}?)\s\((?P<count>\d+)\)(?P<more>, [a-záéíóúñ]+)?: ")


def dates(text: str) -> list[str]:
    """Return the dates of ``text`` to the day or the month."""
    return _DATE.findall(text)


def without_dates(text: str) -> str:
    """Return ``text`` with its dates blanked out."""
    return _DATE.sub(" ", text)


def numbers_in(text: str) -> list[str]:
    """Return the numbers of ``text`` as they are written; a comma between thousands is left out."""
    return [each.replace(",", "") for each in _NUMBER.findall(without_dates(text))]


def words_in(text: str) -> list[str]:
    """Return the words of ``text`` in lower case."""
    return [each.casefold().replace("’", "'") for each in _WORD.findall(text)]


def clauses(text: str) -> tuple[str, int | None, list[str]]:
    """Return the lead of a sentence that lists things, how many it says there are, and each of them.

    A sentence without such a lead is one clause, and its lead is empty.
    """
    lead = _LEAD.match(text)
    if lead is None:
        return "", None, [text]
    return lead["lead"], int(lead["count"]), _CLAUSE.split(text[lead.end() :])


def fragments(clause: str) -> list[str]:
    """Return the parts of ``clause`` between its commas and where it says "and"."""
    return _BETWEEN.split(clause)


def is_shown_as(token: str, value: float) -> bool:
    """Return whether ``token`` is ``value`` in as many decimals as it has, rounded either way."""
    decimals = len(token.partition(".")[2])
    return abs(float(token) - value) <= 0.5 * 10**-decimals + 1e-9


def is_any(token: str, values: Iterable[float]) -> bool:
    """Return whether ``token`` shows one of ``values``."""
    return any(is_shown_as(token, value) for value in values)


def said(strings: Iterable[str]) -> Iterator[str]:
    """Yield the words of several strings."""
    for each in strings:
        yield from words_in(each)
