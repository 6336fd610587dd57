"""``POST /v1/differentials`` refuses what it cannot read, and never repeats it."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.refusal import refused
from tests.serving import CANARY

DIFFERENTIALS = "/v1/differentials"


def asked(client: TestClient, **told: Any) -> Any:
    return client.post(DIFFERENTIALS, json=told)


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"conditions": ["asthma"]}, id="nothing to explain"),
        pytest.param({"symptoms": [], "findings": [], "results": []}, id="empty lists"),
        pytest.param({"symptoms": [""]}, id="an empty symptom"),
        pytest.param({"symptoms": ["fever"], CANARY: 1}, id="an unknown field"),
        pytest.param({"findings": [{"finding": "fever", CANARY: 1}]}, id="an unknown field of a finding"),
        pytest.param({"symptoms": [CANARY * 20]}, id="a symptom of 260 characters"),
        pytest.param({"symptoms": ["fever"] * 51}, id="51 symptoms"),
        pytest.param({"symptoms": ["fever"], "age": -1}, id="not born"),
        pytest.param({"symptoms": ["fever"], "age": 131}, id="too old"),
        pytest.param({"symptoms": ["fever"], "sex": CANARY}, id="an unknown sex"),
        pytest.param({"symptoms": ["fever"], "severity": "severe"}, id="severity in small letters"),
        pytest.param({"symptoms": ["fever"], "most": 0}, id="none wanted"),
        pytest.param({"symptoms": ["fever"], "most": 51}, id="51 wanted"),
        pytest.param({"results": [{"loinc": CANARY, "value": 1}]}, id="no code of LOINC"),
        pytest.param({"results": [{"loinc": "2345-7", "value": CANARY}]}, id="no number"),
        pytest.param({"results": [{"loinc": "2345-7"}]}, id="no value"),
    ],
)
def test_what_does_not_fit_is_refused_and_not_repeated(client: TestClient, told: dict[str, Any]) -> None:
    document = refused(asked(client, **told), 422, "invalid-request")

    assert document["errors"]


@pytest.mark.parametrize(
    "body",
    [
        *(f'{{"results": [{{"loinc": "2345-7", "value": {each}}}]}}' for each in ("NaN", "Infinity", "1e999")),
        pytest.param('{"results": [{"loinc": "2345-7", "value": 1' + "0" * 400 + "}]}", id="an integer of 401 digits"),
        f'{{"symptoms": ["{CANARY}\\ud800"]}}',
    ],
)
def test_what_json_can_say_and_no_number_or_text_holds_is_refused(client: TestClient, body: str) -> None:
    response = client.post(DIFFERENTIALS, content=body, headers={"Content-Type": "application/json"})

    refused(response, 422, "invalid-request")


def test_an_unknown_finding_is_refused_and_not_repeated(client: TestClient) -> None:
    refused(asked(client, findings=[{"finding": "fever"}, {"finding": CANARY}]), 422, "invalid-input")


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"text": " \n "}, "empty-text"),
        ({"text": "Fever.", "language": "xx"}, "unknown-language"),
        ({"symptoms": ["toux"], "language": "fr"}, "unknown-language"),
        ({"text": f"%PDF-1.7 {CANARY}"}, "unreadable-text"),
    ],
)
def test_a_note_or_language_nobody_reads_is_refused(client: TestClient, told: dict[str, Any], code: str) -> None:
    refused(asked(client, **told), 422, code)


def test_only_json_is_read(client: TestClient) -> None:
    assert client.post(DIFFERENTIALS, content=b"fever", headers={"Content-Type": "text/plain"}).status_code == 415
    assert client.get(DIFFERENTIALS).status_code == 405
