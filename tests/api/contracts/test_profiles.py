"""The few words in which contracts A and B contradict each other are settled by setting or header."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from epicrisis.api.contracts.assertion.profiles import EDITIONS
from epicrisis.domain.assertions import Status
from epicrisis.errors import InvalidSettings
from epicrisis.services.label import Labelled
from epicrisis.settings import Profile, load_settings
from tests.api.contracts.refusal import refused
from tests.serving import app_with

ABSENT, CONDITIONAL, POSSIBLE = (
    "The patient denies chest pain.",
    "If dizziness occurs, reduce the dosage.",
    "Suspected cardiac arrhythmia.",
)
SCORES = {Status.PRESENT: 0.1, Status.ABSENT: 0.05, Status.POSSIBLE: 0.25, Status.CONDITIONAL: 0.6}


def labelled(label: Status) -> Labelled:
    return Labelled(label, SCORES[label], SCORES, "engine", "1")


@pytest.mark.parametrize(
    ("profile", "label", "read"),
    [
        (Profile.BOTH, Status.CONDITIONAL, ("CONDITIONAL", 0.6)),
        (Profile.BOTH, Status.POSSIBLE, ("POSSIBLE", 0.25)),
        (Profile.A, Status.POSSIBLE, ("CONDITIONAL", 0.85)),
        (Profile.A, Status.CONDITIONAL, ("CONDITIONAL", 0.85)),
        (Profile.B, Status.CONDITIONAL, ("POSSIBLE", 0.85)),
        (Profile.B, Status.POSSIBLE, ("POSSIBLE", 0.85)),
        (Profile.A, Status.PRESENT, ("PRESENT", 0.1)),
        (Profile.B, Status.ABSENT, ("ABSENT", 0.05)),
    ],
)
def test_a_label_that_stands_for_two_has_the_score_of_both(
    profile: Profile, label: Status, read: tuple[str, float]
) -> None:
    assert EDITIONS[profile].read(labelled(label)) == read


def test_no_sum_is_more_than_certain() -> None:
    certain = Labelled(Status.POSSIBLE, 0.7, {Status.POSSIBLE: 0.7, Status.CONDITIONAL: 0.30001}, "engine", "1")

    assert EDITIONS[Profile.A].read(certain) == ("CONDITIONAL", 1.0)


@pytest.mark.parametrize(
    ("name", "labels", "status", "well"),
    [
        ("", ["ABSENT", "CONDITIONAL", "POSSIBLE"], 400, "healthy"),
        ("a", ["ABSENT", "CONDITIONAL", "CONDITIONAL"], 422, "ok"),
        ("b", ["ABSENT", "POSSIBLE", "POSSIBLE"], 400, "healthy"),
        ("B ", ["ABSENT", "POSSIBLE", "POSSIBLE"], 400, "healthy"),
    ],
)
def test_the_header_chooses(client: TestClient, name: str, labels: list[str], status: int, well: str) -> None:
    headers = {"X-Contract": name}

    batch = client.post("/predict/batch", json={"sentences": [ABSENT, CONDITIONAL, POSSIBLE]}, headers=headers)
    alone = [
        client.post("/predict", json={"sentence": sentence}, headers=headers).json()
        for sentence in (ABSENT, CONDITIONAL, POSSIBLE)
    ]
    blank = client.post("/predict", json={"sentence": " "}, headers=headers)

    assert [each["label"] for each in batch.json()["predictions"]] == labels
    assert [each["label"] for each in batch.json()["results"]] == labels
    assert [each["label"] for each in alone] == labels
    assert [each["model_label"] for each in alone] == ["ABSENT", "POSSIBLE", "POSSIBLE"]
    refused(blank, status)
    assert client.get("/health", headers=headers).json()["status"] == well


@pytest.mark.parametrize(("contract", "label", "status"), [("a", "CONDITIONAL", 422), ("b", "POSSIBLE", 400)])
def test_the_setting_chooses_where_no_header_does(contract: str, label: str, status: int) -> None:
    with TestClient(app_with(contract=Profile(contract))) as client:
        assert client.post("/predict", json={"sentence": POSSIBLE}).json()["label"] == label
        assert client.post("/predict", json={"sentence": CONDITIONAL}).json()["label"] == label
        refused(client.post("/predict", json={"sentence": ""}), status)
        refused(client.post("/predict", content=b"{", headers={"Content-Type": "application/json"}), status)


@pytest.mark.parametrize(
    ("name", "missing"), [("", set()), ("a", {"POSSIBLE"}), ("b", {"CONDITIONAL"})], ids=["both", "a", "b"]
)
def test_the_labels_are_those_the_edition_knows(client: TestClient, name: str, missing: set[str]) -> None:
    headers = {"X-Contract": name}

    model = client.get("/model/info", headers=headers).json()
    health = client.get("/health", headers=headers).json()

    assert set(model["labels"]) == {"PRESENT", "ABSENT", "POSSIBLE", "CONDITIONAL"} - missing
    assert health["model_info"]["labels"] == model["labels"]


@pytest.mark.parametrize(("value", "profile"), [("", Profile.BOTH), ("a", Profile.A), ("b", Profile.B)])
def test_the_setting_is_a_variable(monkeypatch: pytest.MonkeyPatch, value: str, profile: Profile) -> None:
    monkeypatch.setenv("EPICRISIS_CONTRACT", value)

    assert load_settings().contract is profile


def test_a_setting_that_names_no_profile_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPICRISIS_CONTRACT", "c")

    with pytest.raises(InvalidSettings, match="EPICRISIS_CONTRACT"):
        load_settings()


def test_the_header_wins_over_the_setting() -> None:
    with TestClient(app_with(contract=Profile.A)) as client:
        answer = client.post("/predict", json={"sentence": POSSIBLE}, headers={"X-Contract": "b"})
        refusal = client.post("/predict", json={"sentence": ""}, headers={"X-Contract": "b"})

    assert answer.json()["label"] == "POSSIBLE"
    refused(refusal, 400)


@pytest.mark.parametrize(("contract", "status"), [("", 400), ("a", 422), ("b", 400)])
@pytest.mark.parametrize(
    "asked",
    [("POST", "/predict"), ("POST", "/predict/batch"), ("GET", "/health"), ("GET", "/model/info"), ("GET", "/metrics")],
)
@pytest.mark.parametrize("name", ["c", "ab", "a,b", "\xff"])
def test_another_profile_is_refused_with_those_there_are(
    contract: str, status: int, asked: tuple[str, str], name: str
) -> None:
    method, path = asked
    with TestClient(app_with(contract=Profile(contract))) as client:
        body: Any = {"sentence": ABSENT} if path == "/predict" else {"sentences": [ABSENT]}
        response = client.request(
            method, path, json=body if method == "POST" else None, headers={"X-Contract": name.encode("latin-1")}
        )

    told = refused(response, status)
    assert told["details"] == {"X-Contract": "Names no profile; send one of ['a', 'b'], or no such header."}


@pytest.mark.parametrize("sentences", [[ABSENT, ""], [ABSENT, 5], [ABSENT, "pain " * 513], []])
def test_profile_a_refuses_a_batch_with_one_bad_item(client: TestClient, sentences: list[Any]) -> None:
    response = client.post("/predict/batch", json={"sentences": sentences}, headers={"X-Contract": "a"})

    told = refused(response, 422)
    assert list(told["details"]) == ["sentences.1" if sentences else "sentences"]


def test_the_profiles_agree_on_what_is_settled(client: TestClient) -> None:
    answers = [
        client.post("/predict", json={"sentence": ABSENT}, headers={"X-Contract": name}).json()
        for name in ("", "a", "b")
    ]

    assert len({(each["label"], each["score"], each["model_label"]) for each in answers}) == 1
