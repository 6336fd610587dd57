"""A server that answers as a script says: refusals, dropped connections, and nonsense."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

PREDICTION = {
    "label": "ABSENT", "score": 0.98, "model_label": "ABSENT", "prediction_time_ms": 2.0,
    "request_id": "0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11",
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """One answer: without a status the connection is dropped."""

    status: int | None = 200
    body: Any = field(default_factory=lambda: PREDICTION)
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    # Between one byte of the body and the next.
    drip_seconds: float = 0.0
    # Said one after the other, in the place of the body.
    pieces: Sequence[bytes] = ()
    # Without it the body is as long as the connection lasts.
    length: bool = True


@dataclass
class Flaky:
    """Where it listens, the heads of the requests it had, and how many of them it had at once."""

    url: str
    requests: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    most_at_once: int = 0


@contextmanager
def flaky(*script: Said) -> Iterator[Flaky]:
    """Answer one request after the other as ``script`` says, and the last answer again from then on."""
    answers: Sequence[Said] = script
    here: set[object] = set()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = answers[min(len(told.requests), len(answers) - 1)]
            told.requests.append((self.path, dict(self.headers)))
            self.rfile.read(int(self.headers["Content-Length"]))
            here.add(self)
            told.most_at_once = max(told.most_at_once, len(here))
            time.sleep(said.seconds)
            here.discard(self)
            if said.status is None:
                self.close_connection = True
                return
            body = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            if said.length and not said.pieces:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            whole = [body[i : i + 1] for i in range(len(body))] if said.drip_seconds else [body]
            for piece in said.pieces or whole:
                self.wfile.write(piece)
                time.sleep(said.drip_seconds)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        told = Flaky(f"http://127.0.0.1:{server.server_port}")
        Thread(target=server.serve_forever, daemon=True).start()
        yield told
        server.shutdown()
