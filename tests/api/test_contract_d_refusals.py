"""Contract D turns away what it does not read, and says of a fault of ours what it always said."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from epicrisis.api.problems import MEDIA_TYPE
from epicrisis.domain.differentials import Case, Differential
from epicrisis.engines.differential.engine import CARD
from epicrisis.engines.differential.hearing import hearing
from epicrisis.engines.differential.measuring import laboratory
from epicrisis.services.diagnose import Diagnose
from tests.api.diagnosing import DIAGNOSE, METRICS, SAMPLE, asked, counted
from tests.api.refusal import refused
from tests.logged import logged
from tests.serving import CANARY, app_with


class Crashing:
    """A differential engine with a bug, of the kind that quotes the case in its message."""

    card = CARD

    def differential(self, case: Case, *, language: str = "en", most: int = 10) -> Differential:
        raise ValueError(f"cannot rank {case!r}")


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"age": -1}, id="not born"),
        pytest.param({"age": 151}, id="too old"),
        pytest.param({"age": 65.5}, id="half a year"),
        pytest.param({"age": CANARY}, id="no age"),
        pytest.param({"symptoms": []}, id="no symptom"),
        pytest.param({"symptoms": ["", "  "]}, id="blanks alone"),
        pytest.param({"symptoms": [CANARY] * 21}, id="21 symptoms"),
        pytest.param({"symptoms": CANARY}, id="a string for symptoms"),
        pytest.param({"symptoms": [CANARY * 50]}, id="a symptom of 650 characters"),
        pytest.param({"severity": "Severe"}, id="severity in capitals"),
        pytest.param({"severity": CANARY}, id="no severity"),
        pytest.param({"severity": ""}, id="empty severity"),
        pytest.param({"lab_results": [1]}, id="a list of results"),
        pytest.param({"lab_results": {"2345-7": CANARY}}, id="no number"),
        pytest.param({"lab_results": {"2345-7": None}}, id="null for a number"),
        pytest.param({"preexisting_conditions": CANARY}, id="a string for conditions"),
    ],
)
def test_what_the_contract_refuses_is_refused_and_not_repeated(client: TestClient, changed: dict[str, Any]) -> None:
    document = refused(client.post(DIAGNOSE, json={**SAMPLE, **changed}), 422, "invalid-request")

    [name] = changed
    assert all(each["pointer"].startswith(f"#/{name}") for each in document["errors"])


@pytest.mark.parametrize("missing", ["age", "symptoms", "severity"])
def test_what_must_be_there_is_asked_for(client: TestClient, missing: str) -> None:
    document = refused(asked(client, **{missing: None}), 422, "invalid-request")

    assert [each["pointer"] for each in document["errors"]] == [f"#/{missing}"]


@pytest.mark.parametrize("code", [CANARY, "", "2345", "2345-77", "12345678-1", "GLU-7", "-7"])
def test_a_code_of_another_shape_is_refused_and_not_repeated(client: TestClient, code: str) -> None:
    document = refused(asked(client, lab_results={code: 1.0}), 422, "invalid-request")

    [fault] = document["errors"]
    assert fault["pointer"] == "#/lab_results"
    assert fault["detail"].startswith("Invalid LOINC code format")


@pytest.mark.parametrize(
    "number",
    [
        "NaN",
        "Infinity",
        "1e999",
        pytest.param("1" + "0" * 400, id="an integer that no float holds"),
    ],
)
def test_a_result_is_a_finite_number(client: TestClient, number: str) -> None:
    body = json.dumps({**SAMPLE, "lab_results": {"2345-7": 1.5}}).replace("1.5", number)

    response = client.post(DIAGNOSE, content=body, headers={"Content-Type": "application/json"})

    refused(response, 422, "invalid-request")


def test_a_fault_of_ours_is_told_in_the_words_of_the_contract_and_without_the_patients() -> None:
    app = app_with(confidence_threshold=0.0)
    app.state.pipeline.differentials = Diagnose(engine=Crashing, hearing=hearing, laboratory=laboratory)
    with logged() as written, TestClient(app, raise_server_exceptions=False) as client:
        before = counted(client)
        response = asked(client, symptoms=[CANARY])
        after = counted(client)

    assert response.status_code == 500
    assert response.headers["content-type"] == MEDIA_TYPE
    assert response.json()["detail"] == "Internal diagnostic error"
    assert CANARY not in response.text
    assert CANARY not in written.getvalue()
    assert [late - early for late, early in zip(after, before, strict=True)] == [1, 1, 0]


def test_only_who_may_read_may_ask() -> None:
    with TestClient(app_with(require_key=True)) as client:
        statuses = [asked(client).status_code, client.get(METRICS).status_code]

    assert statuses == [401, 401]


def test_too_many_requests_are_told_when_to_come_back() -> None:
    with TestClient(app_with(rate_limit_per_minute=2)) as client:
        responses = [asked(client) for _ in range(3)]

    refused(responses[-1], 429, "rate-limited")
    assert 0 < int(responses[-1].headers["retry-after"]) <= 60


def test_only_json_is_read(client: TestClient) -> None:
    assert client.post(DIAGNOSE, content=b"age=65", headers={"Content-Type": "text/plain"}).status_code == 415
