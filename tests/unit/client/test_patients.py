from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from epicrisis.api.app import create_app
from epicrisis.assembly import Services
from epicrisis.client import Progress
from epicrisis.domain.patients import Source
from epicrisis.domain.spans import Span
from epicrisis.domain.summaries import Heading, Mode, Statement
from epicrisis.errors import InvalidInput, PatientNotFound
from tests.bundles import bundle, condition, note, settings_with
from tests.clients import BOTH, Asks
from tests.ehr_server import ANA, a_sample_ehr
from tests.flaky import Said, flaky
from tests.serving import Server, rules_pipeline
from tests.sockets import listening_in_a_thread, until_ready

SUMMARY = {
    "request_id": "7", "markdown": "## Clinical Assessment\n", "baseline": {}, "delta": {"changes": []},
    "sections": [
        {
            "heading": "Clinical Assessment",
            "statements": [
                {
                    "text": "Has gout.", "support": "SUPPORTED", "why": "",
                    "sources": [{"reference": "DocumentReference/1", "start": 4, "end": 8}],
                }
            ],
        }
    ],
    "missing": [{"section": "Observation", "why": "the EHR does not answer"}], "language": "en", "mode": "rule",
    "asked": "hq", "model": "rules", "fallbacks": ["hq: too slow."], "unsupported_claims": 0, "unsupported": [],
    "timing": {"ehr_api": 0.1, "generation": 0.2, "total": 0.3}, "version": "1",
}  # fmt: skip
EVENTS = {"Content-Type": "text/event-stream; charset=utf-8", "X-Request-Id": "7"}
BUSY = {"status": 503, "code": "overloaded", "detail": "Try again in a moment.", "request_id": "7"}
RECORD = bundle(condition("Essential hypertension"), note("Assessment: Pneumonia."))


@pytest.fixture(params=BOTH)
def ask(request: pytest.FixtureRequest) -> Asks:
    return BOTH[request.param]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with a_sample_ehr() as ehr:
        app = create_app(Services(rules_pipeline()), settings_with(ehr))
        with listening_in_a_thread(app) as (server, _):
            until_ready(server)
            yield server


def url(server: Server) -> str:
    return f"http://{server.host}:{server.port}"


def event(number: int, kind: str, **data: Any) -> bytes:
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (number, kind.encode(), json.dumps({"type": kind, **data}).encode())


def progress(number: int, percent: int) -> bytes:
    return event(number, "progress", stage="reading", percent=percent)


def test_a_summary_is_told_in_values(ask: Asks) -> None:
    with flaky(Said(body=SUMMARY)) as server:
        summary = ask(server.url, "summarize_patient", RECORD, mode="hq", since=date(2024, 1, 1))

    [section] = summary.sections
    assert section.heading is Heading.ASSESSMENT
    assert section.statements == (Statement("Has gout.", (Source("DocumentReference/1", Span(4, 8)),)),)
    assert (summary.mode, summary.asked, summary.fallbacks) == (Mode.RULE, Mode.HQ, ("hq: too slow.",))
    assert summary.missing[0].section == "Observation"
    assert (summary.seconds, summary.request_id) == (0.3, "7")


def test_a_stream_that_breaks_goes_on_where_it_was(ask: Asks) -> None:
    heard: list[Progress] = []
    broken = Said(headers=EVENTS, pieces=[progress(1, 0), progress(2, 25)])
    rest = Said(headers=EVENTS, pieces=[progress(3, 65), event(4, "complete", **SUMMARY)])

    with flaky(broken, rest) as server:
        summary = ask(server.url, "summarize_patient", RECORD, progress=heard.append)

    assert [each.percent for each in heard] == [0, 25, 65]
    assert summary.markdown == SUMMARY["markdown"]
    (_, first), (_, second) = server.requests
    assert "Last-Event-Id" not in {name.title() for name in first}
    assert {name.title(): value for name, value in second.items()}["Last-Event-Id"] == "2"
    assert first["Idempotency-Key"] == second["Idempotency-Key"]


def test_an_error_that_passes_is_asked_about_again(ask: Asks) -> None:
    busy = Said(headers=EVENTS, pieces=[progress(1, 0), event(2, "error", **BUSY)])
    then = Said(headers=EVENTS, pieces=[progress(3, 0), event(4, "complete", **SUMMARY)])

    with flaky(busy, then) as server:
        summary = ask(server.url, "summarize_patient", RECORD, progress=print)

    assert summary.mode is Mode.RULE
    assert len(server.requests) == 2


@pytest.mark.parametrize("record", [RECORD, json.dumps(RECORD).encode()])
def test_a_server_summarises_a_record_and_says_how_far_it_is(ask: Asks, server: Server, record: Any) -> None:
    heard: list[Progress] = []

    summary = ask(url(server), "summarize_patient", record, language="es", progress=heard.append)
    unread = ask(url(server), "summarize_patient", record, read_notes=False)

    assert [each.percent for each in heard] == sorted(each.percent for each in heard)
    assert {"started", "reading", "baseline", "writing"} <= {each.stage for each in heard}
    assert (summary.language, summary.mode) == ("es", Mode.RULE)
    assert any("Pneumonia" in each["concept"]["text"] for each in summary.baseline["problems"])
    assert not any("Pneumonia" in each["concept"]["text"] for each in unread.baseline["problems"])


def test_a_server_summarises_a_patient_of_an_ehr(ask: Asks, server: Server) -> None:
    summary = ask(url(server), "summarize_patient", patient=ANA, ehr="ehr-0", timeout="extended")
    ips = ask(url(server), "patient_ips", patient=ANA)

    assert "Diabetes mellitus type 2" in summary.markdown
    assert (ips["resourceType"], ips["type"]) == ("Bundle", "document")
    with pytest.raises(PatientNotFound):
        ask(url(server), "summarize_patient", patient="nobody")


def test_a_record_or_a_patient_is_given_and_not_both(ask: Asks) -> None:
    for given in ({}, {"record": RECORD, "patient": ANA}):
        with pytest.raises(InvalidInput):
            ask("http://127.0.0.1:9", "summarize_patient", **given)
