"""Ages as notes write them: "65-year-old", "3 meses de edad", "2-1/2 years", "Age: 65", "65F"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import word_lists
from epicrisis.text.phrases import alternatives, folded

# How many of each unit make a year: a month is a twelfth, weeks and days are those of the Julian year.
_PER_YEAR = {"years": 1.0, "months": 12.0, "weeks": 365.25 / 7, "days": 365.25}
# Nobody of whom a note was written was older; what is larger counts something else.
_OLDEST = 125.0
_PARTS = {"½": 0.5, "1/2": 0.5, "¼": 0.25, "1/4": 0.25, "¾": 0.75, "3/4": 0.75}


@dataclass(frozen=True, slots=True)
class Age:
    """An age in years, where it stands, and whether its own words say that it is one: "65 years old", not "65 years".

    ``letter`` is where a letter behind it tells the sex.
    """

    span: Span
    years: float
    said: bool
    letter: Span | None = None


def ages(low: str, language: str) -> Iterator[Age]:
    """Yield what may be ages in ``low``, a text as ``phrases.folded`` returns it, in no certain order."""
    alone = frozenset(map(folded, word_lists("demographics", language)["ages-alone"]))
    for pattern in _patterns(language):
        for match in pattern.finditer(low):
            found = match.groupdict()
            unit = next((unit for unit in _PER_YEAR if found.get(unit)), "years")
            number = _number(found["number"], language) + _PARTS.get(found["part"] or "", 0.0)
            years = round(number / _PER_YEAR[unit], 4)
            if years <= _OLDEST:
                said = bool(found.get("old") or "unit" not in found or found[unit] in alone)
                letter = Span(*match.span("letter")) if found.get("letter") else None
                yield Age(Span(*match.span("age")), years, said, letter)


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], ...]:
    lists = word_lists("demographics", language)
    written = alternatives(_values(language))
    # "Una" is no "un a": a number in words has a blank or a hyphen behind it. "Cuarenta y cinco" is no five.
    number = rf"(?P<number>\d{{1,3}}(?:[.,]\d)?|(?:{written})(?:[\s-](?:y\s)?(?:{written}))?(?!\w))"
    number += r"(?:[\s-]?(?:and\sa\s|y\s)?(?P<part>½|¼|¾|[13]/[24]))?"
    # As redaction leaves the oldest: "a 90+ year-old".
    number += r"(?:(?<=90)\+)?"
    units = "|".join(f"(?P<{unit}>{alternatives(lists[unit])})" for unit in _PER_YEAR)
    letters = f"(?P<letter>{alternatives((*lists['female-letters'], *lists['male-letters']))})"
    label, old = alternatives(lists["age-labels"]), alternatives(lists["old"])
    # "34 a.", "65 y.o.": a full stop behind a whole word ends the sentence.
    stop = r"(?:(?:(?<=\sa)|(?<=\.o)|(?<=yr)|(?<=yrs)|(?<=wk)|(?<=wks))\.)?"
    edge = r"(?<![\w/.,-])"
    sources = (
        rf"{edge}(?P<age>{number}[\s-]{{0,3}}(?P<unit>{units})(?![\w/])(?!\s\d){stop}(?:[\s-](?P<old>{old})\b)?)"
        rf"(?:[\s/,-]{{0,2}}{letters}\b)?",
        rf"{edge}(?:{label})\s?[:=]?\s?(?P<age>{number})(?![\w/%])",
        # "65F with chest pain": at the beginning, or it is a temperature.
        rf"(?:^|\n|\.\s|\ban?\s)(?P<age>(?P<number>\d\d)(?P<part>)\s?{letters})(?=\s[a-z(])",
        rf"\A\s*(?P<age>(?P<number>\d\d)(?P<part>)\s?{letters})(?=[.,;]\s)",
    )
    return tuple(map(re.compile, sources))


@cache
def _values(language: str) -> Mapping[str, float]:
    """Return what the numbers that are written out stand for, by their words."""
    pairs = (entry.split(" = ") for entry in word_lists("demographics", language)["numbers"])
    return {folded(word): float(value) for value, word in pairs}


def _number(words: str, language: str) -> float:
    if words[0].isdigit():
        return float(words.replace(",", "."))
    values = _values(language)
    return sum(values.get(word, 0.0) for word in re.split(r"[\s-]+", words))
