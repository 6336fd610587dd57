"""Every answer of a route that runs the model says how long each stage of it took."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from epicrisis.api.app import create_app
from epicrisis.assembly import Services, load
from epicrisis.telemetry.metrics import Metrics
from tests.serving import CANARY, READERS, RULES

NOTE = f"The patient, {CANARY}, denies chest pain. If the fever comes back, start amoxicillin."
STAGES = ["cache", "queue", "tokenize", "encode", "heads", "engine", "json", "total"]
ROUTES: dict[str, dict[str, Any]] = {
    "/predict": {"sentence": NOTE},
    "/predict/batch": {"sentences": [NOTE, "No edema.", "Fever."]},
    "/v1/assertions": {"text": NOTE},
    "/v1/annotations": {"documents": [{"text": NOTE}, {"text": "No edema."}]},
    "/v1/entities": {"text": NOTE},
}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    settings, metrics = RULES.model_copy(update=READERS["model"]), Metrics()
    with TestClient(create_app(Services(load(settings, observer=metrics), metrics=metrics), settings)) as client:
        yield client


def timed(client: TestClient, route: str) -> dict[str, float]:
    response = client.post(route, json=ROUTES[route])
    assert response.status_code == 200
    header = response.headers["server-timing"]
    assert re.fullmatch(r"\w+;dur=\d+\.\d\d(, \w+;dur=\d+\.\d\d)*", header)
    return {stage: float(spent) for stage, spent in re.findall(r"(\w+);dur=([\d.]+)", header)}


@pytest.mark.parametrize("route", ROUTES)
def test_an_answer_tells_each_stage_and_a_kept_one_that_it_was_kept(client: TestClient, route: str) -> None:
    read, kept = timed(client, route), timed(client, route)

    assert list(read) == STAGES
    assert read["encode"] > 0
    # Each is rounded for itself.
    assert sum(read.values()) - read["total"] <= read["total"] + 0.05
    assert list(kept) == ["cache", "json", "total"]


def test_the_stages_of_all_requests_are_summed_in_the_metrics(client: TestClient) -> None:
    client.post("/predict", json={"sentence": "Patient reports mild nausea."})

    text = client.get("/metrics").text
    told = dict(re.findall(r'^epicrisis_stage_seconds_total\{stage="(\w+)"\} (\S+)$', text, re.MULTILINE))
    assert set(told) == set(STAGES) - {"queue", "total"}
    assert all(float(seconds) > 0 for seconds in told.values())
