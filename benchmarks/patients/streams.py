"""Streams of a server: how soon the first event comes, and what two hundred that stay open weigh."""

from __future__ import annotations

import http.client
import json
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from benchmarks.serving.servers import Running, ours

ROUTE = "/v1/patient-summaries"
EHR = "silent"
_HOST = "127.0.0.1"


@contextmanager
def serving() -> Iterator[Running]:
    """Run a server, and an EHR that takes every question and answers none."""
    with silent_ehr() as port:
        ehr = {"alias": EHR, "url": f"http://{_HOST}:{port}/fhir", "networks": [f"{_HOST}/32"]}
        with ours(EPICRISIS_EHRS=json.dumps([ehr])) as server:
            yield server


@contextmanager
def silent_ehr() -> Iterator[int]:
    """Listen on a port, keep whoever comes, and say nothing."""
    kept: list[socket.socket] = []
    with socket.create_server((_HOST, 0), backlog=512) as listener:

        def keep() -> None:
            while True:
                try:
                    kept.append(listener.accept()[0])
                except OSError:
                    return

        threading.Thread(target=keep, daemon=True).start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            listener.close()
            for each in kept:
                each.close()


def first_event(server: Running, bundle: bytes, *, rounds: int = 15) -> float:
    """Return the median milliseconds from a request with ``bundle`` to the first event of its answer."""
    times = []
    for _ in range(rounds):
        with ExitStack() as stack:
            began = time.perf_counter()
            answer = asked(stack, server, f"{ROUTE}?stream=true", bundle, "application/fhir+json")
            until_event(answer)
            times.append(1000 * (time.perf_counter() - began))
            answer.read()
    return statistics.median(times)


def open_streams(server: Running, count: int) -> tuple[int, float, float]:
    """Open ``count`` streams that wait for the EHR; return how many did, and the server's MB before and with them."""
    body = json.dumps({"patient": "1", "ehr": EHR, "timeout": "extended", "stream": True}).encode()
    with ExitStack() as stack:
        # The first of them brings what is loaded on first need.
        until_event(asked(stack, server, ROUTE, body, "application/json"))
        before = server.megabytes()
        opened = 0
        for _ in range(count):
            try:
                until_event(asked(stack, server, ROUTE, body, "application/json"))
            except (OSError, RuntimeError):
                break
            opened += 1
        return opened, before, server.megabytes()


def asked(stack: ExitStack, server: Running, route: str, body: bytes, media: str) -> http.client.HTTPResponse:
    """Return the answer to a request, of which nothing is read yet; the line is closed with ``stack``."""
    connection = http.client.HTTPConnection(_HOST, server.port, timeout=60)
    stack.callback(connection.close)
    connection.request("POST", route, body, {"Content-Type": media, "Accept": "text/event-stream"})
    answer = connection.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"{server.name} answers {answer.status} to {route}")
    return answer


def until_event(answer: http.client.HTTPResponse) -> None:
    """Read ``answer`` to the first line that carries an event."""
    while line := answer.readline():
        if line.startswith(b"data:"):
            return
    raise RuntimeError("The stream ended without an event.")
