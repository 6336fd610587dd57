"""``POST /v1/entities``: several label sets in one pass, in the language of each note, with both names."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from epicrisis.formats.entities import named_to_plain
from epicrisis.services.outcomes import answered
from epicrisis.text.alignment import OffsetUnit
from tests.promises.test_p02_offsets_never_lie import assert_true_to, notes
from tests.serving import CANARY, UUID
from tests.spanish import WORDS, SpanishWords, spanish_app, spanish_pipeline

SPANISH = "Varón con cefalea y fiebre. Se pauta paracetamol."
ENGLISH = "Denies chest pain. History of hypertension."
FIVE = ["symptoms", "species", "procedures", "medications", "diseases"]


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(spanish_app(), raise_server_exceptions=False) as client:
        yield client


def sent(client: TestClient, body: Any) -> Any:
    response = client.post("/v1/entities", json=body)
    assert response.status_code == 200, response.text
    return response.json()


def named(answer: Any) -> list[tuple[str, str, str]]:
    return [(each["label_set"], each["label"], each["text"]) for each in answer["entities"]]


def refused(response: Any, status: int, code: str) -> Any:
    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    assert CANARY not in response.text
    return response.json()


def test_a_spanish_note_is_answered_in_all_the_usual_label_sets(client: TestClient) -> None:
    answer = sent(client, {"text": SPANISH})

    assert re.fullmatch(UUID, answer.pop("request_id"))
    assert answer == named_to_plain(answered(spanish_pipeline().named([SPANISH])[0]))
    assert answer["language"] == "es"
    assert answer["label_sets"] == ["clinical", *FIVE]
    assert (answer["engine"], answer["version"]) == ("spanish-words", "1")
    assert named(answer) == [
        ("species", "SPECIES", "Varón"),
        ("clinical", "PROBLEM", "cefalea"),
        ("symptoms", "SYMPTOM", "cefalea"),
        ("symptoms", "SYMPTOM", "fiebre"),
        ("clinical", "MEDICATION", "paracetamol"),
        ("medications", "MEDICATION", "paracetamol"),
    ]
    assert [each["id"] for each in answer["entities"]] == ["T1", "T2", "T3", "T4", "T5", "T6"]


def test_an_english_note_is_answered_in_the_clinical_label_set(client: TestClient) -> None:
    answer = sent(client, {"text": ENGLISH})

    assert (answer["language"], answer["label_sets"], answer["engine"]) == ("en", ["clinical"], "rules")
    assert named(answer) == [("clinical", "PROBLEM", "chest pain"), ("clinical", "PROBLEM", "hypertension")]


def test_every_label_has_a_name_in_both_languages_and_species_their_kind(client: TestClient) -> None:
    text = "Varón con cefalea, leucemia, tomografía y E. coli; paracetamol."
    answer = sent(client, {"text": text, "label_sets": FIVE})

    assert {(each["label"], each["label_es"], each.get("sub")) for each in answer["entities"]} == {
        ("SPECIES", "SPECIES", "HUMAN"),
        ("SPECIES", "SPECIES", "SPECIES"),
        ("SYMPTOM", "SINTOMA", None),
        ("DISEASE", "ENFERMEDAD", None),
        ("PROCEDURE", "PROCEDIMIENTO", None),
        ("MEDICATION", "FARMACO", None),
    }


def test_what_is_asked_for_is_looked_for_once_and_in_its_order(client: TestClient) -> None:
    answer = sent(client, {"text": SPANISH, "label_sets": ["species_base", "symptoms", "species_base"]})

    assert answer["label_sets"] == ["species_base", "symptoms"]
    assert {each["label_set"] for each in answer["entities"]} == {"species_base", "symptoms"}


def test_any_number_of_label_sets_is_one_pass() -> None:
    reader = SpanishWords()
    with TestClient(spanish_app(reader)) as client:
        before = reader.passes
        sent(client, {"text": SPANISH, "label_sets": list(WORDS)})

    assert reader.passes == before + 1


def test_an_unknown_label_set_is_told_those_of_the_language(client: TestClient) -> None:
    spanish = refused(client.post("/v1/entities", json={"text": SPANISH, "label_sets": [CANARY]}), 422, "invalid-input")
    english = refused(
        client.post("/v1/entities", json={"text": ENGLISH, "label_sets": ["symptoms"]}), 422, "invalid-input"
    )

    assert all(name in spanish["detail"] for name in WORDS)
    assert english["detail"] == "There is no such label set for 'en'; try some of ['clinical']."


@pytest.mark.parametrize(
    "label_sets", [CANARY, [5], None, ["clinical"] * 33, {CANARY: 1}], ids=["text", "number", "null", "many", "object"]
)
def test_label_sets_are_a_short_list_of_names(client: TestClient, label_sets: Any) -> None:
    told = refused(
        client.post("/v1/entities", json={"text": SPANISH, "label_sets": label_sets}), 422, "invalid-request"
    )

    assert told["errors"][0]["pointer"].startswith("#/label_sets")


@pytest.mark.parametrize("unit", list(OffsetUnit))
@pytest.mark.parametrize(
    "text", [f"😷 {SPANISH}", unicodedata.normalize("NFD", SPANISH), "Cefalea.\r\nDolor\r\ntorácico."]
)
def test_offsets_count_the_unit_asked_for(client: TestClient, unit: OffsetUnit, text: str) -> None:
    answer = sent(client, {"text": text, "offset_unit": unit, "language": "es"})

    assert answer["entities"]
    assert_true_to(text, unit, answer)


@given(text=st.lists(notes | st.sampled_from(["varón ", "cefalea ", "VARO\u0301N."]), max_size=4).map("".join),
       unit=st.sampled_from(OffsetUnit), language=st.sampled_from(["en", "es"]))  # fmt: skip
def test_offsets_never_lie(client: TestClient, text: str, unit: OffsetUnit, language: str) -> None:
    response = client.post("/v1/entities", json={"text": text, "offset_unit": unit, "language": language})

    if response.status_code == 422:
        assert response.json()["code"] in {"empty-text", "unreadable-text"}
        return
    assert response.status_code == 200
    assert_true_to(text, unit, response.json())


def test_a_batch_may_mix_languages_and_keeps_its_order_and_names(client: TestClient) -> None:
    documents = [{"id": "b", "text": SPANISH}, {"text": ENGLISH}, {"id": "a", "text": "Fiebre.", "language": "es"}]

    answer = sent(client, {"documents": documents})["documents"]

    assert [(each["id"], each["language"], each["engine"]) for each in answer] == [
        ("b", "es", "spanish-words"), ("2", "en", "rules"), ("a", "es", "spanish-words"),
    ]  # fmt: skip
    assert all("request_id" not in each for each in answer)


def test_a_bad_note_of_a_batch_fails_alone(client: TestClient) -> None:
    body = json.dumps({
        "label_sets": ["clinical", "symptoms"],
        "language": "es",
        "documents": [
            {"id": "good", "text": "Cefalea."},
            {"id": "blank", "text": " \n"},
            {"id": "surrogate", "text": f"{CANARY}\ud800b"},
            {"id": "rtf", "text": rf"{{\rtf1 {CANARY}}}"},
            {"id": "number", "text": 5, CANARY: "red"},
            {"id": "foreign", "text": CANARY, "language": "xx"},
            {"id": "lacks the label set", "text": "Denies fever.", "language": "en"},
            CANARY,
            {"text": "Fiebre."},
        ],
    })  # fmt: skip

    response = client.post("/v1/entities", content=body, headers={"Content-Type": "application/json"})

    assert response.status_code == 200
    assert CANARY not in response.text
    answers = response.json()["documents"]
    assert [(each["id"], each.get("problem", {}).get("code")) for each in answers] == [
        ("good", None),
        ("blank", "empty-text"),
        ("surrogate", "unreadable-text"),
        ("rtf", "unreadable-text"),
        ("number", "invalid-request"),
        ("foreign", "unknown-language"),
        ("lacks the label set", "invalid-input"),
        ("8", "invalid-request"),
        ("9", None),
    ]


@pytest.mark.parametrize("body", [{}, {"text": "a", "documents": [{"text": "b"}]}, {"documents": []}])
def test_one_note_or_a_batch_is_sent(client: TestClient, body: Any) -> None:
    refused(client.post("/v1/entities", json=body), 422, "invalid-request")


@pytest.mark.parametrize(("text", "code"), [("", "empty-text"), ("  ", "empty-text"), ("\x01" * 99, "unreadable-text")])
def test_what_cannot_be_read_is_told_why(client: TestClient, text: str, code: str) -> None:
    refused(client.post("/v1/entities", json={"text": text}), 422, code)


def test_a_note_longer_than_the_installation_reads_is_413(client: TestClient) -> None:
    refused(client.post("/v1/entities", json={"text": "a" * 1_000_001}), 413, "text-too-long")


def test_a_body_that_is_no_json_is_415(client: TestClient) -> None:
    refused(client.post("/v1/entities", data={"text": CANARY}), 415, "unsupported-media-type")
