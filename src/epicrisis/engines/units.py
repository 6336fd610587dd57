"""What the encoder is given at a time: a sentence, with the heading it stands under where that says whose or when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from epicrisis.domain.documents import Document
from epicrisis.domain.sections import Section, SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.text.characters import plain
from epicrisis.text.lines import ITEM
from epicrisis.text.sections import section_spans
from epicrisis.text.sentences import sentence_spans

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


def sentence_units(document: Document, sections: list[Section]) -> Iterator[Unit]:
    """Yield the sentences of ``document`` in order, each under its telling heading."""
    text = plain(document.text)
    at = 0
    for span in sentence_spans(document.text, document.language):
        while at + 1 < len(sections) and sections[at + 1].span.start <= span.start:
            at += 1
        heading = _telling_heading(sections[at], span) if sections else None
        lead = _lead(text, heading) if heading else ""
        start = _behind_marker(text, span)
        yield Unit(document, span, lead + text[start : span.end], start, len(lead), heading)


def whole_unit(document: Document) -> Unit:
    """Return all of ``document`` as one unit: a sentence or an abstract given as such."""
    return Unit(document, Span(0, len(document.text)), plain(document.text), 0)


def sections_of(document: Document) -> list[Section]:
    """Return the sections of ``document``."""
    return list(section_spans(document.text, document.language))


def _behind_marker(text: str, sentence: Span) -> int:
    """Return where the sentence begins behind "1. " or "- "; at its start where it is nothing but a marker."""
    marker = ITEM.match(text, sentence.start, sentence.end)
    if marker is None:
        return sentence.start
    start = marker.end()
    while start < sentence.end and text[start].isspace():
        start += 1
    return start if start < sentence.end else sentence.start


def _telling_heading(section: Section, sentence: Span) -> Span | None:
    heading = section.heading
    if heading is None or section.category not in _TELLING or heading.end > sentence.start:
        return None
    return heading


def _lead(text: str, heading: Span) -> str:
    return f"{text[heading.start : heading.end].rstrip().rstrip(':').rstrip()}: "
