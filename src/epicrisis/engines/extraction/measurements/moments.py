"""When something was measured: "on 3/14", "on admission", "yesterday", "preoperative", "al ingreso"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache

from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import word_lists
from epicrisis.engines.extraction.times import times
from epicrisis.text.phrases import Phrases

_DAY = re.compile(r"(?<!\w)(?:on|from|of|dated|el|del|dia)\s\d{1,2}/\d{1,2}(?![/\d])")
_HALF = r"\s?[ap]\.?m\b\.?"
# "1:40" may be a quarter of an hour or a titre, "1:40 p.m." is no titre.
_TITRE = rf"(?!1:(?:10|16|20|32|40|[6-9]\d)(?!\d)(?!{_HALF}|\s?h\b))"
_CLOCK = re.compile(
    rf"(?<![\d:]){_TITRE}\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?![\d:])(?:{_HALF}|\s?h\b)?"
    rf"|(?<![\d:./])\d{{1,2}}(?:\.\d{{2}})?{_HALF}"
)
_DATE = re.compile(r"(?<![\d./-])\d{1,2}(?P<mark>[/.-])\d{1,2}(?P=mark)(?:\d{4}|\d{2})(?![\d/])")
# Two ends of a range, of which the pattern of dates makes one: "1.5-12.4".
_RANGE = re.compile(r"\d{1,2}\.\d{1,2}-\d{2,4}")
_YEAR = re.compile(r"\d{4}")
_FIRST = re.compile(r"[^\W\d_]+")


def moments_in(low: str, language: str) -> list[Span]:
    """Return the moments ``low``, a folded text, names, in its order and none within another."""
    found = [*_moments(language).find(low), *_points(low, language)]
    found.extend(Span(*match.span()) for pattern in (_DAY, _DATE) for match in pattern.finditer(low))
    return _apart(found)


def clocks_in(low: str) -> list[Span]:
    """Return the times of day ``low`` names: their numbers are no results."""
    return [Span(*match.span()) for match in _CLOCK.finditer(low)]


def overlapping(spans: Sequence[Span], span: Span) -> bool:
    """Return whether any of ``spans``, in order and apart, overlaps ``span``."""
    at = bisect_left(spans, span.start, key=lambda each: each.end)
    return any(each.overlaps(span) for each in spans[at : at + 2])


def joined(spans: Sequence[Span]) -> list[Span]:
    """Return ``spans`` in order, those that touch as one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and found[-1].end >= span.start:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def _points(low: str, language: str) -> Iterator[Span]:
    for span in times(low, language):
        words = low[span.start : span.end]
        if _YEAR.fullmatch(words):
            # "In 1991" is a year, "BNP 1991" is a result.
            if low[max(0, span.start - 3) : span.start] in ("in ", "en ", "de "):
                yield span
        elif not (_lasts(words, language) or _RANGE.fullmatch(words)):
            yield span


def _lasts(words: str, language: str) -> bool:
    """Return whether ``words`` tell how long or how often something goes on: "in 2 weeks", "as needed"."""
    first = _FIRST.match(words)
    return first is not None and first.group() in word_lists("measurements", language)["lasting"]


def _apart(spans: Sequence[Span]) -> list[Span]:
    """Return ``spans`` in order, the longer one where two overlap."""
    apart: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start, -each.end)):
        if apart and apart[-1].overlaps(span):
            if len(span) > len(apart[-1]):
                apart[-1] = span
            continue
        apart.append(span)
    return apart


@cache
def _moments(language: str) -> Phrases:
    return Phrases(word_lists("measurements", language)["moments"])
