from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Assertion, Status
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity
from epicrisis.domain.spans import Span
from epicrisis.errors import InvalidRow, InvalidSpan
from epicrisis.formats import brat
from tests.unit.formats.samples import TEXT, annotated, sample


def test_writes_entities_cues_readings_and_which_cue_decided_what() -> None:
    assert brat.write(sample()).splitlines() == [
        "T1\tPROBLEM 29 35\tstroke",
        "T2\tPROBLEM 44 49;50 54\tchest pain",
        "T3\tMEDICATION 63 70\taspirin",
        "T4\tDOSE 71 76\t81 mg",
        "T5\tCue-FAM 16 22\tMother",
        "T6\tCue-NEG 37 43\tDenies",
        "A1\tStatus T1 PRESENT",
        "A2\tTemporality T1 PAST",
        "A3\tExperiencer T1 FAMILY",
        "A4\tStatus T2 ABSENT",
        "A5\tStatus T3 PRESENT",
        "R1\tDecides Arg1:T5 Arg2:T1",
        "R2\tDecides Arg1:T6 Arg2:T2",
    ]


def test_every_fragment_quotes_the_note() -> None:
    for line in brat.write(sample()).splitlines():
        if line.startswith("T"):
            _, place, words = line.split("\t")
            fragments = [tuple(map(int, pair.split())) for pair in place.split(" ", 1)[1].split(";")]
            assert " ".join(TEXT[start:end] for start, end in fragments) == words


def test_configuration_knows_every_type_and_value_that_is_written() -> None:
    known = brat.CONFIGURATION
    for line in brat.write(sample()).splitlines():
        name, *_, value = line.split("\t")[1].split(" ")
        assert name in known
        if line.startswith("A"):
            assert value in known


def without_scores(note: AnnotatedDocument) -> AnnotatedDocument:
    """Return what of ``note`` brat has a place for."""
    return replace(
        note,
        entities=tuple(Entity(entity.span, entity.label) for entity in note.entities),
        assertions=tuple(assertion and replace(assertion, confidence=1.0) for assertion in note.assertions),
        engine="",
        version="",
    )


@given(annotated())
def test_what_is_written_is_read_back(note: AnnotatedDocument) -> None:
    # A fragment ends where its line does, so a span that begins or ends with a line break comes back without it.
    quotes = [note.document.quote(named.span) for named in (*note.entities, *note.cues)]
    assume(all(quote.strip("\r\n") == quote for quote in quotes))

    assert brat.read(brat.write(note), note.document) == without_scores(note)


def test_reads_what_an_annotator_wrote() -> None:
    note = Document(id="n1", text="Denies fever.")

    read = brat.read("T7\tPROBLEM 7 12\tfever\r\nA1\tStatus T7 ABSENT\r\n#1\tAnnotatorNotes T7\tsure\r\n", note)

    assert read.entities == (Entity(Span(7, 12), "PROBLEM"),)
    assert read.assertions == (Assertion(Span(7, 12), Status.ABSENT, 1.0),)


@pytest.mark.parametrize(
    "line",
    ["T1", "T1\tPROBLEM", "T1\tPROBLEM a b\tfever", "A1\tStatus T1 MAYBE", "A1", "R1\tDecides", "T1\tCue-X 0 1\tD"],
)
def test_names_the_line_that_is_not_brat(line: str) -> None:
    with pytest.raises(InvalidRow, match=r"Line 2 of the \.ann file of document 'n1' is not brat"):
        brat.read(f"T9\tPROBLEM 7 12\tfever\n{line}", Document(id="n1", text="Denies fever."))


def test_refuses_a_relation_to_what_is_not_there() -> None:
    ann = "T1\tPROBLEM 7 12\tfever\nA1\tStatus T1 ABSENT\nR1\tDecides Arg1:T8 Arg2:T1"

    with pytest.raises(InvalidRow, match="speaks of 'T8', which it does not hold"):
        brat.read(ann, Document(id="n1", text="Denies fever."))


def test_refuses_a_span_past_the_end_of_the_text() -> None:
    with pytest.raises(InvalidSpan):
        brat.read("T1\tPROBLEM 7 99\tfever", Document(id="n1", text="Denies fever."))


@given(annotated())
def test_what_is_written_quotes_the_note(note: AnnotatedDocument) -> None:
    brat.check_words(brat.write(note), note.document)


@pytest.mark.parametrize(
    "line", ["T1\tPROBLEM 7 12\tcough", "T1\tPROBLEM 7 11\tfever", "T1\tPROBLEM 7;12\tfever", "T1\tPROBLEM\tfever"]
)
def test_names_the_line_that_quotes_what_is_not_there(line: str) -> None:
    with pytest.raises(InvalidRow, match=r"Line 2 of the \.ann file of document 'n1' quotes"):
        brat.check_words(f"T9\tPROBLEM 7 12\tfever\n{line}\n", Document(id="n1", text="Denies fever."))


def test_a_line_break_may_be_quoted_as_any_white_space() -> None:
    document = Document(id="n1", text="chest\r\npain")

    for line in ("T1\tPROBLEM 0 11\tchest pain", "T1\tPROBLEM 0 5;7 11\tchest pain", "T1\tPROBLEM 0 11\tchest  pain\r"):
        brat.check_words(line, document)


def test_a_configuration_names_each_label_once_and_lets_entities_overlap() -> None:
    lines = brat.configuration_of(["SINTOMA", "HUMAN", "SINTOMA"]).splitlines()

    assert lines[:3] == ["[entities]", "HUMAN", "SINTOMA"]
    assert [line for line in lines if line.startswith("[")] == ["[entities]", "[relations]", "[events]", "[attributes]"]
    assert any(line.startswith("<OVERLAP>") for line in lines)
