"""What the log says of a request: who, what, how it ended, how much it was, under one id. S8 says what it may not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import anyio
from starlette.testclient import TestClient

from epicrisis.api.app import create_app
from epicrisis.assembly import Services
from epicrisis.services.access import Scope
from tests.logged import logged
from tests.serving import RULES, UUID, CrashingReader, app_over, app_with, rules_pipeline

Lines = list[dict[str, Any]]


@contextmanager
def told(app: Any) -> Iterator[tuple[TestClient, Lines]]:
    """Return a client of ``app``, and what the log says once it is done."""
    lines: Lines = []
    with logged() as written, TestClient(app, raise_server_exceptions=False) as client:
        yield client, lines
    lines += [json.loads(line) for line in written.getvalue().splitlines()]


def of(lines: Lines, event: str) -> Lines:
    return [line for line in lines if line["event"] == event]


def test_an_answer_says_which_route_how_it_ended_and_how_long_it_took() -> None:
    with told(app_with()) as (client, lines):
        client.post("/v1/annotations", json={"text": "Denies fever."})
        client.get("/nowhere")
        client.request("INVENTED", "/predict")

    answered = of(lines, "request answered")
    assert [(line["method"], line["route"], line["status"]) for line in answered] == [
        ("POST", "/v1/annotations", 200), ("GET", "none", 404), ("OTHER", "/predict", 405),
    ]  # fmt: skip
    assert all(line["duration_ms"] >= 0 for line in answered)


def test_all_lines_of_a_request_carry_its_id_and_those_of_reading_its_counts() -> None:
    with told(app_with()) as (client, lines):
        answer = client.post("/v1/annotations", json={"documents": [{"text": "Denies fever."}, {"text": ""}]})

    [batch], [answered] = of(lines, "batch annotated"), of(lines, "request answered")
    assert (batch["documents"], batch["refused"]) == (2, 1)
    assert batch["request_id"] == answered["request_id"] == answer.headers["x-request-id"]
    assert re.fullmatch(UUID, batch["request_id"])


def test_whoever_gives_no_key_is_a_hash_that_says_nothing_about_them() -> None:
    with told(app_with()) as (client, lines):
        client.get("/ready")
        client.get("/ready")

    first, second = [line["client"] for line in of(lines, "request answered")]
    assert first == second
    assert re.fullmatch(r"[0-9a-f]{12}", first)


def test_whoever_gives_a_key_is_the_id_of_the_key() -> None:
    services = Services(rules_pipeline())
    issued = anyio.run(lambda: services.keys.create("ward 7", scopes=[Scope.READ]))
    with told(create_app(services, RULES)) as (client, lines):
        client.get("/v1/engines", headers={"Authorization": f"Bearer {issued.credential}"})

    [answered] = of(lines, "request answered")
    assert answered["client"] == issued.key.id
    assert issued.credential not in json.dumps(lines)
    assert f'client="{issued.key.id}"' in services.metrics.text().decode()


def test_a_refusal_says_its_code_and_a_crash_its_kind() -> None:
    with told(app_over(CrashingReader())) as (client, lines):
        client.post("/v1/annotations", json={"text": ""})
        client.post("/v1/annotations", json={"text": "Denies fever."})

    assert [line["code"] for line in of(lines, "request refused")] == ["empty-text", "internal-error"]
    assert [line["error"] for line in of(lines, "request failed")] == ["ValueError"]
