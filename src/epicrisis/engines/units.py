"""What the encoder is given at a time: a sentence, with the heading it stands under where that says whose or when."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from epicrisis.domain.documents import Document
from epicrisis.domain.sections import Section, SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.text.characters import plain
from epicrisis.text.lines import ITEM
from epicrisis.text.sections import section_spans
from epicrisis.text.sentences import sentence_spans

_WORD = re.compile(r"\w")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")

# Headings that change how a sentence is read; the others only cost time. "FAMILY HISTORY:\nDiabetes and stroke."
_TELLING = frozenset(
    {
        SectionCategory.FAMILY_HISTORY,
        SectionCategory.PAST_HISTORY,
        SectionCategory.ALLERGIES,
        SectionCategory.PLAN,
    }
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence of a document (``span``) as the encoder reads it.

    ``text`` is the ``heading`` it stands under (``lead`` characters, often none) and the sentence from ``start`` on,
    which lies behind its list marker: a model that learnt "Mild regurgitation." need not meet "3. Mild regurgitation.".
    """

    document: Document
    span: Span
    text: str
    start: int
    lead: int = 0
    heading: Span | None = None
    section: SectionCategory | None = None

    def to_document(self, span: Span) -> Span | None:
        """Return ``span`` of the unit's text in the document, or ``None`` where it lies in the heading before it."""
        if span.start < self.lead:
            return None
        return span.shifted(self.start - self.lead)

    def to_heading(self, span: Span) -> Span | None:
        """Return where ``span`` of the unit's text stands in the heading before it, or ``None`` where it does not."""
        if self.heading is None or span.end > min(self.lead, len(self.heading)):
            return None
        return span.shifted(self.heading.start)

    def to_unit(self, span: Span) -> Span:
        """Return the part of ``span`` of the document read here, in the unit's text; one past its end where none is."""
        start, end = max(span.start, self.start), min(span.end, self.span.end)
        if start >= end:
            return Span(len(self.text), len(self.text) + 1)
        return Span(start - self.start + self.lead, end - self.start + self.lead)


def sentence_units(document: Document, sections: Sequence[Section]) -> Iterator[Unit]:
    """Yield the sentences of ``document`` in order, each under its telling heading."""
    text = plain(document.text)
    reaches = [_reach(text, section) for section in sections]
    at = 0
    for span in sentence_spans(document.text, document.language):
        while at + 1 < len(sections) and sections[at + 1].span.start <= span.start:
            at += 1
        heading = sections[at].heading if sections and span.end <= reaches[at] else None
        if heading is not None and heading.end > span.start:
            heading = None
        lead = f"{text[heading.start : heading.end].rstrip().rstrip(':').rstrip()}: " if heading else ""
        start = _behind_marker(text, span)
        section = sections[at].category if sections else None
        yield Unit(document, span, lead + text[start : span.end], start, len(lead), heading, section)


def whole_unit(document: Document) -> Unit:
    """Return all of ``document`` as one unit: a sentence or an abstract given as such."""
    return Unit(document, Span(0, len(document.text)), plain(document.text), 0)


def sections_of(document: Document) -> list[Section]:
    """Return the sections of ``document``."""
    return list(section_spans(document.text, document.language))


def _reach(text: str, section: Section) -> int:
    """Return where a telling heading stops being read before the sentences under it; 0 where it never is."""
    if section.heading is None or section.category not in _TELLING:
        return 0
    content = _WORD.search(text, section.heading.end, section.span.end)
    if content is None:
        return 0
    # A blank line ends its reach, unless a list goes on behind it: "FH: Noncontributory.", then "She was febrile."
    for blank in _BLANK_LINE.finditer(text, content.start(), section.span.end):
        if not ITEM.match(text, blank.end()):
            return blank.start()
    return section.span.end


def _behind_marker(text: str, sentence: Span) -> int:
    """Return where the sentence begins behind "1. " or "- "; at its start where it is nothing but a marker."""
    marker = ITEM.match(text, sentence.start, sentence.end)
    # "A. Fib", "C. Diff", "E. Coli": a capital letter with a stop is more often a name than a number.
    if marker is None or marker[0][0].isalpha():
        return sentence.start
    start = marker.end()
    while start < sentence.end and text[start].isspace():
        start += 1
    return start if start < sentence.end else sentence.start


def by_home(units: Sequence[Unit], targets: Sequence[Span]) -> dict[int, list[int]]:
    """Return the places of ``targets`` by the number of the unit each is judged in."""
    starts = [unit.span.start for unit in units]
    homes: dict[int, list[int]] = defaultdict(list)
    for place, target in enumerate(targets):
        homes[home_of(units, starts, target)].append(place)
    return homes


def home_of(units: Sequence[Unit], starts: Sequence[int], target: Span) -> int:
    """Return the unit that holds most of ``target``, the one before it where it lies between units."""
    first = last = max(bisect_right(starts, target.start) - 1, 0)
    while last + 1 < len(units) and starts[last + 1] < target.end:
        last += 1

    def shared(number: int) -> int:
        span = units[number].span
        return min(span.end, target.end) - max(span.start, target.start)

    return max(range(first, last + 1), key=shared)
