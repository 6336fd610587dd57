"""``GET /health``, ``/model/info`` and ``/metrics`` say of the server what contracts A and B say."""

from __future__ import annotations

import gzip
import re
import time
from typing import Any

import pytest
from starlette.testclient import TestClient

from epicrisis import __version__
from epicrisis.api.app import create_app
from epicrisis.assembly import Services, load
from epicrisis.settings import Settings
from epicrisis.telemetry.metrics import Metrics
from tests.serving import RULES, CrashingReader, app_over, app_with

LABELS = ["PRESENT", "ABSENT", "POSSIBLE", "CONDITIONAL"]


def series(text: str) -> dict[str, float]:
    """Return the value of each series of a Prometheus text."""
    return {name: float(value) for name, value in re.findall(r"^([^#\s].*) (\S+)$", text, re.MULTILINE)}


def test_health_has_the_fields_of_both_contracts(client: TestClient) -> None:
    response = client.get("/health")

    body: Any = response.json()
    assert response.status_code == 200
    assert {name: body[name] for name in ("status", "model_name", "model_loaded", "device")} == {
        "status": "healthy", "model_name": "rules", "model_loaded": True, "device": "CPU",
    }  # fmt: skip
    assert abs(body["timestamp"] - time.time()) < 60
    assert body["version"] == __version__
    assert body["environment"] == "production"
    assert body["uptime_seconds"] > 0
    assert isinstance(body["total_predictions"], int)
    assert body["model_info"] == {"model_name": "rules", "device": "CPU", "loaded": True, "labels": LABELS}
    usage = body["system_metrics"]
    assert set(usage) == {"memory_mb", "memory_percent", "cpu_percent", "disk_percent"}
    assert usage["memory_mb"] > 10
    assert all(0 <= usage[name] <= 100 for name in ("memory_percent", "cpu_percent", "disk_percent"))


def test_health_counts_the_sentences_that_were_answered(client: TestClient) -> None:
    before = client.get("/health").json()["total_predictions"]

    client.post("/predict", json={"sentence": "Denies fever."})
    client.post("/predict/batch", json={"sentences": ["Denies fever.", "", "Cough."]})
    client.post("/predict", json={"sentence": ""})

    assert client.get("/health").json()["total_predictions"] == before + 3


@pytest.mark.parametrize("profile", ["", "a", "b"])
def test_health_is_503_until_the_engine_has_proved_itself(profile: str) -> None:
    response = TestClient(app_with()).get("/health", headers={"X-Contract": profile})

    body = response.json()
    assert response.status_code == 503
    assert (body["status"], body["model_loaded"], body["model_info"]["loaded"]) == ("unhealthy", False, False)


@pytest.mark.anyio
async def test_health_stays_503_where_the_engine_fails() -> None:
    app = app_over(CrashingReader())

    await app.state.readiness.prove()

    assert TestClient(app).get("/health").status_code == 503


def test_health_names_the_installation() -> None:
    assert TestClient(app_with(environment="staging")).get("/health").json()["environment"] == "staging"


def test_model_info_describes_the_engine_that_answers(client: TestClient) -> None:
    body = client.get("/model/info").json()

    assert {name: body[name] for name in ("model_name", "device", "loaded", "labels", "max_sequence_length")} == {
        "model_name": "rules", "device": "CPU", "loaded": True, "labels": LABELS, "max_sequence_length": 512,
    }  # fmt: skip
    assert (body["model_size_mb"], body["tokenizer_type"], body["framework"]) == (0.0, "words", "word lists")
    assert body["version"]


def test_model_info_describes_the_model() -> None:
    body = TestClient(app_with(reader="model", assertion="model")).get("/model/info").json()

    assert (body["model_name"], body["tokenizer_type"]) == ("model", "WordPiece")
    assert body["model_size_mb"] > 10
    assert re.match(r"(OpenVINO|ONNX Runtime) \d", body["framework"])


def test_metrics_count_requests_and_labels() -> None:
    metrics = Metrics()
    services = Services(load(RULES, observer=metrics), metrics=metrics)
    with TestClient(create_app(services, RULES)) as client:
        client.post("/predict", json={"sentence": "Denies fever."})
        client.post("/predict/batch", json={"sentences": ["Denies fever.", "Cough since Monday.", "Possible flu."]})
        client.post("/predict", json={"sentence": "If fever develops, call."}, headers={"X-Contract": "b"})
        client.post("/predict", json={"sentence": ""})
        response = client.get("/metrics")

    told = series(response.text)
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    # A profile changes what a client is told, not what was read.
    assert [told[f'model_predictions_total{{label="{label}"}}'] for label in LABELS] == [1, 2, 1, 1]
    assert told['http_requests_total{endpoint="/predict",method="POST",status="200"}'] == 2
    assert told['http_requests_total{endpoint="/predict",method="POST",status="400"}'] == 1
    assert told['http_request_duration_seconds_count{endpoint="/predict/batch",method="POST"}'] == 1
    assert told["model_inference_seconds_count"] > 0
    assert {"system_cpu_percent", "system_memory_percent", "system_disk_percent"} <= set(told)
    assert any(name.startswith("http_client_requests_total{client=") for name in told)


def test_metrics_count_the_tokens_that_models_read_for_this_server() -> None:
    def counted(settings: Settings) -> dict[str, float]:
        metrics = Metrics()
        with TestClient(create_app(Services(load(settings, observer=metrics), metrics=metrics), settings)) as client:
            client.post("/predict", json={"sentence": "Denies fever."})
            client.post("/v1/annotations", json={"text": "Denies fever. Cough since Monday."})
            return series(client.get("/metrics").text)

    model = counted(RULES.model_copy(update={"reader": "model", "quick_labels": False}))
    rules = counted(RULES)

    # Denies, fever, the full stop and the two around them; then the same and cough, since, Monday, and so on.
    assert model['epicrisis_tokens_total{model="encoder"}'] == 5 + 5 + 6
    assert model['epicrisis_padding_total{model="encoder"}'] == 3 * 16 - 16
    assert (model["epicrisis_batch_tokens_count"], model["epicrisis_batch_tokens_sum"]) == (2, 16)
    assert {value for name, value in rules.items() if re.search("tokens|padding", name)} == {0}


def test_metrics_are_packed_for_whoever_can_unpack_them(client: TestClient) -> None:
    with client.stream("GET", "/metrics", headers={"Accept-Encoding": "gzip"}) as response:
        body = b"".join(response.iter_raw())

    assert response.headers["content-encoding"] == "gzip"
    assert b"http_requests_total" in gzip.decompress(body)


def test_the_port_is_the_one_contract_a_names() -> None:
    assert Settings.model_fields["port"].default == 8080
