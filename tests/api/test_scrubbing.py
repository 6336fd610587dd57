"""``POST /phi/scrub``: contract H, word for word, and what it leaves behind."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from epicrisis.api.app import create_app
from epicrisis.assembly import Services, serving
from epicrisis.errors import StorageError
from epicrisis.services.redaction_log import RedactionRecord
from epicrisis.storage.memory import MemoryRedactionLog
from tests.redis_server import running_redis
from tests.serving import CANARY, RULES, rules_pipeline

SAMPLE = "Patient John Doe, SSN 123-45-6789, diagnosed with diabetes."
ROUTES = ["/phi/scrub", "/api/phi/scrub"]


@pytest.fixture(scope="module")
def services() -> Services:
    return Services(rules_pipeline())


@pytest.fixture(scope="module")
def client(services: Services) -> Iterator[TestClient]:
    with TestClient(create_app(services, RULES), raise_server_exceptions=False) as client:
        yield client


def kept(services: Services) -> RedactionRecord:
    [record] = asyncio.run(services.redactions.latest(limit=1))  # type: ignore[arg-type]
    return record


@pytest.mark.parametrize("route", ROUTES)
def test_answers_the_sample_of_the_contract_exactly_so(client: TestClient, route: str) -> None:
    response = client.post(route, json={"text": SAMPLE})

    assert response.status_code == 200
    assert response.json() == {
        "scrubbed_text": "Patient [REDACTED], SSN [REDACTED], diagnosed with diabetes.",
        "phi_found": ["NAME", "SSN"],
        "redaction_count": 2,
    }


def test_names_a_kind_once_in_the_order_of_the_text(client: TestClient) -> None:
    text = "SSN 123-45-6789. Mr. John Doe and Mrs. Jane Roe came. SSN 123-45-6780."

    answer = client.post("/phi/scrub", json={"text": text}).json()

    assert answer["phi_found"] == ["SSN", "NAME"]
    assert answer["redaction_count"] == 4


def test_returns_a_text_without_identifiers_as_it_is(client: TestClient) -> None:
    text = "Denies chest pain.\r\n\u00a0BP 120/80; Parkinson disease stable, aged 64."

    answer = client.post("/phi/scrub", json={"text": text}).json()

    assert answer == {"scrubbed_text": text, "phi_found": [], "redaction_count": 0}


def test_scrubbing_twice_changes_nothing_more(client: TestClient) -> None:
    once = client.post("/phi/scrub", json={"text": SAMPLE}).json()["scrubbed_text"]

    assert client.post("/phi/scrub", json={"text": once}).json()["scrubbed_text"] == once


def test_every_scrub_leaves_a_row_without_values(client: TestClient, services: Services) -> None:
    response = client.post("/api/phi/scrub", json={"text": f"{SAMPLE} Mr. {CANARY} came too."})

    record = kept(services)
    assert (record.route, record.policy, dict(record.kinds)) == ("/api/phi/scrub", "contract-h", {"NAME": 2, "SSN": 1})
    assert record.request_id == response.headers["X-Request-Id"]
    assert not any(word in repr(record) for word in ("Doe", "6789", CANARY))


def test_counts_kinds_and_no_values(client: TestClient) -> None:
    client.post("/phi/scrub", json={"text": SAMPLE})

    metrics = client.get("/metrics").text
    assert 'epicrisis_identifiers_redacted_total{kind="SSN"}' in metrics
    assert "epicrisis_redactions_total" in metrics
    assert "6789" not in metrics


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [({}, 422, "invalid-request"), ({"text": " "}, 422, "empty-text"), ({"text": 7}, 422, "invalid-request"),
     ({"text": SAMPLE, "mask": "x"}, 422, "invalid-request"),
     ({"text": CANARY * 200_000}, 413, "body-too-large")],
)  # fmt: skip
def test_refuses_what_it_cannot_scrub_and_repeats_none_of_it(
    client: TestClient, body: Any, status: int, code: str
) -> None:
    response = client.post("/phi/scrub", json=body)

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert CANARY not in response.text
    assert "6789" not in response.text


class FullLog(MemoryRedactionLog):
    """A log on a full disk."""

    async def keep(self, record: RedactionRecord) -> None:
        raise StorageError


def test_answers_nothing_where_it_cannot_be_recorded() -> None:
    app = create_app(Services(rules_pipeline(), redactions=FullLog()), RULES)

    with TestClient(app, raise_server_exceptions=False) as client:
        response = client.post("/phi/scrub", json={"text": SAMPLE})

    assert (response.status_code, response.json()["code"]) == (503, "storage-error")
    assert "diabetes" not in response.text


def test_every_scrub_counts_in_redis_and_leaves_no_value_there(tmp_path: Path) -> None:
    with running_redis() as redis:
        settings = RULES.model_copy(update={"data": tmp_path, "redis_url": SecretStr(redis.url)})
        services = serving(settings)
        assert services.link is not None
        # As patient as a busy machine needs.
        services.link.patience = 30
        with TestClient(create_app(services, settings)) as client:
            answers = [client.post(route, json={"text": SAMPLE}).status_code for route in ROUTES]

        counted, kept_there = redis.said("HGETALL", "epicrisis:redactions"), redis.said("KEYS", "*")

    assert answers == [200, 200]
    assert sorted(counted) == ["2", "2", "2", "NAME", "SSN", "redactions"]
    assert kept_there == ["epicrisis:redactions"]
