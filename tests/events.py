"""Listens to server-sent events over a real socket, and leaves when a test says so."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from tests.serving import Server


@dataclass(frozen=True)
class Heard:
    """One event as a client reads it."""

    id: int
    type: str
    data: dict[str, Any]


class Listener:
    """One request whose answer is a stream of events."""

    def __init__(
        self,
        server: Server,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        seconds: float = 20,
    ) -> None:
        connection = HTTPConnection(server.host, server.port, timeout=seconds)
        sent = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        kind = {"Content-Type": "application/json"} if sent is not None else {}
        connection.request(method, path, sent, {"Accept": "text/event-stream", **kind, **(headers or {})})
        assert connection.sock is not None
        self._socket: socket.socket = connection.sock
        self._response = connection.getresponse()
        self._connection = connection
        self.status = self._response.status
        self.headers = {name.lower(): value for name, value in self._response.getheaders()}

    def events(self) -> Iterator[Heard]:
        """Yield the events as they come, to the end."""
        fields: dict[str, str] = {}
        for line in self._response:
            text = line.decode().rstrip("\n")
            if text:
                name, _, value = text.partition(": ")
                fields[name] = value
            elif fields:
                yield Heard(int(fields["id"]), fields["event"], json.loads(fields["data"]))
                fields = {}

    def rest(self) -> list[Heard]:
        """Return all that is still said."""
        heard = list(self.events())
        self._connection.close()
        return heard

    def leave(self) -> None:
        """Go, without a word."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def refusal(self) -> Any:
        """Return why there are no events."""
        return json.loads(self._response.read())
