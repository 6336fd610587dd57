from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from epicrisis.api.readiness import SELF_TESTS, Readiness
from epicrisis.web.pages import LANGUAGES
from tests.serving import CrashingReader, app_over, app_with, rules_pipeline


def test_alive_before_ready() -> None:
    client = TestClient(app_with())

    live, ready = client.get("/live"), client.get("/ready")

    assert (live.status_code, live.json()) == (200, {"status": "live"})
    assert (ready.status_code, ready.json()["code"]) == (503, "not-ready")
    assert ready.headers["retry-after"] == "1"


@pytest.mark.anyio
async def test_ready_once_every_language_was_read_right() -> None:
    readiness = Readiness(rules_pipeline())

    await readiness.prove()

    assert readiness.reason is None


@pytest.mark.anyio
async def test_an_engine_that_fails_its_sentence_keeps_the_service_from_ready() -> None:
    app = app_over(CrashingReader())

    await app.state.readiness.prove()

    response = TestClient(app).get("/ready")
    assert response.status_code == 503
    assert "failed in en" in response.json()["detail"]


def test_the_running_app_gets_ready(client: TestClient) -> None:
    for _ in range(200):
        ready = client.get("/ready")
        if ready.status_code == 200:
            break

    assert ready.json() == {"status": "ready"}


def test_every_language_read_here_has_its_sentence_and_its_name_on_the_page() -> None:
    languages = set(rules_pipeline().intake.languages)

    assert languages <= set(SELF_TESTS)
    assert languages <= set(LANGUAGES)
