"""Two servers, started and stopped alike, and what one load of `wrk` says of each."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

HERE = Path(__file__).parent
TOKENIZER = HERE.parents[1] / "src" / "epicrisis" / "models" / "english" / "tokenizer.json"
SECONDS_TO_START = 120
SECONDS_TO_SETTLE = 90
IDLE_PERCENT = 15


@dataclass(frozen=True, slots=True)
class Load:
    """What `wrk` measured: answers a second, and milliseconds at three percentiles."""

    clients: int
    answers: int
    seconds: float
    errors: int
    refused: int
    p50: float
    p95: float
    p99: float

    @property
    def rate(self) -> float:
        """Return good answers a second."""
        return (self.answers - self.refused) / self.seconds


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers."""

    name: str
    port: int
    process: psutil.Process
    seconds_to_ready: float
    cpu_seconds_to_ready: float

    def load(self, route: str, bodies: Path, *, clients: int, seconds: int) -> Load:
        """Send the lines of ``bodies`` to ``route`` from ``clients`` connections, for ``seconds``, once it is idle."""
        self._settle()
        command = [
            "wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "60s", "-s", str(HERE / "load.lua"),
            f"http://127.0.0.1:{self.port}{route}", "--", str(bodies),
        ]  # fmt: skip
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        measured = json.loads(next(line for line in told.splitlines() if line.startswith("{")))
        return Load(clients=clients, **measured)

    def _settle(self) -> None:
        """Wait until the server has done what clients that are gone have left it with."""
        began = time.perf_counter()
        while self.process.cpu_percent(0.5) > IDLE_PERCENT and time.perf_counter() - began < SECONDS_TO_SETTLE:
            pass

    def ask(self, method: str, route: str, body: object = None) -> tuple[float, Mapping[str, str], Any]:
        """Return how long one request took in seconds, the headers and the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        text = None if body is None else json.dumps(body)
        began = time.perf_counter()
        connection.request(method, route, text, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
        took = time.perf_counter() - began
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{self.name} answers {answer.status} to {method} {route}")
        told = json.loads(content) if answer.headers.get_content_type() == "application/json" else content.decode()
        return took, dict(answer.headers), told

    def megabytes(self) -> float:
        """Return the resident memory of the server, in MB of 1,000,000 bytes."""
        return float(self.process.memory_info().rss) / 1e6


@contextmanager
def ours(**settings: str) -> Iterator[Running]:
    """Run `epicrisis serve` as it comes, but with no limit to what one client may ask."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"EPICRISIS_LOG_LEVEL": "info", "EPICRISIS_DATA": folder, **settings}
        port = _free_port()
        command = [sys.executable, "-m", "epicrisis", "serve", "--port", str(port)]
        with _started("epicrisis", command, port, "/ready", environment) as running:
            yield running


@contextmanager
def reference(python: str) -> Iterator[Running]:
    """Run the server we replace, with the interpreter that has its libraries."""
    port = _free_port()
    command = [python, str(HERE / "reference.py"), str(port), str(TOKENIZER)]
    with _started("reference", command, port, "/health", {}) as running:
        yield running


def require_wrk() -> None:
    """Stop with a sentence where the load generator is not installed."""
    if shutil.which("wrk") is None:
        raise SystemExit("The load comes from wrk; install it (apt-get install wrk).")


def write_bodies(bodies: Sequence[object], folder: Path, name: str) -> Path:
    """Write one request body a line and return the file."""
    path = folder / f"{name}.jsonl"
    path.write_text("".join(json.dumps(body) + "\n" for body in bodies), encoding="utf-8")
    return path


@contextmanager
def _started(
    name: str, command: Sequence[str], port: int, ready: str, environment: Mapping[str, str]
) -> Iterator[Running]:
    began = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=said, stderr=said)
        try:
            while not _answers(port, ready):
                if process.poll() is not None or time.perf_counter() - began > SECONDS_TO_START:
                    said.seek(0)
                    raise RuntimeError(f"{name} does not start: {said.read().decode()[-2000:]}")
                time.sleep(0.01)
            took = time.perf_counter() - began
            running = psutil.Process(process.pid)
            used = running.cpu_times()
            yield Running(name, port, running, took, used.user + used.system)
        finally:
            process.terminate()
            process.wait(timeout=60)


def _answers(port: int, route: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", route)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
