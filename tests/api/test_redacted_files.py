"""``POST /v1/redactions/files``: a file in, one of the same kind out, and on the record without a value."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from starlette.testclient import TestClient

from epicrisis.api.app import create_app
from epicrisis.assembly import Services
from epicrisis.errors import StorageError
from epicrisis.formats.redacting.pdf.document import extracted
from epicrisis.formats.redacting.word.document import texts
from epicrisis.services.audit_reading import read_all
from tests.office import docx, paragraph, pdf, run
from tests.serving import CANARY, RULES, HeldReader, app_over, app_with, rules_pipeline
from tests.sockets import soon

for library in ("lxml", "pypdfium2", "reportlab", "pypdf"):
    pytest.importorskip(library, reason="files need the documents extra")

FILES = "/v1/redactions/files"
NOTE = f"Mr. John {CANARY}, MRN 00412317, was seen on 3/4/2019. Mr. {CANARY} denies fever."
SAFE = "Mr. [NAME], MRN [MRN], was seen on 2019. Mr. [NAME] denies fever."
TABLE = f"mrn,birth_date,note\n00412317,1925-03-04,Mr. John {CANARY} denies fever.\n"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BYTES = "application/octet-stream"


@pytest.fixture(scope="module")
def services() -> Services:
    return Services(rules_pipeline())


@pytest.fixture(scope="module")
def client(services: Services) -> Iterator[TestClient]:
    with TestClient(create_app(services, RULES), raise_server_exceptions=False) as client:
        yield client


def sent(client: TestClient, data: bytes | str, media: str, headers: Any = None, **asked: Any) -> Any:
    return client.post(FILES, content=data, params=asked, headers={"Content-Type": media, **(headers or {})})


def recorded(services: Services) -> Any:
    async def last() -> Any:
        return [read.entry async for read in read_all(services.audit.store)][-1]

    return asyncio.run(last())


def test_a_file_comes_back_as_what_it_was(client: TestClient) -> None:
    page = sent(client, pdf(NOTE), "application/pdf")
    letter = sent(client, docx(paragraph(run(NOTE))), WORD)
    table = sent(client, TABLE, "text/csv; charset=utf-8")
    record = sent(client, json.dumps({"mrn": "00412317", "note": NOTE}), "application/json")
    note = sent(client, NOTE, BYTES, kind="text")

    for answer, media in (
        (page, "application/pdf"), (letter, WORD), (table, "text/csv"), (record, "application/json"), (note, BYTES)
    ):  # fmt: skip
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == media
        assert answer.headers["content-disposition"] == "attachment"
        assert answer.headers["x-policy"] == "safe-harbor"
        assert answer.headers["x-engine"].startswith("patterns")
    assert SAFE in " ".join("".join(extracted(page.content)).split())
    assert SAFE in "".join(texts(letter.content))
    assert table.text == "mrn,birth_date,note\n[MRN],[DATE],Mr. [NAME] denies fever.\n"
    assert record.json() == {"mrn": "[MRN]", "note": SAFE}
    assert note.text == SAFE
    assert page.headers["x-redactions"] == "NAME=2, MRN=1, DATE=1"


def test_the_bytes_tell_what_a_file_is_where_nobody_says(client: TestClient) -> None:
    answer = sent(client, pdf(NOTE), BYTES)

    assert answer.headers["content-type"] == "application/pdf"


def test_fhir_stays_fhir_and_ids_stay_joined_over_files(client: TestClient) -> None:
    patient = {"resourceType": "Patient", "id": "p-77", "birthDate": "1925-03-04", "name": [{"family": CANARY}]}
    visit = {"resourceType": "Encounter", "id": "e-1", "subject": {"reference": "Patient/p-77"}}
    media = "application/fhir+json"

    one = sent(client, json.dumps(patient), media, policy="gdpr").json()
    other = sent(client, json.dumps(visit), media, policy="gdpr").json()

    assert one.keys() == {"resourceType", "id", "name"}
    assert other["subject"]["reference"] == f"Patient/{one['id']}"
    assert one["id"] != "p-77"


def test_rules_and_a_patient_are_followed(client: TestClient) -> None:
    table = "at,mrn\n2019-03-04,00412317\n2019-03-09,00412317\n"
    asked = {"policy": "research", "rule": ["at=DATE", "mrn=keep"]}

    answers = [sent(client, table, "text/csv", {"X-Patient": each}, **asked).text for each in ("p-1", "p-1", "p-2")]

    assert answers[0] == answers[1] != answers[2]
    assert "2019-03-04" not in answers[0]
    assert answers[0].count(",00412317") == 2


def test_it_is_recorded_once_with_counts_and_without_a_value(client: TestClient, services: Services) -> None:
    answer = sent(client, f"mrn,note\n00412317,Mr. {CANARY} coughs.\n00412317,ok\n", "text/csv", purpose="research-12")

    entry = recorded(services)
    assert (entry.action, entry.route, entry.outcome) == ("redact", FILES, "done")
    assert (entry.purpose, entry.subject) == ("research-12", "safe-harbor")
    assert entry.counts == {"NAME": 1, "MRN": 2}
    assert entry.request_id == answer.headers["x-request-id"]
    assert entry.document
    assert CANARY not in repr(entry)
    [kept] = [each for each in asyncio.run(services.redactions.latest()) if each.request_id == entry.request_id]
    assert (kept.route, kept.redaction_count) == (FILES, 3)


@pytest.mark.parametrize(
    ("data", "media", "asked", "status", "code"),
    [(b"%PDF-1.7 " + CANARY.encode(), "application/pdf", {}, 422, "unreadable-document"),
     (TABLE, "application/pdf", {}, 422, "unreadable-document"),
     (b"\x89PNG\r\n" + CANARY.encode(), BYTES, {}, 422, "unreadable-document"),
     (b"", "text/csv", {}, 422, "unreadable-document"),
     ('{"a": "' + CANARY, "application/json", {}, 422, "unreadable-document"),
     (TABLE, "text/csv", {"rule": f"{CANARY}=hide"}, 422, "invalid-input"),
     (json.dumps({"a": NOTE}), "application/json", {"rule": f"{CANARY}..a=keep"}, 422, "invalid-input"),
     (pdf(NOTE), "application/pdf", {"rule": "note=keep"}, 422, "invalid-input"),
     (TABLE, "text/csv", {"policy": CANARY}, 422, "unknown-policy"),
     (TABLE, "text/csv", {"language": "de"}, 422, "unknown-language"),
     (TABLE, "text/csv", {"kind": "xml"}, 422, "invalid-request"),
     (TABLE, "text/csv", {CANARY: "x"}, 422, "invalid-request"),
     (TABLE, "text/csv", {"purpose": f"for {CANARY}"}, 422, "invalid-request"),
     (NOTE, "text/plain", {}, 415, "unsupported-media-type")],
)  # fmt: skip
def test_refuses_with_a_code_and_repeats_nothing(
    client: TestClient, data: bytes | str, media: str, asked: Any, status: int, code: str
) -> None:
    answer = sent(client, data, media, **asked)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert CANARY not in answer.text
    assert CANARY not in repr(answer.headers)


def test_what_could_not_be_done_is_recorded_too(client: TestClient, services: Services) -> None:
    answer = sent(client, pdf(NOTE, encrypt="secret"), "application/pdf")

    assert "password" in answer.json()["detail"]
    entry = recorded(services)
    assert (entry.outcome, entry.counts, entry.request_id) == (
        "unreadable-document", {}, answer.headers["x-request-id"]
    )  # fmt: skip


def test_a_redaction_that_cannot_be_recorded_is_not_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    services = Services(rules_pipeline())

    async def down(grow: Any) -> Any:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(services.audit.store, "append", down)
    with TestClient(create_app(services, RULES), raise_server_exceptions=False) as client:
        answer = sent(client, TABLE, "text/csv")

    assert (answer.status_code, answer.json()["code"]) == (503, "storage-error")
    assert "fever" not in answer.text


def test_a_file_may_be_larger_than_other_bodies_up_to_its_own_limit() -> None:
    app = app_with(max_body_bytes=1_000, max_upload_bytes=3_000)
    row = "1,well\n"
    with TestClient(app, raise_server_exceptions=False) as client:
        fits = sent(client, "n,note\n" + row * 300, "text/csv")
        large = sent(client, "n,note\n" + row * 500, "text/csv")
        note = client.post("/v1/redactions", json={"text": "x " * 1_000})

    assert fits.status_code == 200
    assert (large.status_code, large.json()["code"]) == (413, "body-too-large")
    assert (note.status_code, note.json()["code"]) == (413, "body-too-large")


def test_where_there_is_no_room_a_file_is_refused_before_it_is_read() -> None:
    reader = HeldReader()
    app = app_over(reader, finder=reader, settings=RULES.model_copy(update={"workers": 1}))
    answers: list[int] = []

    with TestClient(app, raise_server_exceptions=False) as client:
        threads = [Thread(target=lambda: answers.append(sent(client, TABLE, "text/csv").status_code)) for _ in range(2)]
        for thread in threads:
            thread.start()
        assert reader.reading.wait(timeout=30)
        for _ in soon("two files are taken", within=30):
            if app.state.redact_files.room.taken == 2:
                break
        refused = sent(client, TABLE, "text/csv")
        reader.release.set()
        for thread in threads:
            thread.join(timeout=60)

    assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
    assert answers == [200, 200]


def test_a_file_that_takes_too_long_is_given_up() -> None:
    reader = HeldReader()
    app = app_over(reader, finder=reader, settings=RULES.model_copy(update={"file_seconds": 1}))

    with TestClient(app, raise_server_exceptions=False) as client:
        answer = sent(client, TABLE, "text/csv")
        reader.release.set()

    assert (answer.status_code, answer.json()["code"]) == (503, "deadline-exceeded")
    assert app.state.redact_files.room.taken == 0


def test_the_document_says_what_is_taken(client: TestClient) -> None:
    told = client.get("/openapi.json").json()["paths"][FILES]["post"]

    assert {"application/pdf", "text/csv", WORD} <= told["requestBody"]["content"].keys()
    assert "X-Redactions" in told["responses"]["200"]["headers"]
    assert {each["name"] for each in told["parameters"]} == {
        "policy", "kind", "language", "rule", "header", "purpose", "X-Patient",
        "Idempotency-Key",
    }  # fmt: skip
