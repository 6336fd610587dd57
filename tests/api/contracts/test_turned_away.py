"""Whoever may not ask, or asks when nothing can be answered, is told so in contract B's words."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import ASGITransport, AsyncClient
from starlette.testclient import TestClient

from epicrisis.api.app import create_app
from epicrisis.api.contracts.assertion.refusals import NAMES
from epicrisis.api.problems import DOOR, ERRORS
from epicrisis.assembly import Services
from epicrisis.services.access import Scope
from tests.api.contracts.refusal import refused
from tests.logged import logged
from tests.serving import CANARY, RULES, CrashingReader, HeldReader, app_over, app_with, rules_pipeline

SENTENCE = "Denies fever."
PATHS = [("POST", "/predict"), ("POST", "/predict/batch"), ("GET", "/model/info"), ("GET", "/metrics")]


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_whoever_says_nothing_is_asked(method: str, path: str) -> None:
    with TestClient(app_with(require_key=True)) as client:
        response = client.request(method, path)

    refused(response, 401, "AuthenticationError")
    assert response.headers["www-authenticate"].startswith("Bearer")


def test_health_asks_nobody() -> None:
    with TestClient(app_with(require_key=True)) as client:
        assert client.get("/health").status_code in (200, 503)
        assert client.get("/").status_code == 200


@pytest.mark.anyio
@pytest.mark.parametrize(("method", "path"), PATHS)
async def test_a_key_without_the_scope_is_refused(method: str, path: str) -> None:
    services = Services(rules_pipeline())
    other = Scope.READ if path == "/metrics" else Scope.METRICS
    key = await services.keys.create("other", scopes=[other], expires_in=timedelta(hours=1))
    app = create_app(services, RULES.model_copy(update={"require_key": True}))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://here") as client:
        response = await client.request(method, path, headers={"Authorization": f"Bearer {key.credential}"})

    refused(response, 403, "AuthorizationError")


def test_too_many_requests_are_told_when_to_come_back() -> None:
    with TestClient(app_with(rate_limit_per_minute=2)) as client:
        responses = [client.post("/predict", json={"sentence": SENTENCE}) for _ in range(4)]

    body = refused(responses[-1], 429, "RateLimitError")
    assert 0 < body["retry_after"] <= 60
    assert responses[-1].headers["retry-after"] == str(body["retry_after"])


def test_a_crash_is_an_internal_error_without_a_trace() -> None:
    with TestClient(app_over(CrashingReader()), raise_server_exceptions=False) as client:
        alone = client.post("/predict", json={"sentence": f"Denies {CANARY}."})
        batch = client.post("/predict/batch", json={"sentences": [f"Denies {CANARY}.", "", "Cough."]})
        strict = client.post("/predict/batch", json={"sentences": ["Cough."]}, headers={"X-Contract": "a"})

    assert "ValueError" not in refused(alone, 500, "InternalError")["message"]
    assert [each["error"]["error"] for each in batch.json()["predictions"]] == [
        "InternalError", "ValidationError", "InternalError",
    ]  # fmt: skip
    assert "ValueError" not in batch.text
    refused(strict, 500, "InternalError")


@pytest.mark.anyio
async def test_overload_is_told_at_once() -> None:
    reader = HeldReader()
    transport = ASGITransport(app_over(reader, threads=1, queue=0))
    async with AsyncClient(transport=transport, base_url="http://here") as client:
        first = asyncio.create_task(client.post("/predict", json={"sentence": SENTENCE}))
        await asyncio.to_thread(reader.reading.wait, 20)

        second = await client.post("/predict", json={"sentence": CANARY})

        reader.release.set()
        assert (await first).json()["label"] == "ABSENT"
    body = refused(second, 503, "ServiceUnavailable")
    assert second.headers["retry-after"] == str(body["retry_after"]) == "1"


@pytest.mark.anyio
async def test_a_reading_that_takes_too_long_is_given_up() -> None:
    reader = HeldReader()
    transport = ASGITransport(app_over(reader, deadline_seconds=0.05))
    async with AsyncClient(transport=transport, base_url="http://here") as client:
        response = await client.post("/predict", json={"sentence": CANARY})
        reader.release.set()

    refused(response, 503, "ServiceUnavailable")


@pytest.mark.anyio
async def test_a_body_that_ends_with_its_sender_is_no_crash() -> None:
    answered: list[Any] = []
    arriving = [{"type": "http.request", "body": b'{"sentence": ', "more_body": True}, {"type": "http.disconnect"}]

    async def receive() -> Any:
        return arriving.pop(0)

    async def send(message: Any) -> None:
        answered.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/predict", "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"content-length", b"99")],
    }  # fmt: skip
    await app_with()(scope, receive, send)

    assert answered[0]["status"] == 400


def test_every_status_a_problem_can_have_has_a_name() -> None:
    assert {row.status for row in ERRORS.values()} | {problem.status for problem in DOOR} <= set(NAMES)


def test_no_word_of_a_sentence_is_logged() -> None:
    with logged() as written, TestClient(app_with(), raise_server_exceptions=False) as client:
        for sent in ({"sentence": f"Denies {CANARY}."}, {"sentence": CANARY * 1_000}, {CANARY: CANARY}):
            client.post("/predict", json=sent, headers={"X-Contract": CANARY})
            client.post("/predict", json=sent)
        client.post("/predict/batch", json={"sentences": [f"Denies {CANARY}.", CANARY * 1_000, {CANARY: 1}]})
        client.post(f"/predict/{CANARY}", json={})
        exposed = client.get("/metrics").text

    assert "request answered" in written.getvalue()
    assert CANARY not in written.getvalue()
    assert CANARY not in exposed
