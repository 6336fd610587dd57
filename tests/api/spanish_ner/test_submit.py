"""Contract N: what is sent, in whichever way, is answered word for word as the containers did."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from epicrisis.api.contracts.spanish_ner.answers import OTHER_LANGUAGE
from epicrisis.api.contracts.spanish_ner.models import CLASSES
from tests.api.spanish_ner.envelopes import TEXT, found, refused
from tests.spanish import SpanishWords, spanish_app

ALL = [("SPECIES", "Varón"), ("SINTOMA", "cefalea"), ("FARMACO", "paracetamol")]


def test_the_answer_is_the_contracts_to_the_letter(client: TestClient) -> None:
    response = client.post("/api/submit", json={"inputText": "Anamnesis\nVarón."})

    shown = re.sub(r'"processing_time":"\d+\.\d{4}"', '"processing_time":"0.0123"', response.text)
    assert shown == (
        '{"data":{"brat":[{"id":"T1","class":"SPECIES","start":10,"end":15,"entity":"Varón"}],'
        '"original_text":"Anamnesis\\nVarón.","processing_time":"0.0123"},'
        '"message":"Data retrieved successfully.","success":true}'
    )


def test_json_a_form_and_a_form_in_parts_say_the_same(client: TestClient) -> None:
    field = {"inputText": TEXT}

    assert found(client.post("/api/submit", json=field), TEXT) == ALL
    assert found(client.post("/api/submit", data=field), TEXT) == ALL
    assert found(client.post("/api/submit", files={"inputText": (None, TEXT)}), TEXT) == ALL
    assert found(client.post("/api/submit", files={"inputText": ("note.txt", TEXT.encode())}), TEXT) == ALL


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "APPLICATION/JSON"])
def test_the_kind_of_body_may_be_spelt_as_http_allows(client: TestClient, kind: str) -> None:
    body = json.dumps({"inputText": TEXT}).encode()

    assert found(client.post("/api/submit", content=body, headers={"Content-Type": kind}), TEXT) == ALL


def asked_in(client: TestClient, way: str, model: str) -> Any:
    match way:
        case "body":
            return client.post("/api/submit", json={"inputText": TEXT, "model": model})
        case "list":
            return client.post("/api/submit", json={"inputText": TEXT, "model": [model]})
        case "form":
            return client.post("/api/submit", data={"inputText": TEXT, "model": model})
        case "parts":
            return client.post("/api/submit", files={"inputText": (None, TEXT), "model": (None, model)})
        case "query":
            return client.post("/api/submit", params={"model": model}, json={"inputText": TEXT})
        case "path":
            return client.post(f"/{model}/api/submit", json={"inputText": TEXT})
        case _:
            with TestClient(spanish_app(ner_model=model)) as served:
                return served.post("/api/submit", json={"inputText": TEXT})


WAYS = ["body", "list", "form", "parts", "query", "path", "setting"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("model", "wanted"),
    [
        ("species", [("SPECIES", "Varón")]),
        ("species_base", [("SPECIES", "Varón")]),
        ("medications", [("FARMACO", "paracetamol")]),
        (" Symptoms_BASE ", [("SINTOMA", "cefalea")]),
        ("species,medications", [("SPECIES", "Varón"), ("FARMACO", "paracetamol")]),
        ("diseases", []),
    ],
)
def test_a_model_is_chosen_in_every_way(client: TestClient, way: str, model: str, wanted: list[Any]) -> None:
    assert found(asked_in(client, way, model), TEXT) == wanted


@pytest.mark.parametrize("way", [way for way in WAYS if way != "path"])
def test_where_nobody_names_a_model_all_five_answer(client: TestClient, way: str) -> None:
    assert found(asked_in(client, way, ""), TEXT) == ALL


@pytest.mark.parametrize("name", ["precedures", "procedures", "precedures_base", "procedures_base"])
def test_procedures_are_found_under_both_spellings(client: TestClient, name: str) -> None:
    text = "Se realiza punción lumbar."

    words = "punción" if name.endswith("_base") else "punción lumbar"
    assert found(client.post(f"/{name}/api/submit", json={"inputText": text}), text) == [("PROCEDIMIENTO", words)]


def test_each_of_the_ten_answers_with_its_own_class(client: TestClient) -> None:
    text = "Paciente varón con cefalea, leucemia, tomografía y punción lumbar; paracetamol."

    for model, kind in CLASSES.items():
        entities = found(client.post(f"/{model}/api/submit", json={"inputText": text}), text)
        assert {each for each, _ in entities} == {kind}, model


def test_the_body_goes_before_the_query_and_the_query_before_the_path_and_that_before_the_setting() -> None:
    with TestClient(spanish_app(ner_model="diseases")) as client:
        body = client.post("/symptoms/api/submit?model=medications", json={"inputText": TEXT, "model": "species"})
        query = client.post("/symptoms/api/submit?model=medications", json={"inputText": TEXT})
        path = client.post("/symptoms/api/submit", json={"inputText": TEXT})
        setting = client.post("/api/submit", json={"inputText": TEXT})

    assert [found(each, TEXT) for each in (body, query, path, setting)] == [
        [("SPECIES", "Varón")], [("FARMACO", "paracetamol")], [("SINTOMA", "cefalea")], [],
    ]  # fmt: skip


def test_what_two_models_agree_on_is_told_once(client: TestClient) -> None:
    response = client.post("/api/submit", json={"inputText": TEXT, "model": ["species", "species_base", "species"]})

    assert found(response, TEXT) == [("SPECIES", "Varón")]


def test_classes_that_disagree_about_the_same_words_are_both_told(client: TestClient) -> None:
    text = "Leucemia."

    response = client.post("/api/submit", json={"inputText": text, "model": ["diseases", "symptoms_base"]})

    assert sorted(found(response, text)) == [("ENFERMEDAD", "Leucemia"), ("SINTOMA", "Leucemia")]


def test_all_ten_are_read_in_one_pass() -> None:
    reader = SpanishWords()
    with TestClient(spanish_app(reader)) as client:
        before = reader.passes
        client.post("/api/submit", json={"inputText": TEXT, "model": list(CLASSES)})

    assert reader.passes == before + 1


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(unicodedata.normalize("NFD", TEXT), id="combining accents"),
        pytest.param("😷 Varón 👨‍⚕️ con cefalea 🫀.", id="emoji"),
        pytest.param("Varón.\r\n\r\nDolor\r\ntorácico.\r\n", id="CRLF"),
        pytest.param("\ufeffVarón con\u00a0cefalea\u2028y fiebre\x00.", id="marks, odd spaces and a NUL"),
        pytest.param("  \n Varón \t ", id="white space around it"),
        pytest.param("Diabetes tipo 2 & fiebre + cefalea = 100% paracetamol", id="what forms have to escape"),
    ],
)
def test_offsets_count_the_text_as_it_was_sent(client: TestClient, text: str) -> None:
    sent = [
        client.post("/api/submit", json={"inputText": text}),
        client.post("/api/submit", data={"inputText": text}),
        client.post("/api/submit", files={"inputText": (None, text.encode())}),
    ]

    entities = [found(response, text) for response in sent]
    assert entities[0]
    assert entities == [entities[0]] * 3


pieces = st.sampled_from(
    ["varón", "vara", "VARO\u0301N", "cefalea", "dolor torácico", "😷", "\r\n", "\n", " ", ", ", "\u0301", "ß", "\x00",
     "\ufeff"]
)  # fmt: skip


@given(text=st.lists(pieces, min_size=1, max_size=12).map("".join))
@example(text="e\u0301\u0301 varón😷 dolor\r\ntorácico")
def test_an_entity_is_the_text_between_its_offsets_whatever_the_text(client: TestClient, text: str) -> None:
    found(client.post("/api/submit", json={"inputText": text}), text)


@pytest.mark.parametrize("text", ["12345 67.", "...", "😷", " ", "\r\n", "1/2 - 3", "\u0301"])
def test_a_text_without_a_letter_names_nothing(client: TestClient, text: str) -> None:
    assert found(client.post("/api/submit", json={"inputText": text}), text) == []


def test_a_text_in_which_nothing_is_found_is_answered_with_an_empty_list(client: TestClient) -> None:
    assert found(client.post("/api/submit", json={"inputText": "Hoy hace sol."}), "Hoy hace sol.") == []


def test_english_text_is_not_read_and_the_message_says_so(client: TestClient) -> None:
    text = "The patient has no fever and was given aspirin for the headache."

    assert found(client.post("/api/submit", json={"inputText": text}), text, message=OTHER_LANGUAGE) == []


@pytest.mark.parametrize("text", ["Aspirin.", "Tratado con aspirin for the headache y reposo en domicilio."])
def test_what_could_be_spanish_is_read(client: TestClient, text: str) -> None:
    found(client.post("/api/submit", json={"inputText": text}), text)


def test_a_long_text_is_read_to_its_end(client: TestClient) -> None:
    text = "Varón con cefalea. " * 5_000

    entities = found(client.post("/api/submit", json={"inputText": text}), text)

    assert len(entities) == 10_000


def test_equal_texts_get_equal_answers(client: TestClient) -> None:
    answers = [client.post("/api/submit", json={"inputText": TEXT}).json()["data"]["brat"] for _ in range(3)]

    assert answers == [answers[0]] * 3


def test_the_disclaimer_stands_in_both_languages(client: TestClient) -> None:
    told = client.get("/disclaimer").json()

    assert set(told) == {"es", "en"}
    assert "no son un producto sanitario" in told["es"]
    assert "no medical device" in told["en"]


def test_every_answer_points_at_the_disclaimer(client: TestClient) -> None:
    good = client.post("/api/submit", json={"inputText": TEXT})
    bad = client.post("/api/submit", json={})

    refused(bad, 400)
    for response in (good, bad):
        assert "compruebe cada hallazgo" in response.headers["x-disclaimer"]
        assert "GET /disclaimer" in response.headers["x-disclaimer"]


def test_the_welcome_says_where_to_go(client: TestClient) -> None:
    endpoints = client.get("/").json()["endpoints"]

    assert (endpoints["submit"], endpoints["disclaimer"]) == ("/api/submit", "/disclaimer")
