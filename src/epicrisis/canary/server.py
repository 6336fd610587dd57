"""A server of one's own: a process in an empty folder, asked over a socket, stopped well or killed."""

from __future__ import annotations

import http.client
import json
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from epicrisis.canary.calls import Call
from epicrisis.errors import Unreachable

STARTING_SECONDS = 300.0
STOPPING_SECONDS = 60.0
ASKING_SECONDS = 60.0

_COMMAND = (sys.executable, "-m", "epicrisis")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; the status 0 says that nothing did."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        """Return what the body says."""
        return json.loads(self.body)


class OwnServer:
    """``epicrisis serve`` in ``folder``, with ``environment``; what it says is kept in files there, a start each."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.logs = folder / "logs"
        self.working = folder / "working"
        for each in (self.logs, self.working):
            each.mkdir()
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self._starts = 0
        self._port = 0
        self.credential = ""

    def run(self, *arguments: str) -> bytes:
        """Return what another command of the installation prints.

        Raises:
            Unreachable: it failed; the message has the last line it said.
        """
        done = subprocess.run(
            [*_COMMAND, *arguments], env=self._environment, cwd=self.working, capture_output=True, check=False
        )
        if done.returncode:
            raise Unreachable(f"epicrisis {arguments[0]} failed: {_last_line(done.stderr)}")
        return done.stdout

    def start(self) -> None:
        """Start the server and wait until it has passed its self-test.

        Raises:
            Unreachable: it ended before that, and the message has the last line it said; or it took very long.
        """
        self._starts += 1
        written = self.logs / f"stderr-{self._starts}.log"
        with written.open("wb") as said, (self.logs / f"stdout-{self._starts}.log").open("wb") as printed:
            self._process = subprocess.Popen(
                [*_COMMAND, "serve", "--host", "127.0.0.1", "--port", "0"],
                env=self._environment, cwd=self.working, stdin=subprocess.DEVNULL, stdout=printed, stderr=said,
                preexec_fn=_leave_a_core,
            )  # fmt: skip
        until = time.monotonic() + STARTING_SECONDS
        while not self._is_ready(written):
            if self._process.poll() is not None:
                raise Unreachable(f"The server did not start: {_last_line(written.read_bytes())}")
            if time.monotonic() > until:
                raise Unreachable(
                    f"The server was not ready within {STARTING_SECONDS:.0f} s; this machine is very busy."
                )
            time.sleep(0.05)

    def ask(self, call: Call) -> Answer:
        """Return the answer to ``call``, sent with a good key where it says nothing of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=ASKING_SECONDS)
        try:
            connection.request(call.method, call.path, call.body, {**self._key(call), **call.headers})
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, headers, response.read())
        except (OSError, http.client.HTTPException):
            return Answer(0)
        finally:
            connection.close()

    def half_send(self, call: Call) -> None:
        """Send the head of ``call`` and half of its body, and wait until the server gives up on the rest."""
        head = {"Host": "here", "Content-Length": str(len(call.body)), **self._key(call), **call.headers}
        lines = [f"{call.method} {call.path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
        with suppress(OSError), socket.create_connection(("127.0.0.1", self._port), ASKING_SECONDS) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode() + call.body[: len(call.body) // 2])
            connection.recv(1)

    def end(self, how: signal.Signals) -> None:
        """End the server by a signal, and wait until it is gone; one that takes too long is killed."""
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(STOPPING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _key(self, call: Call) -> dict[str, str]:
        # A token is asked for with what stands in the form.
        return {} if call.path.startswith("/oauth") else {"Authorization": f"Bearer {self.credential}"}

    def _is_ready(self, written: Path) -> bool:
        told = [json.loads(line) for line in written.read_bytes().splitlines(keepends=True) if _is_whole(line)]
        self._port = next((line["port"] for line in told if line.get("event") == "serving"), 0)
        return bool(self._port) and any(line.get("event") == "self-test passed" for line in told)


def _leave_a_core() -> None:
    # Whatever this shell allows: a server that can leave its memory on the disk shall do it here.
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (most, most))


def _is_whole(line: bytes) -> bool:
    return line.startswith(b"{") and line.endswith(b"}\n")


def _last_line(said: bytes) -> str:
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing."
