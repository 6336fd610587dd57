"""The sentences of contracts A and B, and fifty paraphrases, put to the model by HTTP as a client would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from _pytest.mark import ParameterSet
from starlette.testclient import TestClient

from epicrisis.api.contracts.assertion.sentences import MOST_SENTENCES
from tests.golden.contracts import CONTRACT_A, CONTRACT_B, PARAPHRASES, UNION, WEAKNESSES
from tests.serving import READERS, app_with

PARAPHRASED = {sentence: label for label, sentences in PARAPHRASES.items() for sentence in sentences}
THREE = {"CONDITIONAL": "POSSIBLE"}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(app_with(**READERS["model"])) as client:
        yield client


def asked(profile: str, cases: Mapping[str, str]) -> Iterator[ParameterSet]:
    for sentence, label in cases.items():
        reason = WEAKNESSES.get(sentence)
        marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
        yield pytest.param(profile, sentence, label, id=f"{profile or 'union'}-{sentence}", marks=marks)


@pytest.mark.parametrize(
    ("profile", "sentence", "label"),
    [*asked("a", CONTRACT_A), *asked("b", CONTRACT_B), *asked("", UNION), *asked("", PARAPHRASED)],
)
def test_contract_sentence(client: TestClient, profile: str, sentence: str, label: str) -> None:
    answer = client.post("/predict", json={"sentence": sentence}, headers={"X-Contract": profile}).json()

    assert answer["label"] == label
    assert answer["model_label"] == THREE.get(label, label)
    assert answer["score"] == round(answer["score"], 4)
    assert 0 < answer["score"] <= 1


def test_a_batch_says_what_its_sentences_say_alone(client: TestClient) -> None:
    sentences = [*UNION, *PARAPHRASED]
    alone = [client.post("/predict", json={"sentence": sentence}).json() for sentence in sentences]

    batch = client.post("/predict/batch", json={"sentences": sentences}).json()

    assert len(sentences) <= MOST_SENTENCES
    for field in ("label", "score", "model_label"):
        assert [each[field] for each in batch["predictions"]] == [each[field] for each in alone]


def test_there_are_fifty_paraphrases_and_a_dozen_of_each_label() -> None:
    assert len(PARAPHRASED) == sum(map(len, PARAPHRASES.values())) == 50
    assert all(len(sentences) >= 12 for sentences in PARAPHRASES.values())
    assert not set(PARAPHRASED) & set(UNION)
    assert set(WEAKNESSES) <= set(PARAPHRASED)
