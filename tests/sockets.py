"""Raw conversations with a server, and a server in a thread of this process whose limits a test may shorten."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI

from epicrisis.api.draining import DrainingServer
from epicrisis.api.server import configuration, listening
from epicrisis.api.wire import Wire
from tests.serving import Server


@contextmanager
def listening_in_a_thread(
    app: FastAPI, *, wire: type[Wire] = Wire, keep_alive_seconds: int = 75, drain_seconds: float = 5.0
) -> Iterator[tuple[Server, DrainingServer]]:
    """Run ``app`` as ``epicrisis serve`` does, on a free port; it is told to stop at the end."""
    config = configuration(app)
    config.http = wire
    config.timeout_keep_alive = keep_alive_seconds
    with listening("127.0.0.1", 0) as listener:
        server = DrainingServer(config, readiness=app.state.readiness, drain_seconds=drain_seconds)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Server(*listener.getsockname()), server
        finally:
            server.should_exit = True
            thread.join(timeout=30)
    assert not thread.is_alive()


def until_ready(server: Server) -> None:
    """Wait until ``server`` has passed its self-test."""
    for _ in soon("the server is ready", within=60):
        answer = server.send(b"GET /ready HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
        if answer is not None and answer.status == 200:
            return


def conversation(server: Server, *pieces: bytes, seconds: float = 10) -> bytes:
    """Return all that comes back for ``pieces`` until the server closes the connection."""
    with socket.create_connection((server.host, server.port), timeout=seconds) as connection:
        for piece in pieces:
            connection.sendall(piece)
        return heard(connection)


def heard(connection: socket.socket) -> bytes:
    """Return all that comes until the other side closes."""
    received = b""
    while more := connection.recv(65_536):
        received += more
    return received


def statuses(received: bytes) -> list[int]:
    """Return the status of each answer in ``received``."""
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]


def soon(said: str, *, within: float = 5.0) -> Iterator[None]:
    """Yield again and again until ``within`` seconds have passed; then it did not come true that ``said``."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        yield
        time.sleep(0.01)
    raise AssertionError(f"After {within} s it is still not so that {said}.")
