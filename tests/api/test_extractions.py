from __future__ import annotations

import io
import json
import wave
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from starlette.testclient import TestClient

from epicrisis.api.schemas.extractions import ExtractionsAnswer
from tests.serving import app_with

NOTE = (
    "MEDICATIONS: Lisinopril 10 mg by mouth daily for hypertension.\nALLERGIES: Penicillin causes hives.\n"
    "He denies chest pain. Mother had breast cancer."
)


@pytest.fixture(scope="module")
def model_client() -> Iterator[TestClient]:
    """Return a client of the app whose notes the model reads."""
    with TestClient(app_with(reader="model", assertion="model")) as client:
        yield client


def extracted(client: TestClient, **asked: Any) -> Any:
    return client.post("/v1/extractions", json=asked)


def names(items: list[Any], key: str = "name") -> list[str]:
    return [item[key]["text"] for item in items]


def test_a_note_is_answered_with_its_record(model_client: TestClient) -> None:
    answer = extracted(model_client, text=NOTE)

    assert answer.status_code == 200
    record = answer.json()
    [drug] = record["medications"]
    assert (drug["name"]["text"], drug["dose"]["text"], drug["frequency"]["text"]) == ("Lisinopril", "10 mg", "daily")
    assert names(record["allergies"], "substance") == ["Penicillin"]
    assert names(record["denied"]) == ["chest pain"]
    assert names(record["family"], "condition") == ["breast cancer"]
    assert "breast cancer" not in names(record["problems"])


def test_every_quote_stands_where_it_says(model_client: TestClient) -> None:
    text = "🫀 " + NOTE

    record = extracted(model_client, text=text, offset_unit="utf16").json()

    units = text.encode("utf-16-le")
    quotes = list(quoted(record))
    assert len(quotes) > 10
    assert all(units[2 * each["start"] : 2 * each["end"]].decode("utf-16-le") == each["text"] for each in quotes)


def quoted(value: Any) -> list[Any]:
    if isinstance(value, dict):
        own = [value] if {"start", "end", "text"} <= value.keys() else []
        return own + [each for below in value.values() for each in quoted(below)]
    return [each for below in value for each in quoted(below)] if isinstance(value, list) else []


def test_problems_have_codes(model_client: TestClient) -> None:
    record = extracted(model_client, text="Assessment: Community-acquired pneumonia.").json()

    [problem] = record["problems"]
    assert problem["codes"][0]["code"] == "J18.9"
    assert problem["codes"][0]["system"] == "http://hl7.org/fhir/sid/icd-10-cm"


def test_one_note_of_a_batch_fails_alone(model_client: TestClient) -> None:
    answer = extracted(model_client, documents=[{"id": "a", "text": NOTE}, {"id": "b", "text": " "}, {"id": "c"}])

    first, empty, unfit = answer.json()["documents"]
    assert first["id"] == "a"
    assert empty["problem"]["code"] == "empty-text"
    assert unfit["problem"]["code"] == "invalid-request"


def test_a_record_is_told_as_fhir_and_as_rows(model_client: TestClient) -> None:
    bundle = extracted(model_client, text=NOTE, form="fhir").json()["bundle"]
    rows = extracted(model_client, text=NOTE, form="rows").json()["rows"]
    omop = extracted(model_client, text=NOTE, form="omop").json()["rows"]

    Bundle.model_validate_json(json.dumps(bundle))
    assert {"medication", "allergy", "problem", "family"} <= {row["kind"] for row in rows}
    assert next(row for row in omop if row["lexical_variant"] == "chest pain")["term_exists"] == "N"


def test_a_file_is_read_and_extracted(model_client: TestClient) -> None:
    rtf = rb"{\rtf1 " + NOTE.replace("\n", r"\par ").encode() + b"}"

    answer = model_client.post("/v1/extractions", content=rtf, headers={"Content-Type": "application/rtf"})

    [record] = answer.json()["documents"]
    assert names(record["medications"]) == ["Lisinopril"]


@pytest.mark.parametrize("route", ["/extract_medical_data", "/api/extract_medical_data"])
def test_contract_h_is_answered_with_the_same_record(model_client: TestClient, route: str) -> None:
    ours = extracted(model_client, text=NOTE).json()

    theirs = model_client.post(route, json={"text": NOTE}).json()

    assert {**theirs, "request_id": ""} == {**ours, "request_id": ""}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed-json"),
        (b"[]", 422, "invalid-request"),
        (b"{}", 422, "invalid-request"),
        (b'{"text": "Fever.", "colour": "red"}', 422, "invalid-request"),
        (b'{"text": "Fever.", "form": "xml"}', 422, "invalid-request"),
        (b'{"text": " "}', 422, "empty-text"),
        (b'{"text": "Fever.", "language": "fr"}', 422, "unknown-language"),
    ],
)
def test_what_cannot_be_done_is_told(client: TestClient, body: bytes, status: int, code: str) -> None:
    answer = client.post("/v1/extractions", content=body, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_what_of_a_file_could_not_be_read_is_told_with_its_documents(model_client: TestClient) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("p1/note.txt", NOTE)
        archive.writestr("p2/note.txt", NOTE)
        archive.writestr("old.doc", b"\xd0\xcf\x11\xe0")

    for form in ("record", "omop"):
        answer = model_client.post(
            "/v1/extractions",
            content=packed.getvalue(),
            headers={"Content-Type": "application/zip"},
            params={"form": form},
        )
        ExtractionsAnswer.model_validate(answer.json())
        first, second = answer.json()["documents"]

        assert [first["id"], second["id"]] == ["p1/note.txt", "p2/note.txt"]
        assert [each[:35] for each in first["warnings"]] == ["File 3 of the archive cannot be rea"]
        assert second["warnings"] == []
    keys = [row["note_nlp_id"] for each in (first, second) for row in each["rows"]]
    assert keys == list(range(1, len(keys) + 1))


@pytest.mark.parametrize("route", ["/extract_medical_data_from_audio", "/api/extract_medical_data_from_audio"])
def test_a_recording_in_which_nobody_speaks_says_so(model_client: TestClient, route: str) -> None:
    for package in ("codecpod", "ctranslate2"):
        pytest.importorskip(package, reason="recordings need the speech extra")
    silence = io.BytesIO()
    with wave.open(silence, "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(16_000)
        recording.writeframes(bytes(2 * 16_000))

    answer = model_client.post(route, content=silence.getvalue(), headers={"Content-Type": "audio/wav"})

    assert (answer.status_code, answer.json()["code"]) == (422, "empty-text")
    assert "No speech was heard" in answer.json()["detail"]
