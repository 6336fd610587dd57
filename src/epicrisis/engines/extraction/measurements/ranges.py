"""The reference range that a note gives behind a result: "138 (135-145)", "[0.5-1.2]", "ref 70–110", "(normal < 5)"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from epicrisis.domain.records import ReferenceRange
from epicrisis.engines.extraction.lists import word_lists
from epicrisis.engines.extraction.measurements.numbers import number_of
from epicrisis.engines.extraction.measurements.units import unit_at
from epicrisis.text.phrases import alternatives

_NUMBER = r"\d+(?:[.,]\d+)*|\.\d+"


@dataclass(frozen=True, slots=True)
class Ranged:
    """A reference range, and where its words end."""

    reference: ReferenceRange
    end: int


def range_behind(low: str, at: int, language: str, *, thousands: bool) -> Ranged | None:
    """Return the range that stands in ``low``, a folded text, directly behind the result that ends at ``at``.

    A pair of numbers is one in brackets or behind a word such as "ref"; in a row of a table also without.
    """
    match = _pattern(language).match(low, at)
    if match is None:
        return None
    ends = {name: match[name] for name in ("low", "high", "most", "least")}
    if not _is_given(low, match):
        return None
    numbers = {
        name: None if words is None else number_of(words, language, thousands=thousands) for name, words in ends.items()
    }
    first = numbers["low"] if numbers["least"] is None else numbers["least"]
    last = numbers["high"] if numbers["most"] is None else numbers["most"]
    if (first is None and last is None) or (first is not None and last is not None and first >= last):
        return None
    return Ranged(ReferenceRange(first, last), _behind(low, match))


def _is_given(low: str, match: re.Match[str]) -> bool:
    """Return whether the numbers of ``match`` are a range and not a second result: bracketed, named, or in a table."""
    if match["open"] or match["word"]:
        return True
    gap = low[match.start() : match.start("low")] if match["low"] else ""
    return "\t" in gap or "|" in gap or gap.count(" ") > 1


def _behind(low: str, match: re.Match[str]) -> int:
    end = match.end()
    unit = unit_at(low, end)
    end = end if unit is None else unit.span.end
    return end + 1 if low[end : end + 1] in (")", "]") else end


@cache
def _pattern(language: str) -> re.Pattern[str]:
    lists = word_lists("measurements", language)
    words = alternatives(lists["ranges"])
    to = rf"[^\S\n]{{0,2}}(?:[-–—]|(?:{alternatives(lists['between'])})(?!\w))[^\S\n]{{0,2}}"
    mark = r"[^\S\n]{0,2}"
    return re.compile(
        rf"[^\S\n]{{0,6}}[,;|\t]?[^\S\n]{{0,6}}(?P<open>[(\[])?{mark}"
        rf"(?:(?P<word>(?:{words}))(?!\w)[:.]?{mark}[:=]?{mark})?"
        rf"(?:(?P<low>{_NUMBER}){to}(?P<high>{_NUMBER})"
        rf"|(?:<=?|≤){mark}(?P<most>{_NUMBER})|(?:>=?|≥){mark}(?P<least>{_NUMBER}))"
    )
