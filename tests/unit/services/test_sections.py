from __future__ import annotations

import pytest

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Assertion, Cue, CueKind, Experiencer, Status, Temporality
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity
from epicrisis.domain.sections import Section, SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.services.sections import with_section_defaults

TEXT = "Family history: Stroke."
HEADING, STROKE, WHOLE = Span(0, 14), Span(16, 22), Span(0, 23)


def read(
    category: SectionCategory, *, heading: Span | None = HEADING, assertion: Assertion | None = None
) -> AnnotatedDocument:
    return with_section_defaults(
        AnnotatedDocument(
            document=Document(id="n1", text=TEXT),
            entities=(Entity(STROKE, "PROBLEM"), Entity(STROKE, "DOSE")),
            assertions=(assertion or Assertion(STROKE, Status.PRESENT, 0.9), None),
            sections=(Section(WHOLE, category, heading),),
        )
    )


def test_a_finding_under_a_family_heading_is_the_familys_and_the_heading_says_so() -> None:
    note = read(SectionCategory.FAMILY_HISTORY)

    cue = Cue(HEADING, CueKind.FAMILY, scope=WHOLE)
    assert note.assertions == (
        Assertion(STROKE, Status.PRESENT, 0.9, experiencer=Experiencer.FAMILY, cues=(cue,)),
        None,
    )
    assert note.cues == (cue,)


def test_a_finding_under_a_past_history_heading_is_past() -> None:
    note = read(SectionCategory.PAST_HISTORY)

    cue = Cue(HEADING, CueKind.PAST, scope=WHOLE)
    assert note.assertions[0] == Assertion(STROKE, Status.PRESENT, 0.9, temporality=Temporality.PAST, cues=(cue,))


def test_what_the_sentence_says_itself_goes_first() -> None:
    donor = Assertion(STROKE, Status.PRESENT, 0.9, experiencer=Experiencer.OTHER)

    assert read(SectionCategory.FAMILY_HISTORY, assertion=donor).assertions[0] == donor


def test_nothing_changes_without_words_of_a_heading_to_show() -> None:
    note = read(SectionCategory.FAMILY_HISTORY, heading=None)

    assert note.assertions[0] == Assertion(STROKE, Status.PRESENT, 0.9)
    assert note.cues == ()


@pytest.mark.parametrize(
    "category", sorted(set(SectionCategory) - {SectionCategory.FAMILY_HISTORY, SectionCategory.PAST_HISTORY})
)
def test_other_headings_change_nothing(category: SectionCategory) -> None:
    assert read(category).assertions[0] == Assertion(STROKE, Status.PRESENT, 0.9)
