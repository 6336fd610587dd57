"""The Python client about files and what a note records, against a server in its own process."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import anyio
import pytest
from fhir.resources.R4B.bundle import Bundle

from epicrisis import errors
from epicrisis.client import AsyncClient, ExtractedFile, Refusal
from epicrisis.domain.assertions import Status
from epicrisis.domain.note_summaries import NoteSummary
from epicrisis.domain.records import NoteRecord, spans_of
from tests.clients import BOTH, Asks
from tests.flaky import Said, flaky
from tests.serving import running

NOTE = "🫀 MEDICATIONS: Lisinopril 10 mg by mouth daily.\nALLERGIES: Penicillin causes hives.\nHe denies chest pain."
RTF = rb"{\rtf1\ansi Medications: Lisinopril 10 mg daily.\par He denies chest pain.}"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running(EPICRISIS_READER="model", EPICRISIS_ASSERTION="model") as (server, _):
        yield f"http://{server.host}:{server.port}"


@pytest.fixture(params=BOTH)
def ask(request: pytest.FixtureRequest) -> Asks:
    return BOTH[request.param]


def packed(**files: bytes) -> bytes:
    """Return a ZIP archive of ``files``, whose names have an underscore for the dot."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as held:
        for name, data in files.items():
            held.writestr(name.replace("_", "."), data)
    return archive.getvalue()


def test_a_file_is_answered_with_the_documents_in_it(url: str, ask: Asks) -> None:
    first, second = ask(url, "read", packed(a_rtf=RTF, b_txt="Niega fiebre. Años: 61.".encode("latin-1")))

    assert (first.kind, first.name) == ("rtf", "a.rtf")
    assert first.text.startswith("Medications: Lisinopril 10 mg daily.\n")
    assert (second.kind, second.name, second.text) == ("text", "b.txt", "Niega fiebre. Años: 61.")


def test_words_of_a_page_have_their_boxes(url: str, ask: Asks) -> None:
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    page = io.BytesIO()
    drawn = canvas.Canvas(page, pagesize=(300, 200))
    drawn.drawString(30, 150, "Denies fever.")
    drawn.save()

    [file] = ask(url, "read", page.getvalue(), kind="pdf", boxes=True)
    [extracted] = ask(url, "extract_file", page.getvalue(), boxes=True)

    assert [(each.number, each.width, each.height) for each in file.pages] == [(1, 300, 200)]
    fever = next(each for each in file.placed if "fever" in file.text[each.span.start : each.span.end])
    assert 30 < fever.box.right < 300
    assert 40 < fever.box.bottom < 60
    [denied] = extracted.record.denied
    assert denied.name.text == "fever"
    assert fever.box in list(extracted.file.boxes(denied.name.span))


def test_a_note_is_answered_with_its_record(url: str, ask: Asks) -> None:
    record = ask(url, "extract", NOTE, id="visit-7")

    assert isinstance(record, NoteRecord)
    [drug] = record.medications
    assert drug.dose is not None
    assert (record.document_id, drug.name.text, drug.dose.text) == ("visit-7", "Lisinopril", "10 mg")
    assert [allergy.substance.text for allergy in record.allergies] == ["Penicillin"]
    assert [(problem.name.text, problem.status) for problem in record.denied] == [("chest pain", Status.ABSENT)]
    # Places count code points, also behind a character that is two of UTF-16.
    assert NOTE[drug.name.span.start : drug.name.span.end] == "Lisinopril"
    assert len(spans_of(record)) > 5


def test_one_note_of_a_batch_fails_alone(url: str, ask: Asks) -> None:
    answer = ask(url, "extract_batch", [NOTE, " ", "He denies fever."])

    first, empty, last = answer.items
    assert isinstance(first, NoteRecord)
    assert isinstance(empty, Refusal)
    assert (first.document_id, empty.code, last.denied[0].name.text) == ("1", "empty-text", "fever")
    assert answer.request_id


def test_a_note_is_told_in_short(url: str, ask: Asks) -> None:
    summary = ask(url, "summarize", NOTE, id="visit-7", max_words=8, min_words=1)

    assert isinstance(summary, NoteSummary)
    assert (summary.document_id, summary.engine) == ("visit-7", "salience")
    assert 1 <= summary.words <= 8
    # Places count code points, also behind a character that is two of UTF-16.
    assert [NOTE[each.spans[0].start : each.spans[0].end] for each in summary.statements] == [
        each.text for each in summary.statements
    ]


