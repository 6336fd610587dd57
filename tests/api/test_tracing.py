from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from starlette.testclient import TestClient

from epicrisis.assembly import Services
from tests.logged import logged
from tests.serving import CANARY, RULES, CrashingReader, app_over, rules_pipeline, running
from tests.traced import Kept, collector, traced

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@contextmanager
def client() -> Iterator[tuple[TestClient, Kept]]:
    app, kept = traced(Services(rules_pipeline()), RULES)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client, kept


def test_every_request_has_a_span_with_its_route_status_and_id() -> None:
    with client() as (sender, kept):
        answer = sender.post("/v1/annotations", json={"text": "Denies fever, as nobody asked before."})
        sender.post("/v1/annotations", json={"text": ""})
        sender.get(f"/{CANARY}?patient={CANARY}")

    read, refused, lost = kept.told()
    assert read == {
        "name": "POST /v1/annotations",
        "http.request.method": "POST",
        "http.route": "/v1/annotations",
        "http.response.status_code": 200,
        "epicrisis.request_id": answer.headers["x-request-id"],
    }
    assert [event.name for event in kept.spans[0].events] == ["cache", "queue", "engine", "json"]
    assert (refused["name"], refused["http.response.status_code"]) == ("POST /v1/annotations", 422)
    assert (lost["name"], lost["http.response.status_code"]) == ("GET none", 404)


def test_the_log_lines_of_a_request_name_its_trace() -> None:
    headers = {"traceparent": f"00-{TRACE}-{CALLER}-01", "tracestate": f"patient={CANARY}", "baggage": f"name={CANARY}"}
    with logged() as written, client() as (sender, kept):
        sender.post("/v1/annotations", json={"text": "Denies fever."}, headers=headers)

    said = [json.loads(line) for line in written.getvalue().splitlines()]
    assert {line.get("trace_id") for line in said if line["event"] in ("note annotated", "request answered")} == {TRACE}
    assert CANARY not in kept.text()
    assert CANARY not in written.getvalue()


def test_a_crash_marks_the_span_and_its_message_stays_out() -> None:
    kept = Kept()
    app = app_over(CrashingReader(), traces=kept.traces)
    with TestClient(app, raise_server_exceptions=False) as sender:
        sender.post("/v1/annotations", json={"text": f"{CANARY} denies fever."})

    [told] = kept.told()
    assert (told["http.response.status_code"], told["error.type"]) == (500, "500")
    assert CANARY not in kept.text()


def test_a_server_without_traces_does_not_load_what_makes_them() -> None:
    script = """
import sys
from epicrisis.api import app
from epicrisis.assembly import serving
from epicrisis.settings import Settings
settings = Settings(reader="rules", assertion="rules", second_opinion="")
app.create_app(serving(settings), settings)
print([name for name in sys.modules if name.startswith(("opentelemetry.sdk", "opentelemetry.exporter"))])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)

    assert done.stdout.strip() == "[]"


def test_a_server_sends_its_spans_to_the_collector_the_environment_names() -> None:
    body = json.dumps({"text": f"{CANARY} denies fever."}).encode()
    head = (
        f"POST /v1/annotations?name={CANARY} HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
        f"tracestate: patient={CANARY}\r\ntraceparent: 00-{TRACE}-{CALLER}-01\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with collector() as (address, received):
        environment = {"EPICRISIS_TRACING": "1", "OTEL_EXPORTER_OTLP_ENDPOINT": address}
        with running(**environment) as (server, _):
            answer = server.send(head.encode() + body)

    assert answer is not None
    assert answer.status == 200
    [resource] = [each for sent in received for each in ExportTraceServiceRequest.FromString(sent).resource_spans]
    [span] = resource.scope_spans[0].spans
    assert (span.name, span.trace_id.hex()) == ("POST /v1/annotations", TRACE)
    assert {each.key for each in span.attributes} == {
        "http.request.method", "http.route", "http.response.status_code", "epicrisis.request_id",
    }  # fmt: skip
    assert CANARY.encode() not in b"".join(received)


def test_a_collector_that_is_not_there_stops_nothing() -> None:
    environment = {
        "EPICRISIS_TRACING": "1",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9",
        "OTEL_EXPORTER_OTLP_TIMEOUT": "1",
    }
    with running(**environment) as (server, log):
        answer = server.send(b"GET /live HTTP/1.1\r\nHost: here\r\n\r\n")

    assert answer is not None
    assert answer.status == 200
    assert any('"stopped"' in line for line in log)
