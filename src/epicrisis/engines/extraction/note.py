"""An annotated note, asked the questions that every part of a record asks of it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Assertion
from epicrisis.domain.findings import Entity, EntityLabel
from epicrisis.domain.records import Stated
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span


@dataclass(frozen=True, slots=True)
class Found:
    """A concept or an attribute that the reader found; attributes carry no assertion."""

    entity: Entity
    assertion: Assertion | None

    @property
    def label(self) -> EntityLabel:
        """Return what kind of thing it is."""
        return EntityLabel(self.entity.label)

    @property
    def span(self) -> Span:
        """Return where it stands."""
        return self.entity.span


class Note:
    """A note and what was found in it, in the order of the text."""

    def __init__(self, annotated: AnnotatedDocument) -> None:
        self.annotated = annotated
        self.text = annotated.document.text
        self.language = annotated.document.language
        self.found = tuple(
            sorted(
                (
                    Found(entity, assertion)
                    for entity, assertion in zip(annotated.entities, annotated.assertions, strict=True)
                ),
                key=lambda each: each.span,
            )
        )
        self._starts = [each.span.start for each in self.found]
        self._sentences = [sentence.span for sentence in annotated.sentences]

    def of(self, *labels: EntityLabel) -> Iterator[Found]:
        """Yield what was found of ``labels``, in the order of the text."""
        return (each for each in self.found if each.label in labels)

    def within(self, span: Span, *labels: EntityLabel) -> Iterator[Found]:
        """Yield what lies wholly within ``span``, of ``labels`` or of any."""
        for each in self.found[bisect_left(self._starts, span.start) :]:
            if each.span.start >= span.end:
                return
            if each.span.end <= span.end and (not labels or each.label in labels):
                yield each

    def stated(self, span: Span) -> Stated:
        """Return the words at ``span``."""
        return Stated(span, self.text[span.start : span.end])

    def line(self, span: Span) -> Span:
        """Return the line that ``span`` begins in, without its line break; it holds at least ``span``."""
        start = self.text.rfind("\n", 0, span.start) + 1
        end = self.text.find("\n", span.end)
        return Span(start, len(self.text) if end < 0 else end)

    def sentence(self, span: Span) -> Span:
        """Return the sentence that ``span`` begins in, or its line where it stands in none."""
        index = bisect_right(self._sentences, span.start, key=lambda each: each.start) - 1
        if index >= 0 and self._sentences[index].end > span.start:
            return self._sentences[index]
        return self.line(span)

    def category(self, span: Span) -> SectionCategory | None:
        """Return what the section around ``span`` is about."""
        section = self.annotated.section_of(span)
        return None if section is None else section.category
