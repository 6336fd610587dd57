"""P19: what has been answered is over; memory, file descriptors and threads stay what they were."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from threading import Thread

import psutil
import pytest

from tests.serving import Server, running
from tests.sockets import soon, until_ready

NOTES = ["Denies chest pain.", "Possible pneumonia, fever since Monday.", "No cough. " * 40, "Has diabetes."]


@dataclass(frozen=True)
class Held:
    """What a process holds."""

    memory: int
    descriptors: int
    threads: int


def held(server: Server) -> Held:
    process = psutil.Process(server.pid)
    return Held(process.memory_info().rss, process.num_fds(), process.num_threads())


def asked(number: int) -> tuple[str, str, bytes, int]:
    """Return what the request of that number asks, now and then what a client gets wrong, and the status it has."""
    note = NOTES[number % len(NOTES)]
    match number % 10:
        case 0:
            return "GET", "/ready", b"", 200
        case 1:
            return "POST", "/v1/annotations", b'{"text": ', 400
        case 2:
            return "POST", "/v1/annotations", json.dumps({"text": ""}).encode(), 422
        case 3:
            return "GET", f"/nowhere/{number}", b"", 404
        case 4:
            return "POST", "/v1/annotations", json.dumps({"documents": [{"text": n} for n in NOTES]}).encode(), 200
        case 5 | 6 | 7:
            return "POST", "/predict", json.dumps({"sentence": f"{note} {number}"}).encode(), 200
        case _:
            return "POST", "/v1/annotations", json.dumps({"text": f"{note} {number}"}).encode(), 200


class Client(Thread):
    """Sends the requests of its ``numbers``, on a new connection every hundred."""

    def __init__(self, server: Server, numbers: Sequence[int]) -> None:
        super().__init__()
        self.server = server
        self.numbers = numbers
        self.answered = 0
        self.start()

    def run(self) -> None:
        """Send them all."""
        for first in range(0, len(self.numbers), 100):
            connection = HTTPConnection(self.server.host, self.server.port, timeout=60)
            for number in self.numbers[first : first + 100]:
                method, path, body, status = asked(number)
                connection.request(method, path, body, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                assert answer.status == status
                self.answered += 1
            connection.close()


def ask(server: Server, count: int) -> None:
    clients = [Client(server, range(start, count, 4)) for start in range(4)]
    for client in clients:
        client.join()
    assert sum(client.answered for client in clients) == count


def leaks_nothing(*, warm: int, count: int, **environment: str) -> None:
    # The memory for answers is bounded, and full once warm.
    with running(EPICRISIS_CACHE_ENTRIES="100", **environment) as (server, _):
        until_ready(server)
        ask(server, warm)
        before = held(server)
        ask(server, count)
        for _ in soon("nothing is held that was not held before", within=15):
            # The last connections take a moment to close.
            after = held(server)
            if after.descriptors <= before.descriptors and after.threads <= before.threads:
                break

    assert after.memory <= before.memory * 1.05, (before, after)


def test_thousands_of_requests_leave_nothing_behind() -> None:
    leaks_nothing(warm=1_000, count=3_000)


@pytest.mark.nightly
@pytest.mark.timeout(3_600)
def test_two_hundred_thousand_requests_leave_nothing_behind() -> None:
    leaks_nothing(warm=2_000, count=200_000)


@pytest.mark.nightly
@pytest.mark.timeout(3_600)
def test_twenty_thousand_requests_to_the_model_leave_nothing_behind() -> None:
    model = {"EPICRISIS_READER": "model", "EPICRISIS_ASSERTION": "model", "EPICRISIS_SECOND_OPINION": "rules"}

    leaks_nothing(warm=2_000, count=20_000, **model)
