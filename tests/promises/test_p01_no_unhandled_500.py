"""P1: any input to any documented route gets a documented status, and no answer echoes what it refuses."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import checks
from schemathesis.specs.openapi import checks as openapi_checks

from epicrisis.api.problems import MEDIA_TYPE
from epicrisis.services.access import Scope
from tests.serving import CANARY, UUID, Answer, Server, app_with, running
from tests.spanish import spanish_app

schema = schemathesis.openapi.from_asgi("/openapi.json", app_with(anonymous_scopes=tuple(Scope)))

# The same where there are Spanish models to answer with.
named = schemathesis.openapi.from_asgi("/openapi.json", spanish_app()).include(path_regex="/submit$|/v1/entities$")

# That a request off the schema is refused is for tests/api/test_problems.py to say: in a batch, a note off the schema
# fails alone and the batch is answered.
CHECKS = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.unsupported_method,
]


# How many requests each route was sent by the tests below, and how many are promised.
SENT: Counter[str] = Counter()
PROMISED = 2_000


def documented(case: schemathesis.Case[Any]) -> None:
    SENT[case.operation.label] += 1
    response = case.call()
    case.validate_response(response, checks=CHECKS)
    if response.status_code >= 400:
        told = response.json()
        # The contracts have their own words for a refusal, and the clients of one know three fields and no more.
        if "success" in told:
            assert (told["data"], told["success"]) == ({}, False)
            return
        assert told["status"] == response.status_code if "type" in told else told["error"]
        assert told["request_id"] == response.headers["x-request-id"][0]


@schema.parametrize()
@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
def test_whatever_is_sent_the_answer_is_a_documented_one(case: schemathesis.Case[Any]) -> None:
    documented(case)


@named.parametrize()
@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
def test_whatever_is_sent_in_spanish_the_answer_is_a_documented_one(case: schemathesis.Case[Any]) -> None:
    documented(case)


def test_two_thousand_requests_at_least_were_sent_and_every_route_had_some(request: pytest.FixtureRequest) -> None:
    routes = [operation.ok().label for operation in schema.get_all_operations()]
    here = [item for item in request.session.items if item.path == request.path]
    if not {f"test_whatever_is_sent_the_answer_is_a_documented_one[{route}]" for route in routes} <= {
        item.name for item in here
    }:
        pytest.skip("the tests before this one, which send them, are not all run")

    assert set(routes) <= set(SENT)
    print(f"{SENT.total()} requests to {len(routes)} routes")  # noqa: T201
    assert SENT.total() >= PROMISED


@pytest.mark.nightly
@schema.parametrize()
@settings(max_examples=2_500, suppress_health_check=list(HealthCheck), deadline=None)
def test_whatever_is_sent_the_answer_is_a_documented_one_for_long(case: schemathesis.Case[Any]) -> None:
    documented(case)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running(EPICRISIS_LOG_LEVEL="debug", EPICRISIS_MAX_BODY_BYTES="100000") as (server, log):
        yield server
    told = [json.loads(line) for line in log]
    assert told[-1]["event"] == "stopped"
    assert CANARY not in "".join(log)
    assert {line["event"] for line in told} <= {
        "serving", "stopped", "request answered", "request refused", "note annotated", "self-test passed",
        "library record",
    }  # fmt: skip
    assert [line for line in told if line.get("error")] == []


def is_problem(answer: Answer | None, status: int, code: str) -> None:
    assert answer is not None
    document: Any = answer.json()
    assert (answer.status, document["status"], document["code"]) == (status, status, code)
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert re.fullmatch(UUID, document["request_id"])
    assert document["request_id"] == answer.headers["x-request-id"]
    assert CANARY.encode() not in answer.body


def post(body: bytes, *headers: str) -> bytes:
    lines = ["POST /v1/annotations HTTP/1.1", "Host: here", "Content-Type: application/json", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(f"{CANARY}\r\n\r\n".encode(), id="no request line"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", id="TLS"),
        pytest.param(f"GET /{CANARY}\x00 HTTP/1.1\r\nHost: here\r\n\r\n".encode(), id="NUL in the path"),
        pytest.param(f"GET / HTTP/1.1\r\nHost: here\r\nX: a\x00{CANARY}\r\n\r\n".encode(), id="NUL in a header"),
        pytest.param(f"G(T /{CANARY} HTTP/1.1\r\nHost: here\r\n\r\n".encode(), id="method of no token"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="no host"),
        pytest.param(post(b"", "Content-Length: -1"), id="negative length"),
        pytest.param(post(b"", "Content-Length: 1", "Content-Length: 2"), id="two lengths"),
        pytest.param(post(b"", "Content-Length: " + "9" * 30), id="length of thirty digits"),
        pytest.param(post(b"{}", "Transfer-Encoding: gzip, chunked"), id="unknown coding"),
        pytest.param(post(f"{CANARY}\r\n".encode(), "Transfer-Encoding: chunked"), id="bad chunk"),
        pytest.param(post(b"-1\r\n{}\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), id="negative chunk"),
    ],
)
def test_what_is_not_http_is_refused_with_a_problem_document(server: Server, sent: bytes) -> None:
    is_problem(server.send(sent), 400, "malformed-http")


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        pytest.param(f"{CANARY} / HTTP/1.1\r\nHost: here\r\n\r\n".encode(), 405, "method-not-allowed", id="own method"),
        pytest.param(f"GET /%00{CANARY} HTTP/1.1\r\nHost: here\r\n\r\n".encode(), 404, "not-found", id="escaped NUL"),
        pytest.param(b"GET /%ff%fe HTTP/1.1\r\nHost: here\r\n\r\n", 404, "not-found", id="no UTF-8 in the path"),
        pytest.param(b"GET http://elsewhere/ping HTTP/1.1\r\nHost: here\r\n\r\n", 404, "not-found", id="absolute form"),
        pytest.param(b"OPTIONS * HTTP/1.1\r\nHost: here\r\n\r\n", 404, "not-found", id="asterisk form"),
        pytest.param(
            b"GET /static/..%2f..%2fsettings.py HTTP/1.1\r\nHost: here\r\n\r\n", 404, "not-found", id="climbing"
        ),
        pytest.param(b"GET /static/%00 HTTP/1.1\r\nHost: here\r\n\r\n", 404, "not-found", id="NUL as a file"),
        pytest.param(post(b'{"text": "a\x00b', "Content-Length: 13"), 400, "malformed-json", id="raw NUL in JSON"),
        pytest.param(post(b"", "Content-Length: 100001"), 413, "body-too-large", id="declared too long"),
        pytest.param(post(b"", "Content-Length: 10000000000"), 413, "body-too-large", id="10 GB declared"),
    ],
)
def test_http_that_asks_for_nonsense_is_refused_too(server: Server, sent: bytes, status: int, code: str) -> None:
    is_problem(server.send(sent), status, code)


@pytest.mark.parametrize("pieces", [1, 2], ids=["at once", "in two pieces"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(b"GET / HTTP/1.1\r\nHost: here\r\nX: ", b"\r\n\r\n", id="64 KB header"),
        pytest.param(b"GET /", b" HTTP/1.1\r\nHost: here\r\n\r\n", id="64 KB path"),
    ],
)
def test_a_head_of_64_kilobytes_is_refused(server: Server, before: bytes, after: bytes, pieces: int) -> None:
    answer = server.send(*[before + b"x" * 65_536, after] if pieces == 2 else [before + b"x" * 65_536 + after])

    is_problem(answer, 431, "headers-too-large")


def test_an_endless_chunked_body_is_cut_while_it_streams(server: Server) -> None:
    chunk = b"4000\r\n" + b" " * 0x4000 + b"\r\n"

    answer = server.send(post(b"", "Transfer-Encoding: chunked"), *[chunk] * 7)
    for_ever = server.send(post(b"", "Transfer-Encoding: chunked"), *[chunk] * 2_000)

    is_problem(answer, 413, "body-too-large")
    assert answer is not None
    assert answer.headers["connection"] == "close"
    # A client that never looks up from sending may find the line cut before it reads why.
    if for_ever is not None:
        is_problem(for_ever, 413, "body-too-large")


def test_after_all_that_the_server_still_reads_notes(server: Server) -> None:
    body = json.dumps({"text": f"{CANARY} denies chest pain.\x00\ufeff"}).encode()

    answer = server.send(post(body, f"Content-Length: {len(body)}"))

    assert answer is not None
    assert answer.status == 200
    assert answer.json()["entities"][0]["assertion"]["status"] == "ABSENT"
