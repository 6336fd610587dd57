"""How tests reach the server: the app in this process, or a real one on a socket of 127.0.0.1."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import Event
from typing import Any

from fastapi import FastAPI

from epicrisis.api.app import create_app
from epicrisis.assembly import Pipeline, load
from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.documents import Document
from epicrisis.engines.contracts import EngineCard, NoteReader
from epicrisis.services.annotate import Annotate
from epicrisis.services.assess import Assess
from epicrisis.services.conflicts import Tolerance
from epicrisis.services.intake import Intake
from epicrisis.services.workers import Workers
from epicrisis.settings import Settings

# A word no note has, so that wherever it shows up, it came out of the note that was sent.
CANARY = "Quetzalcanary"

RULES = Settings(reader="rules", assertion="rules", second_opinion="")
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


# What the answers of every reader must keep: the settings that serve it.
READERS: dict[str, dict[str, str]] = {
    "rules": {},
    "model": {"reader": "model", "assertion": "model", "second_opinion": "rules"},
}


@cache
def rules_pipeline() -> Pipeline:
    """Return the pipeline of the word lists: the real assembly, and the same answers on every machine."""
    return load(RULES)


def app_with(**settings: Any) -> FastAPI:
    """Return the app over the word lists, with ``settings`` changed."""
    changed = RULES.model_copy(update=settings)
    return create_app(load(changed) if settings else rules_pipeline(), changed)


class CrashingReader:
    """A reader with a bug, of the kind that quotes the note in its message."""

    card = EngineCard(name="crashing", version="1", summary="Fails on every note.", languages=("en",))

    def read(self, documents: Sequence[Document]) -> Sequence[AnnotatedDocument]:
        raise ValueError(f"cannot parse {documents[0].text!r}")


class HeldReader:
    """A reader that takes its time: it reads on when told to."""

    card = EngineCard(name="held", version="1", summary="Waits to be released.", languages=("en",))

    def __init__(self) -> None:
        self.reading = Event()
        self.release = Event()

    def read(self, documents: Sequence[Document]) -> Sequence[AnnotatedDocument]:
        self.reading.set()
        assert self.release.wait(timeout=20)
        return rules_pipeline().annotation.reader.read(documents)


def app_over(reader: NoteReader, *, threads: int = 1, queue: int = 8) -> FastAPI:
    """Return the app over ``reader``, whatever it does."""
    tolerance, workers = Tolerance(), Workers(threads=threads, queue=queue)
    assertion = rules_pipeline().assessment.assertion
    pipeline = Pipeline(
        intake=Intake(languages=reader.card.languages, max_chars=RULES.max_chars),
        annotation=Annotate(reader=reader, second=None, tolerance=tolerance, workers=workers),
        assessment=Assess(reader=reader, assertion=assertion, second=None, tolerance=tolerance, workers=workers),
    )
    return create_app(pipeline, RULES)


@dataclass(frozen=True)
class Answer:
    """What came back over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Server:
    """A server in its own process."""

    host: str
    port: int

    def send(self, *pieces: bytes, seconds: float = 20) -> Answer | None:
        """Return the answer to raw bytes, or ``None`` where the server hangs up without one."""
        with socket.create_connection((self.host, self.port), timeout=seconds) as connection:
            for piece in pieces:
                try:
                    connection.sendall(piece)
                except (BrokenPipeError, ConnectionResetError):
                    break
            received = b""
            while b"\r\n\r\n" not in received or len(_body(received)) < _length(received):
                try:
                    more = connection.recv(65_536)
                except ConnectionResetError:
                    break
                if not more:
                    break
                received += more
        return _answer(received) if received else None


@contextmanager
def running(**environment: str) -> Iterator[tuple[Server, list[str]]]:
    """Run ``epicrisis serve`` over the word lists; the list holds its log once it has stopped."""
    names = {"EPICRISIS_READER": "rules", "EPICRISIS_ASSERTION": "rules", "EPICRISIS_SECOND_OPINION": ""}
    command = [sys.executable, "-m", "epicrisis", "serve", "--port", "0"]
    process = subprocess.Popen(
        command, env={**os.environ, **names, **environment}, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    log: list[str] = []
    try:
        assert process.stderr is not None
        for line in process.stderr:
            log.append(line)
            said = json.loads(line)
            if said["event"] == "serving":
                yield Server(said["host"], said["port"]), log
                break
    finally:
        process.terminate()
        stdout, stderr = process.communicate(timeout=40)
        log += [*stderr.splitlines(), *stdout.splitlines()]
    assert process.returncode == 0, log


def _body(received: bytes) -> bytes:
    return received.partition(b"\r\n\r\n")[2]


def _length(received: bytes) -> int:
    for line in received.partition(b"\r\n\r\n")[0].lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


def _answer(received: bytes) -> Answer:
    status, *lines = received.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answer(int(status.split()[1]), headers, _body(received))
