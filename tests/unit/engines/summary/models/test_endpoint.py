from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest

from epicrisis.engines.summary.models.contracts import Prompt
from epicrisis.engines.summary.models.endpoint import Endpoint, EndpointModel
from epicrisis.errors import GenerationFailed, InvalidSettings, TextTooLong, Unreachable

pytest.importorskip("httpx2", reason="needs epicrisis[client]")
ASKED = Prompt("Say it again.", "Denies fever.")


def never() -> bool:
    return False


class House(ThreadingHTTPServer):
    """A model server: ``behaviour`` says how it answers, ``asked`` is what came."""

    daemon_threads = True

    def __init__(self, behaviour: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behaviour = behaviour
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.may_end = Event()


class _Handler(BaseHTTPRequestHandler):
    server: House

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, dict(self.headers), body))
        behaviour = self.server.behaviour
        if behaviour in ("500", "302"):
            self.send_response(int(behaviour))
            self.send_header("Location", "http://127.0.0.1:1/")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            if behaviour == "html":
                self.wfile.write(b"data: <html>\n\n")
            while behaviour == "endless":
                self.wfile.write(b"data: " + json.dumps(_chunk("x" * 100_000)).encode() + b"\n\n")
            for word in ("No ", "fever."):
                self.wfile.write(b"data: " + json.dumps(_chunk(word)).encode() + b"\n\n")
                self.wfile.flush()
                if behaviour == "slow":
                    self.server.may_end.wait(20)
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            pass

    def log_message(self, *args: object) -> None:
        pass


def _chunk(word: str) -> dict[str, Any]:
    return {"choices": [{"delta": {"content": word}}]}


@contextmanager
def house(behaviour: str = "well") -> Iterator[tuple[House, str]]:
    server = House(behaviour)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server, f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.may_end.set()
        server.shutdown()
        thread.join()
        server.server_close()


def test_asks_without_lots_with_its_key_and_joins_what_is_streamed() -> None:
    with house() as (server, url):
        model = EndpointModel(Endpoint("ward", url, "big", key="secret"))

        written = model.complete(ASKED, most_tokens=9, stop=never, seconds=10)

    path, headers, body = server.asked[0]
    assert written == "No fever."
    assert (path, headers["Authorization"]) == ("/v1/chat/completions", "Bearer secret")
    assert (body["model"], body["temperature"], body["max_tokens"]) == ("big", 0, 9)
    assert model.card.leaves_process
    assert "secret" not in repr(Endpoint("ward", url, "big", key="secret"))


def test_stops_at_once_when_nobody_waits_though_the_server_is_silent() -> None:
    with house("slow") as (_, url):
        started = time.monotonic()
        stopping = time.monotonic() + 0.5

        written = EndpointModel(Endpoint("ward", url, "big")).complete(
            ASKED, most_tokens=9, stop=lambda: time.monotonic() > stopping, seconds=15
        )

        assert written in ("", "No ")
        assert time.monotonic() - started < 10


def test_returns_what_came_when_time_is_over() -> None:
    with house("slow") as (_, url):
        written = EndpointModel(Endpoint("ward", url, "big")).complete(ASKED, most_tokens=9, stop=never, seconds=1)

    assert written in ("", "No ")


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [("500", "status 500"), ("302", "status 302"), ("html", "chat completions"), ("endless", "without end")],
)
def test_an_answer_that_is_none_is_a_failure_and_no_redirect_is_followed(behaviour: str, said: str) -> None:
    with house(behaviour) as (_, url), pytest.raises(GenerationFailed, match=said):
        EndpointModel(Endpoint("ward", url, "big")).complete(ASKED, most_tokens=9, stop=never, seconds=15)


def test_a_server_that_is_down_is_unreachable() -> None:
    with house() as (_, url):
        pass

    with pytest.raises(Unreachable, match="'ward' does not answer"):
        EndpointModel(Endpoint("ward", url, "big")).complete(ASKED, most_tokens=9, stop=never, seconds=5)


def test_a_host_outside_the_networks_that_are_allowed_is_never_asked() -> None:
    with house() as (server, url):
        endpoint = Endpoint("ward", url, "big", networks=("10.0.0.0/8",))

        with pytest.raises(Unreachable, match="outside the networks"):
            EndpointModel(endpoint).complete(ASKED, most_tokens=9, stop=never, seconds=5)

    assert server.asked == []


@pytest.mark.parametrize(
    "url", ["http://8.8.8.8/v1", "http://169.254.169.254/latest", "http://[::ffff:8.8.8.8]/v1", "http://[fe80::1]/v1"]
)
def test_addresses_that_are_nobodys_own_are_outside_by_default(url: str) -> None:
    with pytest.raises(Unreachable, match="outside the networks"):
        EndpointModel(Endpoint("ward", url, "big")).complete(ASKED, most_tokens=9, stop=never, seconds=5)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://", "http://user:word@127.0.0.1/", "ftp://127.0.0.1/", "http://127.0.0.1/?a=1"]
)
def test_a_url_that_is_none_is_refused_when_the_settings_are_read(url: str) -> None:
    with pytest.raises(InvalidSettings, match="'ward'"):
        EndpointModel(Endpoint("ward", url, "big"))


def test_a_prompt_over_the_context_is_refused_before_anything_is_sent() -> None:
    with house() as (server, url):
        model = EndpointModel(Endpoint("ward", url, "big", context_tokens=512))

        with pytest.raises(TextTooLong):
            model.complete(Prompt("Go on.", "word " * 2_000), most_tokens=9, stop=never, seconds=5)

    assert server.asked == []
