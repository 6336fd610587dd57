from __future__ import annotations

import re
import uuid

import pytest
from starlette.testclient import TestClient

from tests.serving import UUID

PLACES = ["/", "/docs", "/live", "/ready", "/v1/engines", "/openapi.json", "/static/page.js", "/nowhere"]


@pytest.mark.parametrize("place", PLACES)
def test_every_answer_tells_a_browser_to_do_nothing_with_it(client: TestClient, place: str) -> None:
    headers = client.get(place).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    total = re.fullmatch(r"total;dur=(\d+\.\d\d)", headers["server-timing"])
    assert total is not None
    assert headers["x-process-time-ms"] == total[1]


def test_an_answer_tells_what_it_waited_for_and_what_was_read(client: TestClient) -> None:
    headers = client.post("/v1/annotations", json={"text": "Denies fever, as nobody asked so far."}).headers

    *stages, total = re.findall(r"(\w+);dur=(\d+\.\d\d)", headers["server-timing"])
    assert [stage for stage, _ in stages] == ["cache", "queue", "engine", "json"]
    assert total == ("total", headers["x-process-time-ms"])
    # Each is rounded for itself.
    assert sum(float(spent) for _, spent in stages) <= float(total[1]) + 0.03


@pytest.mark.parametrize("place", PLACES)
def test_no_header_is_said_twice(client: TestClient, place: str) -> None:
    names = [name.lower() for name, _ in client.get(place).headers.multi_items()]

    assert len(names) == len(set(names))


def test_answers_are_kept_by_nobody(client: TestClient) -> None:
    assert client.post("/v1/annotations", json={"text": "Denies fever."}).headers["cache-control"] == "no-store"


def test_a_callers_request_id_comes_back(client: TestClient) -> None:
    sent = "0B8F4F0E-6F0E-4E2C-9D0B-3C2C5A7F9A11"

    response = client.post("/v1/annotations", json={"text": "Denies fever."}, headers={"X-Request-Id": sent})

    assert response.headers["x-request-id"] == response.json()["request_id"] == sent.lower()


def test_every_request_has_an_id_of_its_own(client: TestClient) -> None:
    given = {client.get("/live").headers["x-request-id"] for _ in range(50)}

    assert len(given) == 50
    assert {uuid.UUID(one).version for one in given} == {4}
    assert {uuid.UUID(one).variant for one in given} == {uuid.RFC_4122}


@pytest.mark.parametrize("sent", ["", "7", "Ana Ruiz Prueba", "{0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9}", "x" * 36])
def test_anything_else_is_replaced(client: TestClient, sent: str) -> None:
    given = client.get("/live", headers={"X-Request-Id": sent}).headers["x-request-id"]

    assert re.fullmatch(UUID, given)
    assert given != sent
