"""P7: told to stop, a server is not ready at once, answers all it has accepted, and ends well."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from http.client import HTTPConnection, HTTPException
from threading import Event, Thread

import pytest

from tests.serving import Server, running

pytestmark = pytest.mark.alone

NOTE = json.dumps({"text": "Denies chest pain. No fever, cough since Monday. " * 20}).encode()
LONG_NOTE = json.dumps({"text": "Denies chest pain. No fever, cough since Monday. " * 1_000}).encode()


class Client(Thread):
    """Asks again and again until nobody listens any more, and counts what came back."""

    def __init__(self, server: Server, *, keeps_connection: bool, body: bytes = NOTE) -> None:
        super().__init__()
        self.server = server
        self.keeps_connection = keeps_connection
        self.body = body
        self.statuses = Counter[int]()
        self.torn = 0
        self.last_answer = 0.0
        self.start()

    def run(self) -> None:
        """Ask until the door is closed."""
        connection = HTTPConnection(self.server.host, self.server.port, timeout=30)
        while True:
            try:
                connection.request("POST", "/v1/annotations", self.body, {"Content-Type": "application/json"})
                answer = connection.getresponse()
            except (OSError, HTTPException):
                # Refused, or closed before a byte of an answer: it was never accepted, which the log must confirm.
                return
            try:
                json.loads(answer.read())
            except (OSError, HTTPException, ValueError):
                self.torn += 1
                return
            self.statuses[answer.status] += 1
            self.last_answer = time.monotonic()
            if not self.keeps_connection:
                connection.close()


class Probe(Thread):
    """A load balancer: asks every now and then whether notes may be sent, and remembers when it was told no."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.server = server
        self.told_no_at: float | None = None
        self.ready = Event()
        self.start()

    def run(self) -> None:
        """Ask until told no, or until nobody listens."""
        while self.told_no_at is None:
            try:
                answer = self.server.send(b"GET /ready HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
            except OSError:
                return
            if answer is not None and answer.status == 200:
                self.ready.set()
            elif answer is not None and self.ready.is_set():
                self.told_no_at = time.monotonic()
            time.sleep(0.05)


def stops_well(stop: signal.Signals) -> None:
    with running() as (server, log):
        probe = Probe(server)
        assert probe.ready.wait(timeout=30)
        clients = [Client(server, keeps_connection=number % 2 == 0) for number in range(6)]
        time.sleep(0.5)
        long = Client(server, keeps_connection=False, body=LONG_NOTE)
        time.sleep(0.3)

        told = time.monotonic()
        os.kill(server.pid, stop)
        for thread in (*clients, long, probe):
            thread.join(timeout=40)
        # `running` signals once more and checks that the exit status is 0; a signal between the two would be that one.
        os.waitid(os.P_PID, server.pid, os.WEXITED | os.WNOWAIT)

    lines = [json.loads(line) for line in log]
    answered = Counter(line["status"] for line in lines if line.get("route") == "/v1/annotations" and "method" in line)
    received = sum((client.statuses for client in (*clients, long)), Counter[int]())
    assert probe.told_no_at is not None
    assert probe.told_no_at - told < 1
    assert max(client.last_answer for client in clients) > told
    assert long.statuses[200] >= 1
    assert sum(client.torn for client in (*clients, long)) == 0
    assert answered == received
    assert set(received) <= {200, 503}
    assert [line for line in lines if line["level"] == "error"] == []


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT], ids=["terminated", "interrupted"])
def test_a_restart_under_load_costs_no_accepted_request(stop: signal.Signals) -> None:
    stops_well(stop)


@pytest.mark.nightly
@pytest.mark.timeout(1_200)
def test_twenty_restarts_under_load_cost_no_accepted_request() -> None:
    for _ in range(20):
        stops_well(signal.SIGTERM)
