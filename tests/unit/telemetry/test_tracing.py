from __future__ import annotations

import builtins
from typing import Any

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from epicrisis.errors import MissingDependency
from epicrisis.telemetry.tracing import provider_of_environment
from tests.serving import CANARY
from tests.traced import Kept

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture
def kept() -> Kept:
    return Kept()


def test_a_span_says_what_was_asked_for_and_how_it_ended(kept: Kept) -> None:
    span = kept.traces.begin("POST")
    span.answered(200)
    span.end(route="/predict", request_id="7", stages={"queue": 0.001, "inference": 0.004})

    [told] = kept.told()
    assert told == {
        "name": "POST /predict",
        "http.request.method": "POST",
        "http.route": "/predict",
        "http.response.status_code": 200,
        "epicrisis.request_id": "7",
    }
    assert [(event.name, dict(event.attributes or {})) for event in kept.spans[0].events] == [
        ("queue", {"seconds": 0.001}),
        ("inference", {"seconds": 0.004}),
    ]
    assert kept.spans[0].status.is_unset


@pytest.mark.parametrize("status", [500, 503])
def test_an_answer_that_is_our_fault_marks_the_span(kept: Kept, status: int) -> None:
    span = kept.traces.begin("GET")
    span.answered(status)
    span.end(route="/ready", request_id="7", stages={})

    assert kept.told()[0]["error.type"] == str(status)
    assert not kept.spans[0].status.is_ok
    assert kept.spans[0].status.description is None


def test_a_span_hangs_under_the_callers(kept: Kept) -> None:
    span = kept.traces.begin("GET", traceparent=f"00-{TRACE}-{CALLER}-01")
    span.end(route="/live", request_id="7", stages={})

    parent = kept.spans[0].parent
    assert span.trace_id == TRACE
    assert parent is not None
    assert format(parent.span_id, "016x") == CALLER


@pytest.mark.parametrize("sent", ["", CANARY, f"00-{CANARY}-{CALLER}-01", f"00-{'0' * 32}-{CALLER}-01", "00-1-2-01"])
def test_a_bad_traceparent_begins_a_trace_of_our_own(kept: Kept, sent: str) -> None:
    span = kept.traces.begin("GET", traceparent=sent)
    span.end(route="/live", request_id="7", stages={})

    assert kept.spans[0].parent is None
    assert int(span.trace_id, 16) != 0
    assert CANARY not in kept.text()


def test_nothing_but_known_kinds_of_values_gets_in(kept: Kept) -> None:
    span = kept.traces.begin(CANARY)
    span.failed(f"{CANARY} Ruiz")
    span.end(route=f"/{CANARY} Ruiz", request_id="7", stages={f"{CANARY} Ruiz": 1.0})

    assert kept.told()[0]["name"] == "OTHER none"
    assert CANARY not in kept.text()


def test_the_service_has_our_name_unless_the_environment_gives_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_SERVICE_NAME", raising=False)
    ours = provider_of_environment("0.1.0", exporter=InMemorySpanExporter()).resource.attributes
    monkeypatch.setenv("OTEL_SERVICE_NAME", "reader-of-ward-7")
    theirs = provider_of_environment("0.1.0", exporter=InMemorySpanExporter()).resource.attributes

    assert (ours["service.name"], ours["service.version"]) == ("epicrisis", "0.1.0")
    assert theirs["service.name"] == "reader-of-ward-7"


def test_without_opentelemetry_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def absent(name: str, *rest: Any) -> Any:
        if name.startswith("opentelemetry.exporter"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", absent)

    with pytest.raises(MissingDependency, match=r"pip install 'epicrisis\[otel\]'"):
        provider_of_environment("0.1.0")
