from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from fastapi import FastAPI, Request

from epicrisis.api.security.scopes import OPEN, scoped
from epicrisis.api.wire import Wire
from tests.serving import Server, app_with
from tests.sockets import conversation, heard, listening_in_a_thread, statuses

LIVE = b"GET /live HTTP/1.1\r\nHost: here\r\n\r\n"
LAST = b"GET /live HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"


def echoing() -> FastAPI:
    """Return the app with a route that says what it was sent."""
    app = app_with()

    @app.post("/echo")
    @scoped(OPEN)
    async def echo(request: Request) -> dict[str, object]:
        body = await request.body()
        return {"body": len(body), "headers": sorted(request.headers)}

    return app


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with listening_in_a_thread(echoing()) as (server, _):
        yield server


def post(body: bytes, *headers: str) -> bytes:
    return "\r\n".join(["POST /echo HTTP/1.1", "Host: here", *headers]).encode() + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"GET /live\r\n\r\n", id="HTTP/0.9"),
        pytest.param(b"GET /live HTTP/2.0\r\nHost: here\r\n\r\n", id="HTTP/2.0"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", id="HTTP/2 preface"),
        pytest.param(b"GET /live HTTP/1.1\r\nHost: here\r\nHost: there\r\n\r\n", id="two hosts"),
        pytest.param(b"CONNECT here:443 HTTP/1.1\r\nHost: here\r\n\r\n", id="tunnel"),
        pytest.param(post(b"a", "Content-Length: 1", "Content-Length: 1"), id="length twice"),
        pytest.param(post(b"0\r\n\r\n", "Content-Length: 5", "Transfer-Encoding: chunked"), id="length and chunks"),
        pytest.param(post(b"0\r\n\r\n", *["Transfer-Encoding: chunked"] * 2), id="chunked twice"),
        pytest.param(
            b"POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", id="chunks before HTTP/1.1"
        ),
    ],
)
def test_what_two_servers_may_read_in_two_ways_is_refused(server: Server, sent: bytes) -> None:
    received = conversation(server, sent)

    assert statuses(received) == [400]
    assert b'"code":"malformed-http"' in received


def test_a_method_of_ones_own_is_refused_as_one_we_do_not_know(server: Server) -> None:
    received = conversation(server, b"RUMMAGE /live HTTP/1.1\r\nHost: here\r\n\r\n")

    assert statuses(received) == [405]
    assert b"\r\nallow: GET, POST\r\n" in received


@pytest.mark.parametrize("pieces", [1, 2], ids=["at once", "in two pieces"])
@pytest.mark.parametrize(
    ("body", "framing"),
    [(b"hello", "Content-Length: 5"), (b"5\r\nhello\r\n0\r\n\r\n", "Transfer-Encoding: chunked")],
    ids=["length", "chunks"],
)
def test_an_offer_of_http_2_costs_no_body(server: Server, body: bytes, framing: str, pieces: int) -> None:
    # What Java's client sends first, unless told otherwise.
    offer = post(b"", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQ", framing)
    sent = [offer + body + LAST] if pieces == 1 else [offer, body + LAST]

    received = conversation(server, *sent)

    assert statuses(received) == [200, 200]
    assert b'{"body":5,' in received


def test_trailers_are_no_headers(server: Server) -> None:
    chunked = post(b"1\r\na\r\n0\r\nAuthorization: Bearer x\r\n\r\n", "Transfer-Encoding: chunked", "Connection: close")

    received = conversation(server, chunked)

    assert statuses(received) == [200]
    assert b'"headers":["connection","host","transfer-encoding"]' in received


@pytest.mark.parametrize(
    ("before", "endless"),
    [
        pytest.param(b"", b"\r\n" * 20_000, id="blank lines"),
        pytest.param(b"GET /live HTTP/1.1\r\nX: ", b"x" * 40_000, id="a header"),
        pytest.param(b"GET /live HTTP/1.1\r\n", b"X: y\r\n" * 8_000, id="headers"),
        pytest.param(post(b"1;a=", "Transfer-Encoding: chunked"), b"x" * 40_000, id="what a chunk says of itself"),
        pytest.param(post(b"1\r\na\r\n0\r\nX: ", "Transfer-Encoding: chunked"), b"x" * 40_000, id="a trailer"),
    ],
)
def test_nothing_is_read_without_end(server: Server, before: bytes, endless: bytes) -> None:
    received = conversation(server, before, *[endless] * 20)

    assert statuses(received) == [431]


def test_requests_sent_ahead_are_answered_in_order(server: Server) -> None:
    received = conversation(
        server, LIVE + b"GET /nowhere HTTP/1.1\r\nHost: here\r\n\r\n" + post(b"", "Content-Length: 0") + LAST
    )

    assert statuses(received) == [200, 404, 200, 200]


def test_a_flood_of_requests_sent_ahead_is_answered_in_part_and_refused(server: Server) -> None:
    received = conversation(server, LIVE * 1_000)

    *answered, refused = statuses(received)
    assert 1 < len(answered) <= 2 * Wire.max_ahead
    assert (set(answered), refused) == ({200}, 400)


def test_what_is_broken_behind_a_request_costs_it_nothing(server: Server) -> None:
    broken_head = conversation(server, LIVE + b"G(T\r\n\r\n")
    broken_body = conversation(server, LIVE + post(b"zz\r\n", "Transfer-Encoding: chunked"))

    assert statuses(broken_head) == statuses(broken_body) == [200, 400]


def test_a_client_that_sends_on_learns_why_it_is_refused(server: Server) -> None:
    body = b" " * 20_000_000
    with socket.create_connection((server.host, server.port), timeout=10) as connection:
        connection.sendall(post(b"", f"Content-Length: {len(body)}"))
        connection.sendall(body)

        received = heard(connection)

    assert statuses(received) == [413]
    assert b"body-too-large" in received


def test_answers_do_not_say_what_serves_them(server: Server) -> None:
    received = conversation(server, LAST)

    assert b"\r\nserver:" not in received.lower()
    assert b"uvicorn" not in received.lower()


def test_a_kept_connection_is_kept_for_so_long_only() -> None:
    with listening_in_a_thread(app_with(), keep_alive_seconds=1) as (server, _):
        received = conversation(server, LIVE, seconds=5)

    assert statuses(received) == [200]


def test_blank_lines_keep_no_connection() -> None:
    with (
        listening_in_a_thread(app_with(), keep_alive_seconds=1) as (server, _),
        socket.create_connection((server.host, server.port), timeout=5) as connection,
    ):
        connection.sendall(LIVE)
        assert statuses(connection.recv(65_536)) == [200]

        connection.sendall(b"\r\n")

        assert heard(connection) == b""


def test_a_small_post_that_is_refused_keeps_its_connection(server: Server) -> None:
    refused = b"POST /nowhere HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n\r\nhello"

    received = conversation(server, refused + LAST)

    assert statuses(received) == [404, 200]
