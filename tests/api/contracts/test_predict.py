"""``POST /predict`` and ``POST /predict/batch`` answer with the fields of contracts A and B, each with one meaning."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
from starlette.testclient import TestClient

from epicrisis.domain.annotations import AnnotatedDocument, Sentence
from epicrisis.domain.documents import Document
from epicrisis.engines.contracts import EngineCard, Make
from tests.serving import UUID, app_over, app_with, rules_pipeline

ABSENT, CONDITIONAL, POSSIBLE = (
    "The patient denies chest pain.",
    "If dizziness occurs, reduce the dosage.",
    "Suspected cardiac arrhythmia.",
)
PRESENT = "He has a history of hypertension."


class CountingReader:
    """The word lists, with a note of how many sentences each pass was asked for."""

    card = EngineCard(name="counting", version="1", summary="Counts its passes.", languages=("en",))
    make = Make(framework="word lists", tokenizer="words")

    def __init__(self) -> None:
        self.passes: list[int] = []

    def read(self, documents: Sequence[Document]) -> Sequence[AnnotatedDocument]:
        return rules_pipeline().annotation.readers("en").read(documents)

    def sentence_labels(self, texts: Sequence[str], *, language: str | None = None) -> Sequence[Sentence]:
        self.passes.append(len(texts))
        return rules_pipeline().labelling.labellers("en").sentence_labels(texts)

    def pieces(self, text: str) -> int:
        return rules_pipeline().labelling.labellers("en").pieces(text)


def predicted(client: TestClient, sentence: str, **headers: str) -> Any:
    response = client.post("/predict", json={"sentence": sentence}, headers=headers)
    assert response.status_code == 200, response.text
    return response.json()


def predicted_all(client: TestClient, sentences: Sequence[Any], **headers: str) -> Any:
    response = client.post("/predict/batch", json={"sentences": sentences}, headers=headers)
    assert response.status_code == 200, response.text
    return response.json()


def test_a_sentence_is_answered_with_the_fields_of_both_contracts(client: TestClient) -> None:
    response = client.post("/predict", json={"sentence": ABSENT})

    answer = response.json()
    assert list(answer) == ["label", "score", "model_label", "prediction_time_ms", "request_id"]
    assert (answer["label"], answer["model_label"]) == ("ABSENT", "ABSENT")
    assert answer["score"] == round(answer["score"], 4)
    assert 0 <= answer["score"] <= 1
    assert answer["prediction_time_ms"] > 0
    assert re.fullmatch(UUID, answer["request_id"])
    assert answer["request_id"] == response.headers["x-request-id"]


@pytest.mark.parametrize(
    ("sentence", "label", "model_label"),
    [
        (PRESENT, "PRESENT", "PRESENT"),
        (ABSENT, "ABSENT", "ABSENT"),
        (POSSIBLE, "POSSIBLE", "POSSIBLE"),
        (CONDITIONAL, "CONDITIONAL", "POSSIBLE"),
    ],
)
def test_the_label_is_one_of_four_and_its_reading_one_of_three(
    client: TestClient, sentence: str, label: str, model_label: str
) -> None:
    answer = predicted(client, sentence)

    assert (answer["label"], answer["model_label"]) == (label, model_label)


def test_a_batch_lists_the_same_items_under_the_names_of_both_contracts(client: TestClient) -> None:
    sentences = [CONDITIONAL, PRESENT, ABSENT, PRESENT]

    answer = predicted_all(client, sentences)

    assert answer["count"] == answer["batch_size"] == 4
    assert [each["sentence"] for each in answer["results"]] == sentences
    for field in ("label", "score"):
        assert [each[field] for each in answer["results"]] == [each[field] for each in answer["predictions"]]
    assert [each["label"] for each in answer["results"]] == ["CONDITIONAL", "PRESENT", "ABSENT", "PRESENT"]
    assert [each["model_label"] for each in answer["predictions"]] == ["POSSIBLE", "PRESENT", "ABSENT", "PRESENT"]
    assert set(answer["results"][0]) == {"sentence", "label", "score"}
    assert set(answer["predictions"][0]) == {"label", "score", "model_label", "prediction_time_ms", "request_id"}
    assert {each["request_id"] for each in answer["predictions"]} == {answer["request_id"]}
    together = sum(each["prediction_time_ms"] for each in answer["predictions"])
    assert together == pytest.approx(answer["total_prediction_time_ms"], abs=0.01)


def test_a_batch_is_read_in_one_pass() -> None:
    reader = CountingReader()
    with TestClient(app_over(reader)) as client:
        predicted_all(client, [f"Denies fever for {days} days." for days in range(1, 65)])

    # The self-test has its sentence read, too.
    assert [texts for texts in reader.passes if texts > 1] == [64]


@pytest.mark.parametrize("sentences", [1, 64, 65, 100])
def test_a_batch_takes_up_to_a_hundred(client: TestClient, sentences: int) -> None:
    assert predicted_all(client, [ABSENT] * sentences)["count"] == sentences


def test_a_sentence_says_in_a_batch_what_it_says_alone(client: TestClient) -> None:
    sentences = [PRESENT, ABSENT, POSSIBLE, CONDITIONAL]

    batch = predicted_all(client, sentences)["predictions"]

    alone = [predicted(client, sentence) for sentence in sentences]
    for field in ("label", "score", "model_label"):
        assert [each[field] for each in batch] == [each[field] for each in alone]


def test_one_bad_item_does_not_fail_the_others(client: TestClient) -> None:
    long = "pain " * 513
    body = json.dumps({"sentences": [ABSENT, " \n", None, "a\ud800b", long, r"{\rtf1 Denies pain.}", PRESENT]})

    response = client.post("/predict/batch", content=body, headers={"Content-Type": "application/json"})

    answer = response.json()
    assert response.status_code == 200
    assert [each["label"] for each in answer["predictions"]] == ["ABSENT", None, None, None, None, None, "PRESENT"]
    assert [each["sentence"] for each in answer["results"]] == [ABSENT, None, None, None, None, None, PRESENT]
    assert answer["count"] == answer["batch_size"] == 7
    faults = [each.get("error") for each in answer["predictions"]]
    assert faults == [each.get("error") for each in answer["results"]]
    assert [fault and fault["error"] for fault in faults] == [None, *["ValidationError"] * 5, None]
    assert [list(fault["details"]) for fault in faults[1:6]] == [[f"sentences.{place}"] for place in range(1, 6)]
    assert faults[4]["details"]["sentences.4"].startswith("Has 513 tokens; send 512 tokens at most.")
    assert set(answer["predictions"][1]) == {*answer["predictions"][0], "error"}


def test_a_batch_of_bad_items_alone_is_answered_too(client: TestClient) -> None:
    answer = predicted_all(client, ["", 5])

    assert [each["error"]["error"] for each in answer["predictions"]] == ["ValidationError"] * 2


@pytest.mark.parametrize(
    "sentence",
    [
        "The patient de\u0000nies chest pain.",
        "\u0007The patient denies chest\u001b pain.\u0000",
        "The patient\u0000 denies \u0081chest pain.",
        "The patient\tdenies\r\nchest\u000bpain.",
    ],
)
def test_control_characters_are_ignored_and_line_breaks_are_spaces(client: TestClient, sentence: str) -> None:
    answer = predicted_all(client, [sentence])

    assert answer["results"][0]["sentence"] == sentence
    assert answer["predictions"][0]["label"] == "ABSENT"
    assert answer["predictions"][0]["score"] == predicted(client, ABSENT)["score"]


def test_answers_are_utf_8(client: TestClient) -> None:
    sentence = "Denies naïve 😷 fever, Zoë said."

    response = client.post("/predict/batch", json={"sentences": [sentence]})

    assert response.headers["content-type"] == "application/json"
    assert sentence.encode() in response.content


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON", "application/json ;x=y"])
def test_json_may_say_more_about_itself(client: TestClient, kind: str) -> None:
    body = json.dumps({"sentence": ABSENT}).encode()

    assert client.post("/predict", content=body, headers={"Content-Type": kind}).json()["label"] == "ABSENT"


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip, deflate", True),
        ("br;q=1.0, gzip;q=0.8", True),
        ("*", True),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("", False),
    ],
)
def test_a_large_answer_is_packed_for_whoever_can_unpack_it(client: TestClient, accepted: str, packed: bool) -> None:
    sent = {"sentences": [ABSENT] * 50}

    with client.stream("POST", "/predict/batch", json=sent, headers={"Accept-Encoding": accepted}) as response:
        body = b"".join(response.iter_raw())

    assert response.headers.get("content-encoding") == ("gzip" if packed else None)
    assert response.headers["vary"] == "Accept-Encoding"
    assert json.loads(gzip.decompress(body) if packed else body)["count"] == 50
    assert len(body) == int(response.headers["content-length"])


def test_a_small_answer_is_not_packed(client: TestClient) -> None:
    response = client.post("/predict", json={"sentence": ABSENT}, headers={"Accept-Encoding": "gzip"})

    assert "content-encoding" not in response.headers


def test_how_long_it_took_stands_in_the_headers(client: TestClient) -> None:
    response = client.post("/predict", json={"sentence": ABSENT})

    assert float(response.headers["x-process-time-ms"]) >= 0


def test_a_callers_request_id_is_kept(client: TestClient) -> None:
    sent = "0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11"

    assert predicted(client, ABSENT, **{"X-Request-Id": sent})["request_id"] == sent


def test_a_proxy_may_serve_the_contracts_under_a_path_of_its_own(client: TestClient) -> None:
    behind = TestClient(client.app, root_path="/sentences")

    answer, refusal = (behind.post("/sentences/predict", json={"sentence": sentence}) for sentence in (ABSENT, ""))

    assert answer.json()["label"] == "ABSENT"
    assert refusal.json()["error"] == "ValidationError"


@pytest.mark.parametrize(("words", "taken"), [(512, True), (513, False)])
def test_the_limit_is_512_tokens_as_the_engine_counts_them(words: int, taken: bool) -> None:
    with TestClient(app_with(reader="model", assertion="model")) as client:
        response = client.post("/predict", json={"sentence": "pain " * words})

    assert response.status_code == (200 if taken else 400)
    assert taken or "513 tokens" in response.json()["message"]
