"""Notes inside a record, of every kind of file, and nothing that is kept elsewhere."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from epicrisis.domain.patients import Missing, PatientRecord
from epicrisis.formats.patients.troubles import ELSEWHERE, PICTURE, UNREADABLE
from tests.unit.formats.patients.resources import read, resource

RTF = rb"{\rtf1\ansi Denies {\b chest pain}.}"
HTML = b"<html><body><p>Denies chest pain.</p></body></html>"


def attached(data: bytes, media: str, **fields: Any) -> dict[str, Any]:
    return {"attachment": {"contentType": media, "data": b64encode(data).decode(), **fields}}


def document(*content: dict[str, Any], **fields: Any) -> PatientRecord:
    return read(resource("DocumentReference", **{"status": "current", "content": [*content], **fields}))


def test_reads_a_note_with_its_title_date_and_visit() -> None:
    record = document(
        attached("Niega dolor torácico.".encode("latin-1"), "text/plain; charset=iso-8859-1", language="es-ES"),
        type={"text": "Progress note"},
        date="2020-01-02T10:00:00Z",
        context={"encounter": [{"reference": "Encounter/v"}]},
    )

    (note,) = record.notes
    assert (note.document.text, note.document.language) == ("Niega dolor torácico.", "es")
    assert (note.title, str(note.at), note.encounter) == ("Progress note", "2020-01-02", "Encounter/v")
    assert note.source.reference == note.document.id == "DocumentReference/1"


@pytest.mark.parametrize(
    ("data", "media"), [(RTF, "text/rtf"), (HTML, "text/html"), (b"<b>Denies</b> chest pain.", "text/html")]
)
def test_reads_other_files_in_a_process_of_their_own(data: bytes, media: str) -> None:
    (note,) = document(attached(data, media)).notes

    assert note.document.text.strip() == "Denies chest pain."


def test_takes_one_of_the_formats_of_a_document() -> None:
    record = document(attached(HTML, "text/html"), attached(b"Denies chest pain.", "text/plain"))

    assert [each.document.text for each in record.notes] == ["Denies chest pain."]


def test_finds_the_data_in_a_binary_of_the_record() -> None:
    binary = {"resourceType": "Binary", "id": "b", "contentType": "text/plain", "data": b64encode(b"Fever.").decode()}
    told = resource("DocumentReference", status="current", content=[{"attachment": {"url": "Binary/b"}}])

    record = read(binary, told)

    assert [each.document.text for each in record.notes] == ["Fever."]
    assert record.passed_over == ()


def test_fetches_nothing_and_says_so() -> None:
    record = document({"attachment": {"contentType": "application/pdf", "url": "http://ehr.invalid/note.pdf"}})

    assert record.notes == ()
    assert record.missing == (Missing("DocumentReference", ELSEWHERE),)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(64), PICTURE),
        (b"%PDF-1.7 broken", UNREADABLE),
        (b"\x00\x01\x02\x03" * 9, UNREADABLE),
    ],
)
def test_loses_only_the_file_that_cannot_be_read(data: bytes, why: str) -> None:
    good = resource("DocumentReference", "2", status="current", content=[attached(HTML, "text/html")])
    bad = resource("DocumentReference", "1", status="current", content=[attached(data, "application/pdf")])

    record = read(bad, good)

    assert [each.source.reference for each in record.notes] == ["DocumentReference/2"]
    assert record.missing == (Missing("DocumentReference", why),)


def test_loses_only_what_is_no_base64() -> None:
    record = document({"attachment": {"contentType": "text/plain", "data": "%%%"}})

    assert record.missing == (Missing("DocumentReference", UNREADABLE),)


@pytest.mark.parametrize(
    "fields", [{"status": "superseded"}, {"status": "entered-in-error"}, {"docStatus": "entered-in-error"}]
)
def test_drops_a_document_that_no_longer_holds(fields: dict[str, Any]) -> None:
    assert document(attached(b"Fever.", "text/plain"), **fields).notes == ()


def test_reads_the_conclusion_and_the_words_of_a_report() -> None:
    told = resource(
        "DiagnosticReport",
        status="final",
        code={"text": "Chest X-ray"},
        effectiveDateTime="2020-01-02",
        conclusion="No pneumonia.",
        presentedForm=[attached(b"Lungs are clear.", "text/plain")["attachment"]],
    )

    (note,) = read(told).notes

    assert note.document.text == "Impression\nNo pneumonia.\n\nLungs are clear."
    assert (note.title, note.source.reference) == ("Chest X-ray", "DiagnosticReport/1")


def test_passes_over_a_report_that_only_lists_results() -> None:
    record = read(resource("DiagnosticReport", status="final", code={"text": "CBC"}, result=[{"reference": "x"}]))

    assert (record.notes, record.passed_over) == ((), (("DiagnosticReport", 1),))


def test_reads_of_a_composition_what_no_entry_says() -> None:
    def section(title: str, words: str, status: str = "generated", *entries: str) -> dict[str, Any]:
        div = f'<div xmlns="http://www.w3.org/1999/xhtml">{words}</div>'
        told = [{"reference": each} for each in entries]
        return {"title": title, "text": {"status": status, "div": div}, "entry": told}

    composition = resource(
        "Composition",
        status="final",
        title="Patient summary",
        date="2020-01-02",
        section=[
            section("Problems", "Asthma", "generated", "Condition/c"),
            section("Allergies", "Bees, since the picnic", "additional", "Condition/c"),
            section("Plan", "Stop <b>smoking</b>"),
            section("Nothing", "", "empty"),
        ],
    )

    (note,) = read(composition, resource("Condition", "c", code={"text": "asthma"})).notes

    assert note.document.text == "Allergies\nBees, since the picnic\n\nPlan\nStop smoking"
    assert (note.title, note.source.reference) == ("Patient summary", "Composition/1")


def test_reads_what_an_impression_finds() -> None:
    (note,) = read(resource("ClinicalImpression", status="completed", summary="Likely viral.")).notes

    assert note.document.text == "Assessment\nLikely viral."
