from __future__ import annotations

from epicrisis.domain.annotations import AnnotatedDocument, Sentence
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity, EntityLabel
from epicrisis.domain.records import Stated
from epicrisis.domain.sections import Section, SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.note import Note

TEXT = "PLAN:\nStart aspirin 81 mg. Stop\nibuprofen."
ASPIRIN, DOSE, IBUPROFEN = Span(12, 19), Span(20, 25), Span(32, 41)


def note() -> Note:
    entities = (
        Entity(IBUPROFEN, EntityLabel.MEDICATION),
        Entity(ASPIRIN, EntityLabel.MEDICATION),
        Entity(DOSE, EntityLabel.DOSE),
    )
    sentences = (Sentence(Span(6, 26)), Sentence(Span(27, 42)))
    section = Section(Span(0, 42), SectionCategory.PLAN, Span(0, 4))
    return Note(AnnotatedDocument(Document("1", TEXT), entities, (None,) * 3, (), sentences, (section,)))


def test_what_was_found_stands_in_the_order_of_the_text() -> None:
    assert [each.span for each in note().found] == [ASPIRIN, DOSE, IBUPROFEN]
    assert [each.span for each in note().of(EntityLabel.DOSE)] == [DOSE]


def test_within_a_stretch_is_what_lies_wholly_inside() -> None:
    assert [each.span for each in note().within(Span(12, 24))] == [ASPIRIN]
    assert [each.span for each in note().within(Span(12, 42), EntityLabel.MEDICATION)] == [ASPIRIN, IBUPROFEN]


def test_a_stretch_knows_its_words_its_line_its_sentence_and_its_section() -> None:
    assert note().stated(ASPIRIN) == Stated(ASPIRIN, "aspirin")
    assert note().line(ASPIRIN) == Span(6, 31)
    assert note().line(IBUPROFEN) == Span(32, 42)
    assert note().sentence(IBUPROFEN) == Span(27, 42)
    assert note().sentence(Span(0, 4)) == Span(0, 5)
    assert note().category(DOSE) is SectionCategory.PLAN
