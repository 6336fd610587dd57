from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from epicrisis.api.security.origins import origins
from epicrisis.errors import InvalidSettings
from tests.serving import app_with

PAGE, OTHER = "https://chart.hospital.example", "https://attacker.example"
ALLOWING = "access-control-allow-"


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(app_with(cors_origins=(PAGE, "http://localhost:3000"), max_body_bytes=2_000, require_key=True))


def preflight(client: TestClient, origin: str) -> Any:
    """Return the answer to a browser that asks whether a page of ``origin`` may send a key."""
    asking = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    return client.options("/v1/annotations", headers={"Origin": origin, **asking})


@pytest.mark.parametrize("origin", [PAGE, "http://localhost:3000"])
def test_a_listed_page_may_ask_and_read_with_credentials(client: TestClient, origin: str) -> None:
    beforehand = preflight(client, origin)
    answer = client.get("/live", headers={"Origin": origin})

    assert beforehand.status_code == 204
    assert "POST" in beforehand.headers["access-control-allow-methods"]
    assert "Authorization" in beforehand.headers["access-control-allow-headers"]
    for each in (beforehand, answer):
        assert each.headers["access-control-allow-origin"] == origin
        assert each.headers["access-control-allow-credentials"] == "true"
        assert "Origin" in each.headers["vary"]
    readable = answer.headers["access-control-expose-headers"]
    assert {"X-Request-Id", "RateLimit", "Server-Timing", "Retry-After"} <= set(readable.split(", "))


@pytest.mark.parametrize(
    "origin",
    [
        OTHER, "null", "*", "", PAGE + ".attacker.example", f"{OTHER}/{PAGE}", PAGE.replace("https", "http"),
        PAGE + ":8443", PAGE + "/", PAGE.upper(), "https://chart-hospital.example",
    ],
)  # fmt: skip
def test_any_other_page_is_told_nothing(client: TestClient, origin: str) -> None:
    beforehand = preflight(client, origin)
    answer = client.get("/live", headers={"Origin": origin})

    assert (beforehand.status_code, beforehand.json()["code"]) == (403, "forbidden")
    assert answer.status_code == 200
    for each in (beforehand, answer):
        assert [name for name in each.headers if name.startswith(ALLOWING)] == []
        assert "Origin" in each.headers["vary"]


def test_a_listed_page_may_read_why_it_was_refused(client: TestClient) -> None:
    unknown = client.post("/v1/annotations", json={"text": "No fever."}, headers={"Origin": PAGE})
    too_long = client.post("/v1/annotations", content=b"x" * 3_000, headers={"Origin": PAGE})

    assert (unknown.status_code, too_long.status_code) == (401, 413)
    assert {each.headers[f"{ALLOWING}origin"] for each in (unknown, too_long)} == {PAGE}


def test_a_preflight_needs_no_key_and_is_still_an_answer_of_ours(client: TestClient) -> None:
    beforehand = preflight(client, PAGE)

    assert beforehand.headers["x-request-id"]
    assert beforehand.headers["x-content-type-options"] == "nosniff"


def test_options_without_the_question_of_a_browser_is_a_request_like_any_other(client: TestClient) -> None:
    answer = client.options("/live", headers={"Origin": PAGE})

    assert answer.status_code == 405


def test_without_a_list_there_is_nothing_about_origins_in_an_answer() -> None:
    answer = TestClient(app_with()).get("/live", headers={"Origin": PAGE})

    assert [name for name in answer.headers if name.startswith("access-control")] == []


@pytest.mark.parametrize(
    "written",
    [
        "*", "null", "", "chart.hospital.example", "https://*.hospital.example", PAGE + "/", PAGE + "/chart",
        "https://user@chart.hospital.example", PAGE + ":443", "http://chart.hospital.example:80", PAGE + "?a",
        PAGE.upper(), " " + PAGE,
    ],
)  # fmt: skip
def test_what_no_browser_sends_as_origin_refuses_to_start(written: str) -> None:
    with pytest.raises(InvalidSettings, match="EPICRISIS_CORS_ORIGINS: entry 2"):
        app_with(cors_origins=(PAGE, written))


@pytest.mark.parametrize("written", ["https://[2001:db8::1]:8443", "capacitor://localhost", "http://127.0.0.1:5173"])
def test_an_origin_may_have_a_port_an_address_or_a_scheme_of_its_own(written: str) -> None:
    assert origins([written]) == (written,)
