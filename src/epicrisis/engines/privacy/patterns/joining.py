"""One answer out of many findings: what overlaps becomes one identifier, and nothing found is ever uncovered again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from epicrisis.domain.identifiers import Identifier
from epicrisis.domain.spans import Span

_LOOSE = " \t\n,;:"
_PAIRS = {"(": ")", ")": "(", "[": "]", "]": "["}


def joined(found: Iterable[Identifier]) -> list[Identifier]:
    """Return ``found`` in the order of the text without overlaps.

    What overlaps becomes one, over all of it: of the kind of the one that is surest, so that a checked number beats a
    guess; of two alike the longer one tells what it is.
    """
    whole: list[Identifier] = []
    for each in sorted(found, key=lambda one: (one.span.start, -one.span.end)):
        if whole and each.span.overlaps(whole[-1].span):
            whole[-1] = _one(whole[-1], each)
        else:
            whole.append(each)
    return whole


def trimmed(text: str, found: Identifier) -> Identifier:
    """Return ``found`` without the blanks and commas at its ends, and without a bracket that has no other in it."""
    start, end = found.span.start, found.span.end
    while end - start > 1 and (text[end - 1] in _LOOSE or _alone(text, start, end, text[end - 1])):
        end -= 1
    while end - start > 1 and (text[start] in _LOOSE or _alone(text, start, end, text[start])):
        start += 1
    return found if (start, end) == (found.span.start, found.span.end) else replace(found, span=Span(start, end))


def _alone(text: str, start: int, end: int, mark: str) -> bool:
    other = _PAIRS.get(mark)
    return other is not None and text.find(other, start, end) < 0


def _one(first: Identifier, second: Identifier) -> Identifier:
    better = max(first, second, key=lambda one: (one.score, len(one.span)))
    span = Span(first.span.start, max(first.span.end, second.span.end))
    # A finer label is said of its own words: what they grow by may be the street beside a town that may stand.
    sub = better.sub if span == better.span or first.sub == second.sub else None
    return replace(better, span=span, sub=sub)
