"""A client that does not read its answers is let go, and one that reads slowly is not."""

from __future__ import annotations

import socket
import time
from contextlib import closing

import pytest
from fastapi import FastAPI
from starlette.responses import Response

from epicrisis.api.security.scopes import OPEN, scoped
from epicrisis.api.wire import Wire
from tests.serving import Server, app_with
from tests.sockets import listening_in_a_thread, soon

# More than the buffers of both sockets take between them.
LONG = 8_000_000


class Impatient(Wire):
    reader_seconds = 0.4


def long_winded() -> FastAPI:
    app = app_with()

    @app.get("/long")
    @scoped(OPEN)
    async def long() -> Response:
        return Response(b"x" * LONG)

    return app


def asking(server: Server, *headers: str) -> socket.socket:
    """Return a connection that asked for a long answer, and takes little of it unread."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    connection.settimeout(10)
    connection.connect((server.host, server.port))
    connection.sendall("\r\n".join(["GET /long HTTP/1.1", "Host: here", *headers, "", ""]).encode())
    return connection


@pytest.mark.parametrize("headers", [[], ["Connection: close"]], ids=["kept", "closed"])
def test_who_reads_nothing_is_let_go(headers: list[str]) -> None:
    with (
        listening_in_a_thread(long_winded(), wire=Impatient) as (server, running),
        closing(asking(server, *headers)),
    ):
        for _ in soon("it is connected"):
            if running.server_state.connections:
                break
        for _ in soon("it is let go"):
            if not running.server_state.connections:
                break


def test_who_reads_slowly_gets_all_of_it() -> None:
    received, started = 0, time.monotonic()
    with listening_in_a_thread(long_winded(), wire=Impatient) as (server, _), closing(asking(server)) as connection:
        while received < LONG:
            more = connection.recv(1_000_000)
            assert more
            received += len(more)
            # Three times as long in all as anyone may read nothing.
            time.sleep(max(0.0, 1.2 * received / LONG - (time.monotonic() - started)))

    assert received > LONG


def test_who_reads_nothing_does_not_keep_the_server_from_stopping() -> None:
    with listening_in_a_thread(long_winded(), drain_seconds=30) as (server, running), closing(asking(server)):
        for _ in soon("it is connected"):
            if running.server_state.connections:
                break
        started = time.monotonic()
        running.should_exit = True
        for _ in soon("it is let go", within=15):
            if not running.server_state.connections:
                break

    assert time.monotonic() - started < 10
