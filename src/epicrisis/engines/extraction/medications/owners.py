"""Whose an attribute is by its place alone: "4 mg of Versed", or a list without commas."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.note import Found, Note

# "10 cc of 0.5% plain Marcaine": what may stand between an amount and its drug.
_OF = re.compile(r"\s?(?:of|de)\s(?:(?:additional|plain)\s)?")
_PLAIN = re.compile(r"\s?(?:plain\s)?")
_SPACE = re.compile(r"[^\S\n]{0,2}")
# An attribute and what comes between it and its drug: "10 cc of 0.5% plain Marcaine" has one more.
_MOST = 3


def owners(note: Note, low: str, heads: Sequence[Found], attributes: Sequence[Found]) -> Mapping[Span, int]:
    """Return the number of the head of each attribute that is told by form alone, ``low`` being the folded text.

    ``heads`` and ``attributes`` stand in the order of the text.
    """
    told = dict(_in_rows(note, low, heads, attributes))
    told.update(_of(low, heads, attributes))
    return told


def _of(low: str, heads: Sequence[Found], attributes: Sequence[Found]) -> Iterator[tuple[Span, int]]:
    """Yield the amounts that stand before "of" and a drug."""
    starts = {head.span.start: number for number, head in enumerate(heads)}
    for place, each in enumerate(attributes):
        joint = _OF.match(low, each.span.end) if each.label is EntityLabel.DOSE else None
        at = -1 if joint is None else joint.end()
        for other in attributes[place + 1 : place + _MOST]:
            if other.span.start == at and other.label in (EntityLabel.DOSE, EntityLabel.ROUTE):
                plain = _PLAIN.match(low, other.span.end)
                at = other.span.end if plain is None else plain.end()
        if at in starts:
            yield each.span, starts[at]


def _in_rows(note: Note, low: str, heads: Sequence[Found], attributes: Sequence[Found]) -> Iterator[tuple[Span, int]]:
    """Yield the attributes of lists without any mark between their drugs: "Lisinopril 10 mg qd Lopressor 50 mg bid"."""
    starts = [each.span.start for each in attributes]
    own = [_behind(low, head, attributes, bisect_left(starts, head.span.end)) for head in heads]
    for number, head in enumerate(heads[:-1]):
        following = heads[number + 1]
        last = own[number][-1] if own[number] else head
        is_tight = _SPACE.fullmatch(low, last.span.end, following.span.start) is not None
        # The first of a sentence shows the order: what stands before it would be its own.
        is_first = number == 0 or heads[number - 1].span.end < note.sentence(head.span).start
        before = bisect_left(starts, head.span.start) - 1
        leads = is_first and before >= 0 and _SPACE.fullmatch(low, attributes[before].span.end, head.span.start)
        labels = {each.label for each in own[number]} & {each.label for each in own[number + 1]}
        if is_tight and not leads and EntityLabel.DOSE in labels:
            yield from ((each.span, number) for each in own[number])


def _behind(low: str, head: Found, attributes: Sequence[Found], place: int) -> list[Found]:
    """Return the attributes that follow a head with nothing but blanks between."""
    row: list[Found] = []
    at = head.span.end
    while place < len(attributes) and _SPACE.fullmatch(low, at, attributes[place].span.start):
        row.append(attributes[place])
        at = attributes[place].span.end
        place += 1
    return row
