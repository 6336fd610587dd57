from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

NOTE = (
    "HPI: A 64-year-old man with known COPD presents with three days of productive cough. He denies chest pain.\n"
    "FAMILY HISTORY: Diabetes.\n"
    "CT CHEST: Consolidation of the right lower lobe.\n"
    "PLAN: Start ceftriaxone. Repeat the chest X-ray in six weeks. Thank you for this referral."
)


def summarised(client: TestClient, **asked: Any) -> Any:
    return client.post("/v1/summaries", json=asked)


def test_a_note_is_answered_in_short(client: TestClient) -> None:
    answer = summarised(client, text=NOTE, max_length=35, min_length=10)

    assert answer.status_code == 200
    summary = answer.json()
    assert "64-year-old man with known COPD" in summary["summary"]
    assert summary["words"] == len(summary["summary"].split()) <= 35
    assert (summary["language"], summary["engine"], summary["style"]) == ("en", "salience", "extractive")
    assert summary["warnings"] == []


@pytest.mark.parametrize(("unit", "width", "codec"), [("utf16", 2, "utf-16-le"), ("byte", 1, "utf-8")])
def test_every_statement_stands_where_it_says(client: TestClient, unit: str, width: int, codec: str) -> None:
    text = "🫀 " + NOTE

    summary = summarised(client, text=text, max_length=40, offset_unit=unit).json()

    units = text.encode(codec)
    spans = [span for statement in summary["statements"] for span in statement["spans"]]
    assert len(spans) > 2
    assert all(units[width * each["start"] : width * each["end"]].decode(codec) == each["text"] for each in spans)
    assert [each["text"] for each in spans] == [statement["text"] for statement in summary["statements"]]


def test_a_short_maximum_needs_no_minimum(client: TestClient) -> None:
    assert summarised(client, text=NOTE, max_length=12).json()["words"] <= 12


def test_a_short_note_is_told_whole_and_says_so(client: TestClient) -> None:
    summary = summarised(client, text="Denies fever.").json()

    assert summary["summary"] == "Denies fever."
    assert len(summary["warnings"]) == 1


def test_the_same_note_has_the_same_summary_alone_and_among_others(client: TestClient) -> None:
    alone = summarised(client, text=NOTE, max_length=30).json()

    batch = summarised(client, documents=[{"text": NOTE[:200]}, {"id": "1", "text": NOTE}], max_length=30).json()

    assert batch["documents"][1] == {name: value for name, value in alone.items() if name != "request_id"}


def test_one_note_of_a_batch_fails_alone(client: TestClient) -> None:
    answer = summarised(client, documents=[{"id": "a", "text": NOTE}, {"id": "b", "text": " "}, {"id": "c"}])

    first, empty, unfit = answer.json()["documents"]
    assert first["id"] == "a"
    assert empty["problem"]["code"] == "empty-text"
    assert unfit["problem"]["code"] == "invalid-request"


def test_a_spanish_note_is_told_in_spanish(client: TestClient) -> None:
    text = (
        "ENFERMEDAD ACTUAL: Varón de 64 años con EPOC que acude por tos de tres días. Niega dolor torácico.\n"
        "JUICIO CLÍNICO: Neumonía adquirida en la comunidad.\nPLAN: Iniciar ceftriaxona."
    )

    summary = summarised(client, text=text, max_length=20).json()

    assert summary["language"] == "es"
    assert "Neumonía" in summary["summary"]


@pytest.mark.parametrize("route", ["/generate_summary", "/api/generate_summary"])
def test_contract_h_is_answered_with_the_same_summary(client: TestClient, route: str) -> None:
    ours = summarised(client, text=NOTE, max_length=30, min_length=5).json()

    theirs = client.post(route, json={"text": NOTE, "max_length": 30, "min_length": 5})

    assert theirs.status_code == 200
    told = theirs.json()
    assert told["summary"] == ours["summary"]
    assert told["metadata"]["statements"] == ours["statements"]
    assert told["metadata"]["original_length"] == len(NOTE.split())
    assert told["metadata"]["summary_length"] == ours["words"]
    assert (told["metadata"]["max_length"], told["metadata"]["min_length"]) == (30, 5)
    assert told["metadata"]["model_used"] == "salience"


def test_contract_h_takes_150_and_50_words_where_none_are_named(client: TestClient) -> None:
    text = " ".join(f"The patient had pneumonia in {year} and recovered slowly." for year in range(1990, 2020))

    told = client.post("/api/generate_summary", json={"text": text}).json()

    assert (told["metadata"]["max_length"], told["metadata"]["min_length"]) == (150, 50)
    assert 50 <= told["metadata"]["summary_length"] <= 150


REFUSED = [
    (b"{", 400, "malformed-json"),
    (b"[]", 422, "invalid-request"),
    (b"{}", 422, "invalid-request"),
    (b'{"text": "Fever.", "colour": "red"}', 422, "invalid-request"),
    (b'{"text": "Fever.", "max_length": 0}', 422, "invalid-request"),
    (b'{"text": "Fever.", "max_length": 5000}', 422, "invalid-request"),
    (b'{"text": "Fever.", "max_length": 10, "min_length": 11}', 422, "invalid-request"),
    (b'{"text": "Fever.", "min_length": -1}', 422, "invalid-request"),
    (b'{"text": "Fever.", "style": "poem"}', 422, "invalid-request"),
    (b'{"text": 7}', 422, "invalid-request"),
    (b'{"text": " "}', 422, "empty-text"),
    (b'{"text": "Fever.", "language": "fr"}', 422, "unknown-language"),
]


@pytest.mark.parametrize("route", ["/v1/summaries", "/generate_summary", "/api/generate_summary"])
@pytest.mark.parametrize(("body", "status", "code"), REFUSED)
def test_what_cannot_be_done_is_told(client: TestClient, route: str, body: bytes, status: int, code: str) -> None:
    answer = client.post(route, content=body, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "Fever" not in answer.text


def test_a_form_is_no_note(client: TestClient) -> None:
    answer = client.post("/v1/summaries", data={"text": NOTE})

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")
