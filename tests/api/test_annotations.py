from __future__ import annotations

import json
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from epicrisis.formats.jsonl import to_plain
from epicrisis.text.alignment import OffsetUnit
from tests.serving import UUID, rules_pipeline

NOTE = "Denies chest pain. History of hypertension."


def sent(client: TestClient, body: Any) -> Any:
    response = client.post("/v1/annotations", json=body)
    assert response.status_code == 200, response.text
    return response.json()


def test_one_note_is_answered_as_the_library_reads_it(client: TestClient) -> None:
    answer = sent(client, {"text": NOTE})

    assert re.fullmatch(UUID, answer.pop("request_id"))
    assert answer == to_plain(rules_pipeline().annotate(NOTE))
    assert [(each["text"], each["assertion"]["status"]) for each in answer["entities"]] == [
        ("chest pain", "ABSENT"),
        ("hypertension", "PRESENT"),
    ]
    assert [cue["text"] for cue in answer["entities"][0]["assertion"]["cues"]] == ["Denies"]
    assert answer["engine"] == "rules"
    assert answer["version"]


@pytest.mark.parametrize("unit", list(OffsetUnit))
def test_offsets_count_the_unit_asked_for(client: TestClient, unit: OffsetUnit) -> None:
    text = "😷 Denies fever."

    answer = sent(client, {"text": text, "offset_unit": unit})

    before = {OffsetUnit.CODE_POINT: 9, OffsetUnit.UTF16: 10, OffsetUnit.BYTE: 12}[unit]
    assert answer["offset_unit"] == unit
    assert [(each["start"], each["end"], each["text"]) for each in answer["entities"]] == [
        (before, before + 5, "fever")
    ]


def test_a_batch_is_answered_in_its_order_under_its_own_names(client: TestClient) -> None:
    documents = [{"id": "b", "text": "Denies fever."}, {"text": NOTE}, {"id": "a", "text": "Cough."}]

    answer = sent(client, {"documents": documents})

    assert [each["id"] for each in answer["documents"]] == ["b", "2", "a"]
    assert [each["entities"][0]["text"] for each in answer["documents"]] == ["fever", "chest pain", "Cough"]


def test_a_bad_note_of_a_batch_fails_alone(client: TestClient) -> None:
    body = json.dumps({
        "documents": [
            {"id": "good", "text": "Denies fever."},
            {"id": "blank", "text": " \n"},
            {"id": "surrogate", "text": "a\ud800b"},
            {"id": "rtf", "text": r"{\rtf1 Denies fever.}"},
            {"id": "number", "text": 5, "colour": "red"},
            {"id": "foreign", "text": "Denies fever.", "language": "xx"},
            "no object",
            {"id": 7, "text": "Denies fever."},
            {"id": "\ud800", "text": "Denies fever."},
            {"text": "Denies cough."},
        ]
    })  # fmt: skip

    response = client.post("/v1/annotations", content=body, headers={"Content-Type": "application/json"})

    assert response.status_code == 200
    answers = response.json()["documents"]
    assert [(each["id"], each.get("problem", {}).get("code")) for each in answers] == [
        ("good", None),
        ("blank", "empty-text"),
        ("surrogate", "unreadable-text"),
        ("rtf", "unreadable-text"),
        ("number", "invalid-request"),
        ("foreign", "unknown-language"),
        ("7", "invalid-request"),
        ("8", "invalid-request"),
        ("9", "invalid-request"),
        ("10", None),
    ]
    assert [fault["pointer"] for fault in answers[4]["problem"]["errors"]] == ["#/documents/4/text", "#/documents/4"]


def test_the_language_of_a_request_holds_for_notes_that_name_none(client: TestClient) -> None:
    answer = sent(
        client, {"documents": [{"text": "Afebril."}, {"text": "Afebril.", "language": "en"}], "language": "xx"}
    )

    assert [each.get("problem", {}).get("code") for each in answer["documents"]] == ["unknown-language", None]


def test_a_long_note_is_read_to_its_end(client: TestClient) -> None:
    answer = sent(client, {"text": "Denies fever. " * 5_000})

    assert len(answer["entities"]) == 5_000
    assert answer["entities"][-1]["end"] == 5_000 * 14 - 2
