"""Drugs of a list that the reader did not know, by their place and their dose: "Lidoderm patch every 12 hours"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from epicrisis.domain.findings import Entity, EntityLabel
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.entities.sig import Grammar, Part
from epicrisis.engines.extraction.lists import phrases, primary
from epicrisis.engines.extraction.note import Found, Note

# An item ends at a comma, a semicolon, a line, a full stop before the next, or the number of the next.
_CUT = re.compile(r"[,;\n]|\.(?=\s|$)|\s(?:and|y)\s|(?<!\S)\d{1,2}[.)]\s")
_NAME = re.compile(r"[^\W\d_][\w'’/-]*(?: [^\W\d_][\w'’/-]*){0,3}")
_BLANK = " \t\n-*\u2022.:,"
_TELLING = frozenset({Part.AMOUNT, Part.FREQUENCY, Part.ROUTE, Part.AS_NEEDED})
# Less than the reader is of most it finds: the place alone speaks for these.
_SCORE = 0.6


def listed(note: Note, low: str, grammar: Grammar) -> Iterator[Found]:
    """Yield the drugs of lists under a heading of medications in whose items the reader found none.

    ``low`` is the text of ``note`` as ``phrases.folded`` returns it. Only an item with a dose, a route or a frequency
    counts, whose first words look like a name.
    """
    known = [found.span for found in note.found if found.label.is_concept]
    for stretch in _lists(note):
        for item in _items(low, stretch):
            name = _name(low, item, known, grammar, primary(note))
            if name is not None:
                yield Found(Entity(name, EntityLabel.MEDICATION, _SCORE), None)


def _lists(note: Note) -> Iterator[Span]:
    for section in note.annotated.sections:
        if section.category is SectionCategory.MEDICATIONS:
            start = section.span.start if section.heading is None else section.heading.end
            if start < section.span.end:
                yield Span(start, section.span.end)


def _items(low: str, stretch: Span) -> Iterator[Span]:
    at = stretch.start
    for cut in _CUT.finditer(low, stretch.start, stretch.end):
        if at < cut.start():
            yield Span(at, cut.start())
        at = cut.end()
    if at < stretch.end:
        yield Span(at, stretch.end)


def _name(low: str, item: Span, known: Sequence[Span], grammar: Grammar, language: str) -> Span | None:
    first = bisect_left(known, item.start, key=lambda each: each.end)
    if first < len(known) and known[first].start < item.end:
        return None
    pieces = [piece for piece in grammar.pieces(low, item.start, item.end) if piece.part is not Part.FORM]
    if not any(piece.part in _TELLING for piece in pieces):
        return None
    words = low[item.start : pieces[0].span.start]
    start = item.start + len(words) - len(words.lstrip(_BLANK))
    end = item.start + len(words.rstrip(_BLANK))
    if start >= end or _NAME.fullmatch(low, start, end) is None:
        return None
    said = re.split(r"[\s-]+", low[start:end])
    small = phrases("medications", language, "small")
    generic = phrases("medications", language, "generic")
    is_name = (
        said[0] not in grammar.counts
        and not any(word in small or word in grammar.numbers for word in said)
        and not all(word in generic for word in said)
    )
    return Span(start, end) if is_name and len(said[0]) > 2 else None
