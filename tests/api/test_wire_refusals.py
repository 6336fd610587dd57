"""What the wire refuses is told as if it had come further: in the contract's words, with our headers, and counted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.serving import UUID, Server, app_with
from tests.sockets import conversation, listening_in_a_thread

ID = "0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11"
LIVE = b"GET /live HTTP/1.1\r\nHost: here\r\n\r\n"
TWO_HOSTS = b"Host: here\r\nHost: there\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with listening_in_a_thread(app_with()) as (server, _):
        yield server


def last_answer(received: bytes) -> tuple[int, dict[str, str], Any]:
    """Return status, headers and body of the last answer in ``received``."""
    head, _, body = received[received.rindex(b"HTTP/1.1 ") :].partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    return int(status.split()[1]), dict(line.split(": ", 1) for line in lines), json.loads(body)


@pytest.mark.parametrize(
    "path", [b"/predict", b"/predict/batch?a=b", b"http://here/health", b"/model/info", b"/metrics"]
)
@pytest.mark.parametrize(("profile", "status"), [(b"", 400), (b"X-Contract: a\r\n", 422), (b"X-Contract: b\r\n", 400)])
def test_what_is_no_http_is_refused_in_the_words_of_the_contract(
    server: Server, path: bytes, profile: bytes, status: int
) -> None:
    answer = last_answer(conversation(server, b"POST %s HTTP/1.1\r\n%s%s\r\n" % (path, profile, TWO_HOSTS)))

    assert answer[0] == status
    assert answer[1]["content-type"] == "application/json"
    assert answer[2]["error"] == "ValidationError"
    assert re.fullmatch(UUID, answer[2]["request_id"])
    assert answer[2]["request_id"] == answer[1]["x-request-id"]


@pytest.mark.parametrize(
    ("sent", "status", "error"),
    [
        pytest.param(
            b"POST /predict HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "ValidationError", id="a broken chunk",
        ),
        pytest.param(
            b"POST /predict HTTP/1.1\r\nHost: here\r\nX: " + b"x" * 70_000, 431, "HeadersTooLarge", id="a long header"
        ),
        pytest.param(b"POST /predict?" + b"x" * 70_000, 431, "HeadersTooLarge", id="a long query"),
        pytest.param(b"RUMMAGE /predict HTTP/1.1\r\nHost: here\r\n\r\n", 405, "MethodNotAllowed", id="own method"),
        pytest.param(LIVE + b"POST /predict HTTP/1.1\r\n" + TWO_HOSTS + b"\r\n", 400, "ValidationError", id="behind"),
    ],
)  # fmt: skip
def test_whatever_is_wrong_is_told_in_the_words_of_the_contract(
    server: Server, sent: bytes, status: int, error: str
) -> None:
    answer = last_answer(conversation(server, sent))

    assert (answer[0], answer[2]["error"]) == (status, error)


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"POST /live HTTP/1.1\r\n" + TWO_HOSTS + b"\r\n", id="a path of ours"),
        pytest.param(b"POST /predictions HTTP/1.1\r\n" + TWO_HOSTS + b"\r\n", id="nobody's path"),
        pytest.param(b"G(T /predict HTTP/1.1\r\n\r\n", id="no method"),
        pytest.param(b"POST /predict HTTP/1.1\r\nHost: here\r\nContent-Length: 0\r\n\r\nG(T\r\n\r\n", id="behind"),
    ],
)
def test_elsewhere_and_where_nobody_knows_it_is_a_problem_document(server: Server, sent: bytes) -> None:
    _, headers, body = last_answer(conversation(server, sent))

    assert headers["content-type"] == "application/problem+json"
    assert body["code"] == "malformed-http"


def test_it_has_the_headers_of_every_answer_and_the_id_it_came_with(server: Server) -> None:
    sent = b"POST /predict HTTP/1.1\r\nX-Request-Id: %s\r\n%s\r\n" % (ID.encode(), TWO_HOSTS)

    _, headers, body = last_answer(conversation(server, sent))

    assert headers["x-request-id"] == body["request_id"] == ID
    assert headers["connection"] == "close"
    assert headers["cache-control"] == "no-store"
    assert float(headers["x-process-time-ms"]) >= 0
    assert headers["server-timing"].startswith("total;dur=")


def test_it_is_counted() -> None:
    app = app_with()
    with listening_in_a_thread(app) as (server, _):
        conversation(server, b"POST /predict HTTP/1.1\r\n" + TWO_HOSTS + b"\r\n")
        conversation(server, b"RUMMAGE /predict HTTP/1.1\r\n\r\n")

    counted = app.state.metrics.text().decode()
    assert re.search(r'http_requests_total\{.*"none".*"POST".*"400".*\} 1\.0', counted)
    assert re.search(r'http_requests_total\{.*"none".*"OTHER".*"405".*\} 1\.0', counted)
