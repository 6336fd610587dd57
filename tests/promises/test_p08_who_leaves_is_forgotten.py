"""P8, at the door: a client that leaves cancels its queued work within a second, and no request waits for ever."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Sequence
from threading import Thread

import pytest

from epicrisis.api.security.scopes import OPEN, scoped
from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.documents import Document
from tests.bundles import settings_with
from tests.ehr_server import ANA, Trouble, a_sample_ehr
from tests.logged import logged
from tests.serving import Answer, HeldReader, Server, app_over
from tests.sockets import listening_in_a_thread, soon

pytestmark = pytest.mark.alone


class RememberingReader(HeldReader):
    """A held reader that can say afterwards what it has read."""

    def __init__(self) -> None:
        super().__init__()
        self.read_texts: list[str] = []

    def read(self, documents: Sequence[Document]) -> Sequence[AnnotatedDocument]:
        self.read_texts += [document.text for document in documents]
        return super().read(documents)


def asking(text: str) -> bytes:
    body = json.dumps({"text": text}).encode()
    head = (
        f"POST /v1/annotations HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    )
    return f"{head}\r\n\r\n".encode() + body


def connected(server: Server) -> socket.socket:
    return socket.create_connection((server.host, server.port), timeout=20)


class Client(Thread):
    """Asks once, and keeps the answer."""

    def __init__(self, server: Server, text: str) -> None:
        super().__init__()
        self.server = server
        self.text = text
        self.answer: Answer | None = None
        self.start()

    def run(self) -> None:
        self.answer = self.server.send(asking(self.text))


def queue_behind(server: Server, text: str) -> socket.socket:
    """Ask about ``text`` and return the connection once the question waits."""
    connection = connected(server)
    connection.sendall(asking(text))
    for _ in range(5):
        # Whatever came before these has gone as far as it can when they are answered.
        server.send(b"GET /live HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
    return connection


@pytest.mark.parametrize("farewell", ["closed", "reset", "half closed"])
def test_the_queued_work_of_a_client_that_leaves_is_dropped_within_a_second(farewell: str) -> None:
    reader = RememberingReader()
    with logged() as log, listening_in_a_thread(app_over(reader, threads=1, queue=1)) as (server, _):
        first = Client(server, "Denies fever.")
        assert reader.reading.wait(timeout=10)
        queued = queue_behind(server, "Denies chills.")
        full = server.send(asking("Denies cough."))

        if farewell == "reset":
            queued.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        if farewell == "half closed":
            queued.shutdown(socket.SHUT_WR)
        else:
            queued.close()
        left = time.monotonic()
        third: Client | None = None
        for _ in soon("there is room in the queue again"):
            third = Client(server, "Denies nausea.")
            third.join(timeout=0.2)
            if third.is_alive():
                break
        took = time.monotonic() - left
        reader.release.set()
        assert third is not None
        for client in (first, third):
            client.join(timeout=20)

    assert full is not None
    assert full.status == 503
    assert took < 1
    assert [client.answer and client.answer.status for client in (first, third)] == [200, 200]
    assert [text for text in reader.read_texts if "Denies" in text] == ["Denies fever.", "Denies nausea."]
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert 499 in [line["status"] for line in lines if line["event"] == "request answered"]
    assert [line for line in lines if line["level"] in ("error", "critical")] == []


def test_a_client_that_leaves_while_it_is_read_is_forgotten_without_noise() -> None:
    reader = HeldReader()
    with logged() as log, listening_in_a_thread(app_over(reader)) as (server, _):
        leaving = connected(server)
        leaving.sendall(asking("Denies fever."))
        assert reader.reading.wait(timeout=10)
        leaving.close()
        for _ in soon("the log says that the client has left"):
            if '"status":499' in log.getvalue():
                break
        reader.release.set()
        after = server.send(asking("Denies cough."))

    assert after is not None
    assert after.status == 200
    assert [line for line in log.getvalue().splitlines() if json.loads(line)["level"] == "error"] == []


def test_a_long_body_does_not_hide_that_the_client_has_left() -> None:
    # uvicorn stops reading when 64 KiB wait for the application, and who does not read never sees that nobody is there.
    reader = HeldReader()
    app = app_over(reader)

    @app.get("/nap")
    @scoped(OPEN)
    async def nap() -> None:
        # Meanwhile the body arrives, and is then there all at once.
        time.sleep(0.5)

    head, body = asking("Denies fever." + " " * 280_000).split(b"\r\n\r\n")
    with logged() as log, listening_in_a_thread(app) as (server, _):
        leaving = connected(server)
        leaving.sendall(head + b"\r\n\r\n")
        napping = connected(server)
        napping.sendall(b"GET /nap HTTP/1.1\r\nHost: here\r\n\r\n")
        leaving.sendall(body)
        assert reader.reading.wait(timeout=20)
        leaving.close()
        for _ in soon("the log says that the client has left", within=1.5):
            if '"status":499' in log.getvalue():
                break
        reader.release.set()
        napping.close()


def test_a_client_that_leaves_while_an_ehr_is_asked_ends_that_within_a_second() -> None:
    body = json.dumps({"patient": ANA}).encode()
    head = f"Host: here\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    with (
        a_sample_ehr(Trouble.HANG) as ehr,
        listening_in_a_thread(app_over(HeldReader(), settings=settings_with(ehr))) as (server, _),
    ):
        leaving = connected(server)
        leaving.sendall(f"POST /v1/patient-summaries HTTP/1.1\r\n{head}\r\n\r\n".encode() + body)
        for _ in soon("the EHR is asked"):
            if ehr.lines():
                break

        leaving.close()

        for _ in soon("the EHR is asked no more", within=1.0):
            if not ehr.lines():
                break
