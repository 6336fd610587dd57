"""How tests reach the server: the app in this process, or a real one on a socket of 127.0.0.1."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

from fastapi import FastAPI

from epicrisis.api.app import create_app
from epicrisis.assembly import Pipeline, Services, load
from epicrisis.domain.annotations import AnnotatedDocument, Sentence
from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import Identifier
from epicrisis.engines.contracts import AssertionEngine, EngineCard, IdentifierEngine, Make, NoteReader
from epicrisis.services.access import Scope
from epicrisis.services.annotate import Annotate
from epicrisis.services.answer_memory import Memory, Shelf
from epicrisis.services.assess import Assess
from epicrisis.services.conflicts import Tolerance
from epicrisis.services.core import Core
from epicrisis.services.intake import Intake
from epicrisis.services.label import Label
from epicrisis.services.readers import ByLanguage
from epicrisis.services.self_tests import SELF_TESTS
from epicrisis.settings import Settings
from epicrisis.storage.crypto import KeyRing, encryption_keys
from epicrisis.storage.memory import MemorySecret

# A word no note has, so that wherever it shows up, it came out of the note that was sent.
CANARY = "Quetzalcanary"

RULES = Settings(reader="rules", reader_es="rules", assertion="rules", preload="en,es", second_opinion="")
# Everybody may do everything, also what is for those we know.
EVERYBODY = RULES.model_copy(update={"anonymous_scopes": tuple(Scope)})
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
    # What nothing reads cannot be loaded at the start.
    settings = {"preload": "en", **settings} if settings.get("reader_es") == "" else settings
    changed = RULES.model_copy(update=settings)
    return create_app(Services(load(changed) if settings else rules_pipeline(), seals=a_ring()), changed)


def a_ring() -> KeyRing:
    """Return what encrypts, with a key that nobody keeps."""
    return KeyRing(encryption_keys(secrets.token_hex(32)), secret=MemorySecret())


class CrashingReader:
    """A reader with a bug, of the kind that quotes the note in its message; it looks for identifiers no better."""

    card = EngineCard(name="crashing", version="1", summary="Fails on every note.", languages=("en",))
    make = Make(framework="none", tokenizer="none")

    def read(self, documents: Sequence[Document]) -> Sequence[AnnotatedDocument]:
        raise ValueError(f"cannot parse {documents[0].text!r}")

    def sentence_labels(self, texts: Sequence[str], *, language: str | None = None) -> Sequence[Sentence]:
        raise ValueError(f"cannot parse {texts[0]!r}")

    def find(self, documents: Sequence[Document]) -> Sequence[list[Identifier]]:
        raise ValueError(f"cannot parse {documents[0].text!r}")


class HeldReader:
    """A reader that takes its time: it reads on when told to, and looks for identifiers as slowly."""

    card = EngineCard(name="held", version="1", summary="Waits to be released.", languages=("en",))
    make = Make(framework="none", tokenizer="none")

    def __init__(self) -> None:
        self.reading = Event()
        self.release = Event()

    def read(self, documents: Sequence[Document]) -> Sequence[AnnotatedDocument]:
        self._hold(documents[0].text)
        return rules_pipeline().annotation.readers("en").read(documents)

    def sentence_labels(self, texts: Sequence[str], *, language: str | None = None) -> Sequence[Sentence]:
        self._hold(texts[0])
        return rules_pipeline().annotation.readers("en").sentence_labels(texts)

    def find(self, documents: Sequence[Document]) -> Sequence[list[Identifier]]:
        self._hold(documents[0].text)
        return [[] for _ in documents]

    def _hold(self, text: str) -> None:
        # The self-test of a server that starts is nobody's request.
        if text != SELF_TESTS["en"].text:
            self.reading.set()
            assert self.release.wait(timeout=20)


def a_core(**changed: Any) -> Core:
    """Return a core with the limits of the default settings, but for those ``changed``."""
    limits: dict[str, Any] = {
        "threads": RULES.workers,
        "queue": RULES.queue,
        "queue_chars": RULES.queue_chars,
        "batch_tokens": RULES.batch_tokens,
        "deadline_seconds": RULES.deadline_seconds,
    }
    return Core(**(limits | changed))


def a_memory(*, entries: int = 100) -> Memory:
    """Return a memory of this process, with nothing in it yet."""
    return Memory(secret=b"tests", shelf=Shelf(entries=entries, seconds=60))


def app_over(
    reader: NoteReader,
    *,
    threads: int = 1,
    queue: int = 8,
    deadline_seconds: float = RULES.deadline_seconds,
    settings: Settings = RULES,
    finder: IdentifierEngine | None = None,
    **services: Any,
) -> FastAPI:
    """Return the app over ``reader``, whatever it does, with ``services`` beside it, as ``settings`` say otherwise.

    ``finder`` looks for identifiers beside the patterns.
    """
    tolerance, core = Tolerance(), a_core(threads=threads, queue=queue, deadline_seconds=deadline_seconds)
    readers, none = ByLanguage.of(reader), ByLanguage[AssertionEngine]({})
    judges, memory = rules_pipeline().assessment.judges, a_memory()
    pipeline = Pipeline(
        intake=Intake(languages=readers.languages, max_chars=RULES.max_chars),
        annotation=Annotate(readers=readers, seconds=none, tolerance=tolerance, core=core, memory=memory),
        assessment=Assess(readers=readers, judges=judges, seconds=none, tolerance=tolerance, core=core, memory=memory),
        labelling=Label(labellers=readers, core=core, memory=memory),
        core=core,
        finders=ByLanguage.of(finder) if finder else None,
    )
    return create_app(Services(pipeline, **services), settings)


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
    pid: int = 0

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
def running(*, ready: bool = True, **environment: str) -> Iterator[tuple[Server, list[str]]]:
    """Run ``epicrisis serve`` over the word lists; the list holds its log once it has stopped.

    It is given once it has passed its self-test or, without ``ready``, as soon as it listens.
    """
    folder = TemporaryDirectory()
    names = {
        "EPICRISIS_READER": "rules", "EPICRISIS_READER_ES": "rules", "EPICRISIS_ASSERTION": "rules",
        "EPICRISIS_SECOND_OPINION": "", "EPICRISIS_PRELOAD": "en,es",
        "EPICRISIS_DATA": folder.name,
    }  # fmt: skip
    command = [sys.executable, "-m", "epicrisis", "serve", "--port", "0"]
    process = subprocess.Popen(
        command, env={**os.environ, **names, **environment}, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    log: list[str] = []
    said = SimpleQueue[dict[str, Any]]()
    awaited = ('"serving"', '"self-test passed"') if ready else ('"serving"',)

    def listen() -> None:
        # All the while: a server whose log nobody reads stops at the next line that does not fit into the pipe.
        assert process.stderr is not None
        for line in process.stderr:
            log.append(line)
            if any(event in line for event in awaited):
                said.put(json.loads(line))
        for _ in awaited:
            said.put({})

    listener = Thread(target=listen, daemon=True)
    listener.start()
    try:
        # In either order: the self-test runs beside the listener's start. A server that ends says no more.
        lines = [said.get(timeout=60) for _ in awaited]
        if all(lines):
            [(host, port)] = [(line["host"], line["port"]) for line in lines if "port" in line]
            yield Server(host, port, process.pid), log
    finally:
        process.terminate()
        process.wait(timeout=40)
        listener.join(timeout=10)
        assert process.stdout is not None
        log += process.stdout.read().splitlines()
        folder.cleanup()
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
