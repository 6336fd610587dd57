"""Results in words, and what words say of a number: "within normal limits", "slightly elevated", "(H)"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from epicrisis.domain.records import Flag
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import phrases, word_lists
from epicrisis.text.phrases import Phrases

_FLAGS = {
    "normal": Flag.NORMAL,
    "high": Flag.HIGH,
    "low": Flag.LOW,
    "abnormal": Flag.ABNORMAL,
    "critical": Flag.CRITICAL,
}
_MARK = re.compile(r"[^\S\n]{0,3}(?:\((?P<inside>[A-Za-z]{1,8}|\*{1,2})\)|(?P<bare>\*{1,2}|(?<=\s)[A-Z]{1,2}(?!\w)))")


@dataclass(frozen=True, slots=True)
class Worded:
    """A result in words where it stands, with the words of degree before it, and what it means."""

    span: Span
    flag: Flag | None


def worded_in(low: str, language: str) -> list[Worded]:
    """Return the results in words of ``low``, a folded text, in its order."""
    found = [_with_degree(low, span, language) for span in _results(language).find(low)]
    return [each for each in found if each is not None]


def flag_of(words: str, language: str) -> Flag | None:
    """Return what ``words`` of a result mean, or ``None``: "small" means nothing by itself."""
    for key, flag in _FLAGS.items():
        if words in phrases("measurements", language, key):
            return flag
    return None


def marked_behind(text: str, end: int, language: str) -> Flag | None:
    """Return the flag of a laboratory that stands behind a number which ends at ``end``: "10.2 (L)", "10.2 H"."""
    match = _MARK.match(text, end)
    if match is None:
        return None
    mark = match["inside"] or match["bare"]
    lists = word_lists("measurements", language)
    if mark.startswith("*"):
        return Flag.ABNORMAL
    if mark in lists["flag-high"]:
        return Flag.HIGH
    return Flag.LOW if mark in lists["flag-low"] else None


def beside_range(value: float, low: float | None, high: float | None) -> Flag:
    """Return what ``value`` means beside the range its note gives."""
    if low is not None and value < low:
        return Flag.LOW
    return Flag.HIGH if high is not None and value > high else Flag.NORMAL


def _with_degree(low: str, span: Span, language: str) -> Worded | None:
    words = low[span.start : span.end]
    if words in phrases("measurements", language, "missing"):
        return Worded(span, None)
    start = span.start
    for degree in _degrees_before(low, span.start, language):
        start = degree.start
    flag = flag_of(words, language)
    return Worded(Span(start, span.end), flag)


def _degrees_before(low: str, start: int, language: str) -> Iterator[Span]:
    degrees = phrases("measurements", language, "degrees")
    while (found := degrees.last(low, max(0, start - 16), start)) is not None and low[found.end : start].isspace():
        yield found
        start = found.start


def is_missing(low: str, span: Span, language: str) -> bool:
    """Return whether the words at ``span`` say that there is no result yet."""
    return low[span.start : span.end] in phrases("measurements", language, "missing")


@cache
def _results(language: str) -> Phrases:
    lists = word_lists("measurements", language)
    keys = ("normal", "high", "low", "abnormal", "critical", "words", "missing")
    return Phrases(words for key in keys for words in lists[key])
