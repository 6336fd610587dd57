"""Contract D, a diagnostic assistant, as its clients know it: ``POST /api/v1/diagnose`` and what stands beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from epicrisis.api.server import unread
from epicrisis.settings import Settings
from tests.api.diagnosing import METRICS, SAMPLE, asked, counted, diagnosed
from tests.logged import logged
from tests.serving import CANARY, app_with


@pytest.fixture(scope="module")
def telling() -> Iterator[TestClient]:
    """Return a client of a server that tells diagnoses however unlikely they are."""
    with TestClient(app_with(confidence_threshold=0.0), raise_server_exceptions=False) as client:
        yield client


def test_the_published_sample_is_answered_as_it_must_be(client: TestClient) -> None:
    answer = diagnosed(client)

    first = answer["diagnoses"][0]
    assert first["condition"] == "Acute myocardial infarction"
    assert first["supporting_evidence"][:3] == SAMPLE["symptoms"]
    tests = " ".join(first["recommended_tests"]).lower()
    assert "ecg" in tests or "electrocardiogram" in tests
    assert "troponin" in tests
    assert "echocardiogra" in tests
    hypertension = [each for each in answer["diagnoses"] if each["condition"] == "Essential hypertension"]
    assert hypertension
    assert all(each["confidence"] >= 0.65 for each in [first, *hypertension])


def test_an_answer_has_the_fields_of_the_contract_and_no_others(telling: TestClient) -> None:
    response = asked(telling)

    answer = response.json()
    assert list(answer) == ["patient_id", "diagnoses", "processing_time_ms", "model_version"]
    assert str(UUID(answer["patient_id"])) == answer["patient_id"]
    assert answer["processing_time_ms"] > 0
    assert re.fullmatch(r"knowledge-\w+", answer["model_version"])
    assert answer["diagnoses"]
    for each in answer["diagnoses"]:
        assert list(each) == ["condition", "confidence", "supporting_evidence", "recommended_tests"]
        assert 0 <= each["confidence"] <= 1
        assert each["recommended_tests"]
        assert len(set(each["supporting_evidence"])) == len(each["supporting_evidence"])
    confidences = [each["confidence"] for each in answer["diagnoses"]]
    assert confidences == sorted(confidences, reverse=True)


def test_the_time_it_took_stands_in_the_head_as_in_the_body(telling: TestClient) -> None:
    response = asked(telling)

    seconds = float(response.headers["x-process-time"])
    assert seconds > 0
    assert response.json()["processing_time_ms"] == pytest.approx(1_000 * seconds, abs=0.01)


def test_every_answer_is_about_a_patient_of_its_own(telling: TestClient) -> None:
    one, other = diagnosed(telling), diagnosed(telling)

    assert one["patient_id"] != other["patient_id"]
    assert one["diagnoses"] == other["diagnoses"]


def test_evidence_is_in_the_words_that_were_sent_symptoms_first(telling: TestClient) -> None:
    told = diagnosed(telling, symptoms=["Dyspnea ", "CHEST PAIN", "no fever"], lab_results={"6598-7": 0.4})

    [infarct] = [each for each in told["diagnoses"] if each["condition"] == "Acute myocardial infarction"]
    evidence = infarct["supporting_evidence"]
    assert {"dyspnea", "chest pain", "0.4"} <= set(evidence)
    assert set(evidence[:2]) == {"dyspnea", "chest pain"}
    # That somebody is 65 and very ill is no evidence a client sent as such.
    assert not {"65", "severe"} & set(evidence)


def test_diagnoses_under_the_threshold_are_left_out(telling: TestClient) -> None:
    every = diagnosed(telling)["diagnoses"]
    middle = every[len(every) // 2]["confidence"]
    with (
        TestClient(app_with(confidence_threshold=middle)) as choosy,
        TestClient(app_with(confidence_threshold=1.0)) as sure,
    ):
        some, none = diagnosed(choosy), diagnosed(sure, preexisting_conditions=None)

    # What is told is rounded, and what is compared is not.
    assert abs(len(some["diagnoses"]) - sum(each["confidence"] >= middle for each in every)) <= 1
    assert all(each["confidence"] >= middle for each in some["diagnoses"])
    assert len(some["diagnoses"]) < len(every)
    assert none["diagnoses"] == []


@pytest.mark.parametrize("name", ["CONFIDENCE_THRESHOLD", "EPICRISIS_CONFIDENCE_THRESHOLD"])
def test_the_threshold_is_a_setting_under_both_names(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert Settings().confidence_threshold == 0.65

    monkeypatch.setenv(name, "0.4")

    assert Settings().confidence_threshold == 0.4


@pytest.mark.parametrize("age", [0, 1, 65, 150])
@pytest.mark.parametrize("severity", ["mild", "moderate", "severe"])
def test_every_age_and_severity_of_the_contract_is_answered(telling: TestClient, age: int, severity: str) -> None:
    assert diagnosed(telling, age=age, severity=severity)["diagnoses"]


def test_symptoms_are_trimmed_and_blanks_dropped(telling: TestClient) -> None:
    tidy = diagnosed(telling, symptoms=["chest pain", "diaphoresis"])
    untidy = diagnosed(telling, symptoms=["  Chest Pain ", "", " \t ", "DIAPHORESIS"])

    assert untidy["diagnoses"] == tidy["diagnoses"]


def test_twenty_symptoms_are_answered(telling: TestClient) -> None:
    assert diagnosed(telling, symptoms=["fever"] * 20)["diagnoses"]


@pytest.mark.parametrize("code", ["2345-7", "718-7", "6598-7", "2345-8", " 2345-7 ", "99999-5"])
def test_real_codes_are_taken_and_so_are_those_with_a_wrong_check_digit(telling: TestClient, code: str) -> None:
    assert diagnosed(telling, lab_results={code: 5})["diagnoses"]


def test_what_the_contract_does_not_know_is_refused_and_not_repeated(telling: TestClient) -> None:
    answer = telling.post("/api/v1/diagnose", json={**SAMPLE, "patient_name": CANARY})

    assert answer.status_code == 422
    assert CANARY not in answer.text


def test_a_result_moves_the_ranking(telling: TestClient) -> None:
    def infarct(**changed: Any) -> float:
        told = diagnosed(telling, **changed)["diagnoses"]
        return max(
            (each["confidence"] for each in told if each["condition"] == "Acute myocardial infarction"), default=0
        )

    assert infarct(lab_results={"6598-7": 0.4}) > infarct() > infarct(lab_results={"6598-7": 0.0})


def test_cases_are_counted_and_timed_in_the_names_of_the_contract(client: TestClient) -> None:
    response = client.get(METRICS)
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    before = counted(client)

    asked(client)
    # Who is refused at the door asked for no diagnosis.
    asked(client, age=-1)

    assert [after - earlier for after, earlier in zip(counted(client), before, strict=True)] == [1, 0, 1]


@pytest.mark.parametrize("page", ["docs", "redoc"])
def test_the_reference_is_where_the_contract_has_it(client: TestClient, page: str) -> None:
    response = client.get(f"/api/{page}")

    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert response.text == client.get(f"/{page}").text


def test_no_word_of_a_patient_is_logged_or_counted(client: TestClient) -> None:
    with logged() as written:
        diagnosed(client, symptoms=[CANARY, "fever"], preexisting_conditions=[CANARY])
        asked(client, lab_results={CANARY: 1})
        exposed = client.get(METRICS).text

    assert '"case ranked"' in written.getvalue()
    assert CANARY not in written.getvalue()
    assert CANARY not in exposed


def test_a_header_says_that_it_is_no_diagnosis(client: TestClient) -> None:
    response = asked(client)

    assert "no diagnosis" in response.headers["x-disclaimer"]
    assert "x-warnings" not in response.headers


@pytest.mark.parametrize(
    ("sent", "warned"),
    [
        ({"symptoms": ["chest pain", "flurbish grommet"]}, "Not understood, and counted for nothing: symptoms 2."),
        ({"preexisting_conditions": ["flurbish grommet"]}, "counted for nothing: preexisting_conditions 1."),
        ({"lab_results": {"2345-8": 90}}, "2345-8"),
        ({"lab_results": {"99999-1": 90}}, "99999-1"),
        ({"symptoms": ["fever"], "preexisting_conditions": None}, "No condition reaches the threshold of 0.65"),
        (
            {"symptoms": ["pregnant", "vaginal bleeding"], "age": 5},
            "Findings that do not fit the age or the sex: 1.",
        ),
        ({"symptoms": ["fever", "no fever", "cough", "no cough"]}, "Findings that contradict each other: 2."),
    ],
)
def test_a_header_says_what_was_not_understood_or_does_not_fit(
    client: TestClient, sent: dict[str, Any], warned: str
) -> None:
    response = asked(client, **sent)

    assert response.status_code == 200
    assert warned in response.headers["x-warnings"]
    assert "grommet" not in str(response.headers)
    # Of the patient nothing is told but in the body.
    for word in ("pregnancy", "bleeding", "(5)", "fever", "cough"):
        assert word not in response.headers["x-warnings"]


def test_settings_of_the_contract_that_nothing_reads_are_known_as_such() -> None:
    assert unread({"MODEL_NAME": "bert", "CONFIDENCE_THRESHOLD": "0.4"}) == ["MODEL_NAME"]
    assert unread({"MAX_SEQUENCE_LENGTH": "512", "MODEL_NAME": ""}) == ["MAX_SEQUENCE_LENGTH"]
