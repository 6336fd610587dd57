"""A text is read in its language, or in the one its sender names; both languages answer in one form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.spanish import spanish_app

SPANISH = "La paciente niega cefalea."
ROUTES = ["/v1/annotations", "/v1/assertions"]


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(spanish_app()) as client:
        yield client


def ask(client: TestClient, path: str, **body: Any) -> Any:
    response = client.post(path, json=body)
    assert response.status_code == 200, response.text[:200]
    return response.json()


def found(answer: Any) -> list[tuple[str, str]]:
    findings = answer.get("entities") or answer["assertions"]
    return [(each["text"], (each.get("assertion") or each)["status"]) for each in findings]


@pytest.mark.parametrize("path", ROUTES)
def test_a_spanish_text_is_read_by_the_spanish_engine(client: TestClient, path: str) -> None:
    answer = ask(client, path, text=SPANISH)

    assert (answer["language"], answer["engine"]) == ("es", "spanish-words")
    assert found(answer) == [("cefalea", "ABSENT")]


@pytest.mark.parametrize("path", ROUTES)
def test_the_sender_knows_the_language_better(client: TestClient, path: str) -> None:
    told = ask(client, path, text="cefalea", language="es")
    batch = ask(client, path, documents=[{"text": SPANISH}, {"text": "cefalea", "language": "es"}], language="en")

    assert (told["language"], told["engine"]) == ("es", "spanish-words")
    assert [each["language"] for each in batch["documents"]] == ["en", "es"]


@pytest.mark.parametrize("path", ROUTES)
def test_texts_of_both_languages_are_answered_in_their_places(client: TestClient, path: str) -> None:
    texts = [SPANISH, "The patient denies chest pain.", SPANISH]

    answer = ask(client, path, documents=[{"text": text} for text in texts])

    assert [each["language"] for each in answer["documents"]] == ["es", "en", "es"]


@pytest.mark.parametrize("path", ROUTES)
def test_a_language_nothing_reads_is_refused(client: TestClient, path: str) -> None:
    response = client.post(path, json={"text": "Ei kuumetta.", "language": "fi"})

    assert (response.status_code, response.json()["code"]) == (422, "unknown-language")


def test_a_sentence_in_another_language_than_its_note_says_so(client: TestClient) -> None:
    note = "The patient denies chest pain. La paciente niega dolor torácico y disnea de esfuerzo. She has a cough."

    sentences = ask(client, "/v1/annotations", text=note, language="en")["sentences"]

    assert [each.get("language") for each in sentences] == [None, "es", None]


def test_contract_sentences_are_labelled_by_the_engine_of_their_language(client: TestClient) -> None:
    sentences = ["La paciente niega cefalea.", "The patient denies chest pain.", "Varón con cefalea."]

    answer = ask(client, "/predict/batch", sentences=sentences)

    assert [each["label"] for each in answer["results"]] == ["ABSENT", "ABSENT", "PRESENT"]


def test_the_server_names_the_engine_of_each_language(client: TestClient) -> None:
    engines = client.get("/model/info").json()["engines"]

    assert [(each["language"], each["model_name"], each["loaded"]) for each in engines] == [
        ("en", "rules", True), ("es", "spanish-words", True),
    ]  # fmt: skip
    assert client.get("/health").json()["engines"] == engines
