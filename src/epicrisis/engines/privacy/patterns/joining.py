"""One answer out of many findings: what overlaps becomes one identifier, and nothing found is ever uncovered again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from epicrisis.domain.identifiers import Identifier
from epicrisis.domain.spans import Span


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


def _one(first: Identifier, second: Identifier) -> Identifier:
    better = max(first, second, key=lambda one: (one.score, len(one.span)))
    return replace(better, span=Span(first.span.start, max(first.span.end, second.span.end)))
