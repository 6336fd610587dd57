"""How the tests of contract D ask."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

DIAGNOSE, METRICS = "/api/v1/diagnose", "/api/v1/metrics"
SAMPLE: dict[str, Any] = {
    "age": 65,
    "symptoms": ["chest pain", "shortness of breath", "diaphoresis"],
    "severity": "severe",
    "preexisting_conditions": ["hypertension", "type 2 diabetes"],
}
_SERIES = ["diagnostic_requests_total", "diagnostic_errors_total", "diagnostic_request_duration_seconds_count"]


def asked(client: TestClient, **changed: Any) -> Any:
    """Return the answer to the published sample, but for what is ``changed``; what is ``None`` is not sent."""
    told = {name: value for name, value in {**SAMPLE, **changed}.items() if value is not None}
    return client.post(DIAGNOSE, json=told)


def diagnosed(client: TestClient, **changed: Any) -> Any:
    """Return what ``asked`` does, once it is an answer."""
    response = asked(client, **changed)
    assert response.status_code == 200, response.text
    return response.json()


def counted(client: TestClient) -> list[float]:
    """Return how many cases were counted, how many of them failed, and how many were timed."""
    lines = dict(line.rsplit(" ", 1) for line in client.get(METRICS).text.splitlines() if line[0] != "#")
    return [float(lines[name]) for name in _SERIES]
