"""What the encoder is given: sentences without their markers, under the headings that tell whose and when."""

from __future__ import annotations

from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.units import Unit, sections_of, sentence_units, whole_unit


def units(text: str) -> list[Unit]:
    document = Document(id="n1", text=text)
    return list(sentence_units(document, sections_of(document)))


def test_a_list_marker_is_not_read() -> None:
    [first, second] = units("1. Mild regurgitation.\n2. No effusion.")

    assert (first.text, second.text) == ("Mild regurgitation.", "No effusion.")
    assert second.document.quote(second.span) == "2. No effusion."


def test_a_telling_heading_is_read_before_each_sentence_under_it() -> None:
    found = units("FAMILY HISTORY:\nMother had gout. Father is well.\n\nEXAM:\nLungs clear.")

    assert [unit.text for unit in found][1:3] == ["FAMILY HISTORY: Mother had gout.", "FAMILY HISTORY: Father is well."]
    assert found[-1].text == "Lungs clear."


def test_spans_go_to_the_unit_and_back() -> None:
    unit = units("FAMILY HISTORY:\n1. Mother had gout.")[-1]
    gout = Span(unit.document.text.index("gout"), unit.document.text.index("gout") + 4)

    there = unit.to_unit(gout)

    assert unit.text[there.start : there.end] == "gout"
    assert unit.to_document(there) == gout


def test_what_lies_in_the_heading_put_before_is_no_span_of_the_document() -> None:
    unit = units("FAMILY HISTORY:\nMother had gout.")[-1]

    assert unit.to_document(Span(0, 6)) is None


def test_a_document_given_as_one_sentence_is_one_unit() -> None:
    document = Document(id="n1", text="Denies pain. Fever\u00a0today.")

    assert whole_unit(document).text == "Denies pain. Fever today."


def test_words_of_the_heading_are_placed_where_the_heading_stands() -> None:
    unit = units("Seen today.\n\nFAMILY HISTORY:\nMother had gout.")[-1]
    family = Span(unit.text.index("FAMILY"), unit.text.index("FAMILY") + 6)

    placed = unit.to_heading(family)

    assert placed is not None
    assert unit.document.quote(placed) == "FAMILY"
    assert unit.to_heading(Span(unit.lead, unit.lead + 6)) is None
