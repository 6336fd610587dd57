from __future__ import annotations

import socket
import time
from threading import Thread

from tests.serving import HeldReader, Server, app_over, app_with
from tests.sockets import heard, listening_in_a_thread, soon, statuses

LIVE = b"GET /live HTTP/1.1\r\nHost: here\r\n\r\n"
NOTE = (
    b"POST /v1/annotations HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: 24\r\n\r\n"
    b'{"text":"Denies fever."}'
)


def connected(server: Server) -> socket.socket:
    return socket.create_connection((server.host, server.port), timeout=10)


def test_told_to_stop_it_is_not_ready_and_still_answers() -> None:
    app = app_with()
    with listening_in_a_thread(app) as (server, running), connected(server) as kept:
        kept.sendall(LIVE)
        assert statuses(kept.recv(65_536)) == [200]
        for _ in soon("the self-test is passed"):
            if app.state.readiness.reason is None:
                break

        running.should_exit = True
        for _ in soon("it says so"):
            answer = server.send(b"GET /ready HTTP/1.1\r\nHost: here\r\n\r\n")
            assert answer is not None
            if answer.status == 503:
                break
        kept.sendall(LIVE)
        last = heard(kept)

    assert answer.json()["code"] == "not-ready"
    assert "stopping" in answer.json()["detail"]
    assert answer.headers["connection"] == "close"
    assert statuses(last) == [200]
    assert b"connection: close" in last


def test_an_answer_under_way_is_the_last_of_its_connection() -> None:
    reader = HeldReader()
    with listening_in_a_thread(app_over(reader), drain_seconds=10) as (server, running), connected(server) as client:
        client.sendall(NOTE)
        assert reader.reading.wait(timeout=10)

        running.should_exit = True
        time.sleep(0.5)
        reader.release.set()
        received = heard(client)

    assert statuses(received) == [200]
    assert b"connection: close" in received
    assert received.endswith(b"}")


def test_what_takes_longer_than_a_stop_may_take_is_told_so() -> None:
    reader = HeldReader()
    with listening_in_a_thread(app_over(reader), drain_seconds=0.5) as (server, running), connected(server) as client:
        client.sendall(NOTE)
        assert reader.reading.wait(timeout=10)

        started = time.monotonic()
        running.should_exit = True
        received = heard(client)
        took = time.monotonic() - started
        reader.release.set()

    assert statuses(received) == [503]
    assert b"not-ready" in received
    assert took < 5


def test_without_anybody_there_it_stops_at_once() -> None:
    with listening_in_a_thread(app_with()) as (_, running):
        for _ in soon("it has started"):
            if running.started:
                break
        time.sleep(0.5)
        started = time.monotonic()
        running.should_exit = True
        for _ in soon("it has stopped taking connections"):
            if not any(server.is_serving() for server in running.servers):
                break

    assert time.monotonic() - started < running.quiet_seconds + 1


def test_busy_clients_do_not_keep_it_for_ever() -> None:
    with listening_in_a_thread(app_with()) as (server, running):
        running.notice_seconds = 1.0

        def insist() -> None:
            try:
                while server.send(LIVE) is not None:
                    pass
            except OSError:
                return

        client = Thread(target=insist)
        client.start()
        time.sleep(0.3)
        running.should_exit = True
        client.join(timeout=10)

    assert not client.is_alive()
