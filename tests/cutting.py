"""A connection that breaks at the worst moment: the work was done, and its answer is lost."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread

from tests.serving import Server

_LENGTH = re.compile(rb"(?im)^content-length: *(\d+)")
_KEY = re.compile(r"(?im)^idempotency-key: *(.*?)\r?$")


@dataclass
class Cut:
    """Where the broken way begins, the requests that came along it, and the answers that were lost."""

    url: str
    heads: list[str] = field(default_factory=list)
    lost: list[bytes] = field(default_factory=list)

    @property
    def keys(self) -> list[str | None]:
        """Return the key of each request."""
        found = [_KEY.search(head) for head in self.heads]
        return [match and match[1] for match in found]


@contextmanager
def cutting(server: Server, *, answers: int) -> Iterator[Cut]:
    """Lead to ``server``, and hang up in the place of its first ``answers``, once it has given them whole."""

    class Way(BaseRequestHandler):
        def handle(self) -> None:
            while asked := message(self.request):
                told.heads.append(asked.partition(b"\r\n\r\n")[0].decode("latin-1"))
                with socket.create_connection((server.host, server.port), timeout=60) as behind:
                    behind.sendall(asked)
                    answer = message(behind)
                if len(told.lost) < answers:
                    told.lost.append(answer)
                    return
                self.request.sendall(answer)

    ThreadingTCPServer.allow_reuse_address = True
    with ThreadingTCPServer(("127.0.0.1", 0), Way) as way:
        way.daemon_threads = True
        told = Cut(f"http://127.0.0.1:{way.server_address[1]}")
        Thread(target=way.serve_forever, daemon=True).start()
        yield told
        way.shutdown()


def message(connection: socket.socket) -> bytes:
    """Return one whole request or answer, or nothing where the other side has closed."""
    received = b""
    while not _whole(received):
        more = connection.recv(65_536)
        if not more:
            return b""
        received += more
    return received


def _whole(received: bytes) -> bool:
    head, end, body = received.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    return bool(end) and len(body) >= (int(length[1]) if length else 0)
