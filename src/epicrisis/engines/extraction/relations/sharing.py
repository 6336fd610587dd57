"""Lists that share an attribute: "aspirin and clopidogrel daily", "uterus, tubes and ovaries were absent"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from epicrisis.domain.findings import EntityLabel
from epicrisis.engines.extraction.relations.pairs import AND, OF, WORD, Layout

# A dose is of one drug; how, how often and how long may be said once for several. A number is of one test.
_SHARED = frozenset({EntityLabel.ROUTE, EntityLabel.FREQUENCY, EntityLabel.DURATION, EntityLabel.VALUE})
_DIGIT = re.compile(r"\d")
# The longest list of drugs that share a word in the corpora has five.
_MOST = 8
_LONGEST = 80


def shared(layout: Layout, heads: Sequence[int | None]) -> list[tuple[int, ...]]:
    """Return the heads of each attribute of ``layout``, given its own: with it those of the list that it closes.

    The items of the list must be made alike ("aspirin 81 mg and Lasix 40 mg daily" shares, "lisinopril, aspirin and
    Lasix 40 mg daily" does not), and end in *and* or *or*.
    """
    return [
        () if head is None else (*_before(layout, heads, place, head), head, *_after(layout, heads, place, head))
        for place, head in enumerate(heads)
    ]


def _before(layout: Layout, heads: Sequence[int | None], place: int, head: int) -> tuple[int, ...]:
    attribute = layout.attributes[place]
    if attribute.span.start < layout.heads[head].start or not _may_be_shared(layout, place):
        return ()
    own = _labels(heads, layout, head, place)
    found: list[int] = []
    for number in range(head - 1, max(-1, head - 1 - _MOST), -1):
        joint = _joint(layout, number)
        if not (_is_comma(joint) if found else _is_and(joint, attribute.label)):
            break
        other = _labels(heads, layout, number, place)
        if attribute.label in other or other - _SHARED != own - _SHARED or not other <= own:
            break
        found.append(number)
        # "Niacin, Diovan, fentanyl or morphine p.r.n.": of the two.
        if attribute.label == EntityLabel.FREQUENCY and joint[-1:] == ["or"]:
            break
    return tuple(reversed(found))


def _after(layout: Layout, heads: Sequence[int | None], place: int, head: int) -> list[int]:
    """Return the rest of the list that a word opens: "positive for CD 31 and CD 34"."""
    attribute = layout.attributes[place]
    is_word = attribute.label == EntityLabel.VALUE and _may_be_shared(layout, place)
    if not is_word or attribute.span.start > layout.heads[head].start:
        return []
    taken = set(heads[max(0, place - _MOST) : place + 3 * _MOST])
    found: list[int] = []
    for number in range(head + 1, min(len(layout.heads), head + 1 + _MOST)):
        joint = _joint(layout, number - 1)
        if number in taken or not (_is_comma(joint) or _is_and(joint, attribute.label)):
            break
        found.append(number)
        if not _is_comma(joint):
            return found
    return []


def _may_be_shared(layout: Layout, place: int) -> bool:
    attribute = layout.attributes[place]
    if attribute.label == EntityLabel.VALUE:
        return _DIGIT.search(layout.text, attribute.span.start, attribute.span.end) is None
    return attribute.label in _SHARED


def _labels(heads: Sequence[int | None], layout: Layout, head: int, before: int) -> frozenset[str]:
    """Return the labels of what was joined to ``head`` before the attribute at the place ``before``."""
    near = range(max(0, before - 3 * _MOST), before)
    return frozenset(layout.attributes[place].label for place in near if heads[place] == head)


def _is_and(joint: Sequence[str], label: str) -> bool:
    # A comma before the "and" closes a list of drugs that are each taken in their own way: "Lexapro, aspirin, and
    # Norvasc daily".
    words = joint[1:] if joint[:1] == [","] and label != EntityLabel.FREQUENCY else joint
    return len(words) == 1 and words[0] in AND


def _is_comma(joint: Sequence[str]) -> bool:
    return joint == [","]


def _joint(layout: Layout, number: int) -> list[str]:
    """Return the words and marks between a head and the next one, but for attributes and "of"; none if they touch."""
    at, end = layout.heads[number].end, layout.heads[number + 1].start
    if not 0 < end - at <= _LONGEST:
        return []
    words: list[str] = []
    for attribute in layout.between(at, end):
        words += WORD.findall(layout.text, at, max(at, attribute.span.start))
        at = max(at, attribute.span.end)
    words += WORD.findall(layout.text, at, max(at, end))
    return [folded for word in words if (folded := word.casefold()) not in OF]
