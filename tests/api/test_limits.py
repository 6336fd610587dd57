from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Message

from epicrisis.api.envelope import Envelope
from epicrisis.api.limits import RequestLimits
from epicrisis.api.problems import answer_problem
from epicrisis.api.server import configuration, listening
from epicrisis.api.wire import Wire
from epicrisis.errors import InvalidSettings
from epicrisis.telemetry.metrics import Metrics
from tests.serving import Server, app_with


async def length(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


def asked(*messages: Message | float, headers: dict[str, str], seconds: float = 5) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of the answer to a body that arrives in ``messages``, a number being a pause."""
    waiting = iter(messages)
    sent: list[Any] = []

    async def receive() -> Message:
        for message in waiting:
            if not isinstance(message, float):
                return message
            await asyncio.sleep(message)
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/", "raw_path": b"/", "query_string": b"", "headers": raw}
    app = Starlette(
        routes=[Route("/", length, methods=["POST"])],
        exception_handlers={HTTPException: answer_problem},
        middleware=[
            Middleware(Envelope, metrics=Metrics()),
            Middleware(RequestLimits, max_bytes=10, seconds=seconds),
        ],
    )
    asyncio.run(app(scope, receive, send))
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, b"".join(message.get("body", b"") for message in sent[1:])


def part(body: bytes, *, more: bool) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_at_the_limit_passes() -> None:
    status, headers, body = asked(
        part(b"12345", more=True), part(b"67890", more=False), headers={"content-length": "10"}
    )

    assert (status, body) == (200, b"10")
    assert "connection" not in headers


@pytest.mark.parametrize(
    ("messages", "headers", "code"),
    [
        pytest.param([part(b"1" * 11, more=False)], {"content-length": "11"}, "body-too-large", id="declared"),
        pytest.param([part(b"1" * 6, more=True)] * 2, {"transfer-encoding": "chunked"}, "body-too-large", id="chunked"),
        pytest.param([part(b"1", more=True), 9.0], {"transfer-encoding": "chunked"}, "body-too-slow", id="slow"),
        pytest.param([part(b"1", more=False)], {"x": "x" * 16_384}, "headers-too-large", id="headers"),
    ],
)
def test_a_body_over_a_limit_is_cut_off(messages: list[Message | float], headers: dict[str, str], code: str) -> None:
    status, told, body = asked(*messages, headers=headers, seconds=0.05)

    problem = json.loads(body)
    whole = not messages[-1]["more_body"] if isinstance(messages[-1], dict) else False
    assert (status, problem["code"]) == (problem["status"], code)
    assert told.get("connection") == (None if whole else "close")


@pytest.mark.parametrize(
    ("messages", "headers", "kept"),
    [
        pytest.param([part(b"1" * 11, more=False)], {}, True, id="it is here"),
        pytest.param([part(b"1" * 6, more=True), part(b"1" * 5, more=False)], {}, True, id="it is here in two parts"),
        pytest.param([part(b"1" * 6, more=True)], {}, False, id="half of it is here"),
        pytest.param([part(b"1" * 65_537, more=False)], {}, False, id="it is long"),
        pytest.param([part(b"1" * 11, more=False)], {"expect": "100-continue"}, False, id="it waits to be asked for"),
    ],
)
def test_a_refused_body_costs_the_connection_only_where_it_is_still_to_come(
    messages: list[Message | float], headers: dict[str, str], kept: bool
) -> None:
    status, told, _ = asked(*messages, headers={"content-length": "11", **headers})

    assert status == 413
    assert ("connection" not in told) == kept


class Impatient(Wire):
    header_seconds = 0.3


@pytest.fixture(scope="module")
def impatient() -> Iterator[Server]:
    """Run a server in this process that waits no longer than that for headers."""
    config = configuration(app_with())
    config.http = Impatient
    server = uvicorn.Server(config)
    with listening("127.0.0.1", 0) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield Server(*listener.getsockname())
        server.should_exit = True
        thread.join(timeout=20)


def closed_after(server: Server, *pieces: bytes) -> float:
    """Return how long the server keeps a connection that sends ``pieces`` and then nothing."""
    started = time.monotonic()
    with socket.create_connection((server.host, server.port), timeout=10) as connection:
        for piece in pieces:
            connection.sendall(piece)
        while connection.recv(65_536):
            pass
    return time.monotonic() - started


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param([], id="silence"),
        pytest.param([b"GET /live HTTP/1.1\r\nHost: here\r\nX:"], id="half a header"),
        pytest.param([b"GET /live HTTP/1.1\r\nHost: here\r\n\r\n", b"GET /li"], id="half a second request"),
    ],
)
def test_a_connection_that_never_says_what_it_wants_is_closed(impatient: Server, pieces: list[bytes]) -> None:
    assert closed_after(impatient, *pieces) < 4


def test_a_taken_port_is_told_with_the_settings_to_change() -> None:
    with listening("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]

        with pytest.raises(InvalidSettings, match="EPICRISIS_PORT"):
            listening("127.0.0.1", port)


def test_answers_do_not_wait_for_acknowledgements() -> None:
    with listening("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()

    with accepted:
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
