"""A full queue is found out before a note is parsed, and nothing else is refused for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Thread

import pytest

from epicrisis.telemetry.metrics import Metrics
from tests.serving import Answer, HeldReader, Server, app_over
from tests.sockets import conversation, listening_in_a_thread, soon, statuses

MALFORMED = b'{"text": '


def posting(path: str, body: bytes, *headers: str) -> bytes:
    head = [f"POST {path} HTTP/1.1", "Host: here", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, *headers, "", ""]).encode() + body


def told(server: Server, request: bytes) -> Answer:
    answer = server.send(request)
    assert answer is not None
    return answer


@dataclass(frozen=True)
class Full:
    """A server whose queue is full, and what it counts."""

    server: Server
    metrics: Metrics


@pytest.fixture
def full() -> Iterator[Full]:
    reader, metrics = HeldReader(), Metrics()
    note = posting("/v1/annotations", json.dumps({"text": "Denies fever."}).encode())
    with listening_in_a_thread(app_over(reader, threads=1, queue=0, metrics=metrics)) as (server, _):
        first = Thread(target=server.send, args=(note,))
        first.start()
        assert reader.reading.wait(timeout=20)
        yield Full(server, metrics)
        reader.release.set()
        first.join(timeout=20)


@pytest.mark.parametrize("path", ["/v1/annotations", "/v1/assertions", "/v1/entities"])
def test_where_nothing_more_can_wait_a_note_is_refused_before_it_is_parsed(full: Full, path: str) -> None:
    answer = told(full.server, posting(path, MALFORMED))

    assert (answer.status, answer.json()["code"]) == (503, "overloaded")
    assert answer.headers["retry-after"] == "1"


def test_who_is_refused_may_try_again_on_the_same_connection(full: Full) -> None:
    asked = posting("/v1/annotations", MALFORMED)

    received = conversation(full.server, asked + posting("/v1/annotations", MALFORMED, "Connection: close"))

    assert statuses(received) == [503, 503]


def test_a_refusal_is_counted_for_its_route(full: Full) -> None:
    told(full.server, posting("/v1/annotations", MALFORMED))

    counted = 'http_requests_total{endpoint="/v1/annotations",method="POST",status="503"} 1.0'
    for _ in soon("the refusal is counted"):
        if counted in full.metrics.text().decode():
            break


def test_what_takes_no_place_in_the_queue_is_answered_all_the_same(full: Full) -> None:
    head = b"%s HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"

    assert told(full.server, head % b"GET /live").status == 200
    assert told(full.server, head % b"GET /v1/annotations").status == 405
    assert told(full.server, posting("/nowhere", b"{}")).status == 404


def test_where_there_is_room_nobody_is_refused() -> None:
    reader = HeldReader()
    reader.release.set()

    with listening_in_a_thread(app_over(reader, threads=1, queue=0)) as (server, _):
        answer = told(server, posting("/v1/annotations", json.dumps({"text": "Denies fever."}).encode()))

    assert answer.status == 200