def test_one_summary_of_a_batch_fails_alone(url: str, ask: Asks) -> None:
    first, empty = ask(url, "summarize_batch", [NOTE, " "], max_words=8).items

    assert isinstance(first, NoteSummary)
    assert empty.code == "empty-text"


def test_a_record_is_told_in_fhir(url: str, ask: Asks) -> None:
    bundle = ask(url, "extract_fhir", NOTE, language="en")

    kinds = {entry["resource"]["resourceType"] for entry in bundle["entry"]}
    Bundle.model_validate(bundle)
    assert {"Composition", "MedicationStatement", "AllergyIntolerance"} <= kinds


def test_every_document_of_a_file_has_its_record_beside_its_text(url: str, ask: Asks) -> None:
    extracted = ask(url, "extract_file", packed(a_rtf=RTF, b_txt=b" \n", c_txt=b"He denies fever."))

    assert all(isinstance(each, ExtractedFile) for each in extracted)
    first, empty, last = extracted
    [drug] = first.record.medications
    assert (first.record.document_id, first.file.name) == ("a.rtf", "a.rtf")
    assert first.file.text[drug.name.span.start : drug.name.span.end] == "Lisinopril"
    assert isinstance(empty.record, Refusal)
    assert empty.record.code == "empty-text"
    assert last.record.denied[0].name.text == "fever"


def test_many_notes_have_their_records_in_their_order(url: str) -> None:
    async def asked() -> list[Any]:
        async with (
            AsyncClient(url) as client,
            client.many(client.extract, ["He denies fever.", " ", "He denies cough."]) as answers,
        ):
            return [answer async for answer in answers]

    first, empty, last = anyio.run(asked)

    assert isinstance(empty, errors.EmptyText)
    assert [record.denied[0].name.text for record in (first, last)] == ["fever", "cough"]


@pytest.mark.parametrize(
    ("method", "sent", "named", "kind"),
    [
        ("read", b"", {}, errors.UnreadableDocument),
        ("read", b"GIF89a" + bytes(40), {}, errors.UnsupportedDocument),
        ("read", RTF, {"kind": "pdf"}, errors.UnreadableDocument),
        ("read", RTF, {"kind": "parquet"}, errors.InvalidInput),
        ("extract_file", b"%PDF-1.7 cut off", {}, errors.UnreadableDocument),
        ("extract", " ", {}, errors.EmptyText),
        ("extract", "Fever.", {"language": "fr"}, errors.UnknownLanguage),
        ("extract_fhir", "", {}, errors.EmptyText),
        ("transcribe", b"", {}, errors.EpicrisisError),
    ],
)
def test_what_is_refused_is_an_error_of_ours(
    url: str, ask: Asks, method: str, sent: Any, named: dict[str, Any], kind: type[errors.EpicrisisError]
) -> None:
    with pytest.raises(kind) as caught:
        ask(url, method, sent, **named)

    assert caught.value.request_id


def test_what_only_reads_is_sent_again(ask: Asks) -> None:
    with flaky(Said(None), Said(503, {}), Said(200, {"documents": [], "request_id": "7"})) as server:
        assert ask(server.url, "read", RTF) == []

    assert len(server.requests) == 3
    assert not any("Idempotency-Key" in headers for _, headers in server.requests)


def test_what_stays_missing_is_not_asked_for_again(ask: Asks) -> None:
    refused = {"code": "missing-dependency", "status": 503, "detail": "Run: pip install 'epicrisis[ocr]'"}
    with flaky(Said(503, refused)) as server, pytest.raises(errors.MissingDependency, match=r"epicrisis\[ocr\]"):
        ask(server.url, "read", RTF)

    assert len(server.requests) == 1


@pytest.mark.parametrize("body", [{}, {"documents": [{}]}, {"documents": [{"kind": "pdf", "text": "a", "pages": 7}]}])
def test_another_server_is_told_from_ours(ask: Asks, body: Any) -> None:
    for method, sent in (("read", RTF), ("extract", "Fever."), ("extract_fhir", "Fever."), ("transcribe", RTF)):
        with flaky(Said(200, body)) as server, pytest.raises(errors.EpicrisisError, match="see that it is one"):
            ask(server.url, method, sent)
