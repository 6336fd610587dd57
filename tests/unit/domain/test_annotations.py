from __future__ import annotations

import pytest

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.documents import Document
from epicrisis.domain.sections import Section, SectionCategory
from epicrisis.domain.spans import Span

PLAN = Section(Span(2, 10), SectionCategory.PLAN, Span(2, 6))
FAMILY = Section(Span(12, 20), SectionCategory.FAMILY_HISTORY, Span(12, 14))


def note(*sections: Section) -> AnnotatedDocument:
    return AnnotatedDocument(Document(id="n", text="x" * 30), entities=(), assertions=(), sections=sections)


@pytest.mark.parametrize(
    ("start", "end", "section"),
    [
        (2, 10, PLAN),
        (9, 10, PLAN),
        (12, 13, FAMILY),
        (15, 20, FAMILY),
        # Before the first, between two, across two, past the end of one, behind the last.
        (0, 2, None),
        (10, 12, None),
        (8, 14, None),
        (9, 11, None),
        (20, 21, None),
    ],
)
def test_a_span_stands_in_the_section_that_holds_all_of_it(start: int, end: int, section: Section | None) -> None:
    assert note(PLAN, FAMILY).section_of(Span(start, end)) == section


def test_without_sections_a_span_stands_in_none() -> None:
    assert note().section_of(Span(0, 1)) is None
