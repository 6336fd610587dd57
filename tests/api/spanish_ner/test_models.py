"""Contract N with the models that are shipped: the same door, and what they have to find behind it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from epicrisis.api.contracts.spanish_ner.answers import OTHER_LANGUAGE
from epicrisis.api.contracts.spanish_ner.models import CLASSES
from tests.api.spanish_ner.envelopes import found
from tests.serving import app_with

NOTE = (
    "Anamnesis\nVarón de 17 años con cefalea y vómitos de dos días de evolución. Antecedentes de diabetes mellitus "
    "tipo 2 en tratamiento con metformina. Se realiza resonancia magnética."
)


@pytest.fixture(scope="module")
def served() -> Iterator[TestClient]:
    with TestClient(app_with(reader_es="spanish")) as client:
        yield client


def test_one_note_has_all_five_types(served: TestClient) -> None:
    entities = found(served.post("/api/submit", json={"inputText": NOTE}), NOTE)

    assert {
        ("SPECIES", "Varón"), ("SINTOMA", "cefalea"), ("SINTOMA", "vómitos"), ("FARMACO", "metformina"),
        ("ENFERMEDAD", "diabetes mellitus tipo 2"), ("PROCEDIMIENTO", "resonancia magnética"),
    } <= set(entities)  # fmt: skip


def test_the_first_entity_of_the_contracts_sample_stands_where_it_says(served: TestClient) -> None:
    data = served.post("/species/api/submit", json={"inputText": NOTE}).json()["data"]

    assert data["brat"][0] == {"id": "T1", "class": "SPECIES", "start": 10, "end": 15, "entity": "Varón"}


@pytest.mark.parametrize("model", CLASSES)
def test_each_of_the_ten_finds_its_own_class_and_no_other(served: TestClient, model: str) -> None:
    entities = found(served.post(f"/{model}/api/submit", json={"inputText": NOTE}), NOTE)

    assert {kind for kind, _ in entities} == {CLASSES[model]}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(unicodedata.normalize("NFD", NOTE), id="combining accents"),
        pytest.param(f"😷 {NOTE} 🫀", id="emoji"),
        pytest.param(NOTE.replace("\n", "\r\n").replace(". ", ".\r\n"), id="CRLF"),
    ],
)
def test_the_same_is_found_however_the_text_is_encoded(served: TestClient, text: str) -> None:
    entities = found(served.post("/api/submit", json={"inputText": text}), text)

    folded = {(kind, unicodedata.normalize("NFC", words)) for kind, words in entities}
    assert {("SPECIES", "Varón"), ("SINTOMA", "cefalea"), ("FARMACO", "metformina")} <= folded


@pytest.mark.parametrize("text", ["12/03 14:20 38.5", "A", "Hoy hace sol."])
def test_where_there_is_nothing_to_find_nothing_is_found(served: TestClient, text: str) -> None:
    assert found(served.post("/api/submit", json={"inputText": text}), text) == []


def test_english_text_is_answered_with_an_empty_list(served: TestClient) -> None:
    text = "The patient was given paracetamol for a headache."

    assert found(served.post("/api/submit", json={"inputText": text}), text, message=OTHER_LANGUAGE) == []


def test_an_answer_is_the_same_alone_and_among_all_ten(served: TestClient) -> None:
    together = found(served.post("/api/submit", json={"inputText": NOTE, "model": list(CLASSES)}), NOTE)

    alone = {
        each
        for model in CLASSES
        for each in found(served.post("/api/submit", json={"inputText": NOTE, "model": model}), NOTE)
    }
    assert set(together) == alone
