from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.office import docx, paragraph, run

NOTE = "Ana Prueba denies chest pain."
RTF = rb"{\rtf1\ansi The patient has a f\'e9ver.\par No cough.}"
PDF, ANY = "application/pdf", "application/octet-stream"


def read(client: TestClient, data: bytes, media: str = ANY, **query: Any) -> Any:
    return client.post("/v1/documents", content=data, headers={"Content-Type": media}, params=query)


def test_a_file_is_answered_with_its_text(client: TestClient) -> None:
    answer = read(client, RTF, "application/rtf")

    assert answer.status_code == 200
    [document] = answer.json()["documents"]
    assert document["text"].split("\n")[:2] == ["The patient has a féver.", "No cough."]
    assert (document["kind"], document["scanned"], document["warnings"]) == ("rtf", [], [])


def test_a_form_brings_any_text_in_any_encoding(client: TestClient) -> None:
    sent = "Niega fiebre. Años: 61.".encode("latin-1")

    answer = client.post("/v1/documents", files={"file": ("nota.txt", sent, "text/plain")})

    assert answer.json()["documents"][0]["text"].strip() == "Niega fiebre. Años: 61."


def test_an_archive_is_answered_document_by_document(client: TestClient) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.rtf", RTF)
        archive.writestr("folder/b.txt", NOTE)

    documents = read(client, packed.getvalue(), "application/zip").json()["documents"]

    assert [document["name"] for document in documents] == ["a.rtf", "b.txt"]


@pytest.mark.parametrize(
    ("media", "data", "status", "code"),
    [
        ("text/plain", NOTE.encode(), 415, "unsupported-media-type"),
        (ANY, b"", 422, "unreadable-document"),
        (PDF, RTF, 422, "unreadable-document"),
        (ANY, b"GIF89a" + bytes(40), 415, "unsupported-document"),
        (PDF, b"%PDF-1.7\n%%EOF", 422, "unreadable-document"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n--x--", 400, "malformed-form"),
    ],
)
def test_what_cannot_be_read_is_told_of(client: TestClient, media: str, data: bytes, status: int, code: str) -> None:
    answer = read(client, data, media)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "Prueba" not in answer.text


def test_a_kind_that_is_not_read_is_told_which_are(client: TestClient) -> None:
    assert "PDF" in read(client, b"GIF89a" + bytes(40)).json()["detail"]


def test_an_unknown_way_of_reading_is_refused(client: TestClient) -> None:
    assert read(client, RTF, colour="red").status_code == 422


@pytest.mark.parametrize("route", ["/upload", "/api/upload"])
def test_contract_h_reads_a_file_of_a_form(client: TestClient, route: str) -> None:
    answer = client.post(route, files={"file": ("note.rtf", RTF)}, data={"language": "en"})

    assert answer.status_code == 200
    assert answer.json()["text"].startswith("The patient has a féver.")


def test_a_field_nobody_knows_is_refused(client: TestClient) -> None:
    answer = client.post("/upload", files={"file": ("note.rtf", RTF)}, data={"colour": "red"})

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed-form")


def test_a_word_file_is_read_too(client: TestClient) -> None:
    pytest.importorskip("lxml")
    assert NOTE in read(client, docx(paragraph(run(NOTE)))).json()["documents"][0]["text"]
