"""The connections of a client that waits, each of which can be cut when the time of a call is over."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Event, Timer
from typing import TYPE_CHECKING, Any, TypeVar

from epicrisis.client.asking import Ask
from epicrisis.client.exchange import Exchange, http_library
from epicrisis.client.retrying import Tries

if TYPE_CHECKING:
    from httpx2 import Response

Answer = TypeVar("Answer")

# How the library names the moments at which there is a new socket; what follows TLS has another than what went before.
_CONNECTED = (".connect_tcp.complete", ".start_tls.complete")
_LATE = "The answer did not end in time."


class Line:
    """One connection, kept from one exchange to the next; it carries one at a time."""

    def __init__(self, exchange: Exchange, verify: Any) -> None:
        self._library = http_library()
        self._exchange = exchange
        self._http = self._library.Client(base_url=exchange.url, headers=exchange.headers, verify=verify)
        self._socket: socket.socket | None = None

    def fetched(self, ask: Ask[Answer], tries: Tries) -> Response:
        """Return the answer, or raise the library's error once the time of the call is over."""
        over = Event()

        def heard(moment: str, about: Mapping[str, Any]) -> None:
            if moment.endswith(_CONNECTED):
                self._socket = about["return_value"].get_extra_info("socket")
                if over.is_set():
                    self._cut()

        def end() -> None:
            over.set()
            self._cut()

        # The limits of the library hold for each read and each write, and a server may take and send byte by byte.
        timer = Timer(max(tries.left, 0), end)
        timer.daemon = True
        timer.start()
        try:
            response: Response = self._http.request(
                ask.method,
                ask.path,
                content=ask.body,
                headers=ask.own_headers,
                timeout=self._exchange.timeout(tries),
                extensions={"trace": heard},
            )
        except self._library.TransportError as error:
            if over.is_set() and not isinstance(error, self._library.ConnectTimeout | self._library.ConnectError):
                raise self._library.ReadTimeout(_LATE) from error
            raise
        finally:
            timer.cancel()
            timer.join()
        # Where nothing tells how long an answer is, one that was cut looks whole.
        if over.is_set():
            raise self._library.ReadTimeout(_LATE)
        return response

    def close(self) -> None:
        """Give the connection back."""
        self._http.close()

    def _cut(self) -> None:
        if self._socket is not None:
            # Closing alone would not wake who reads there; one that is closed already has nobody to wake.
            with suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class Lines:
    """As many lines to one server as there are threads that ask it at once."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        # Read from the disk once, and not for each line.
        self._verify = http_library().create_ssl_context()
        self._idle = [Line(exchange, self._verify)]
        self._all = list(self._idle)

    @contextmanager
    def free(self) -> Iterator[Line]:
        """Lend a line nobody uses."""
        try:
            line = self._idle.pop()
        except IndexError:
            line = Line(self._exchange, self._verify)
            self._all.append(line)
        try:
            yield line
        finally:
            self._idle.append(line)

    def close(self) -> None:
        """Give all connections back."""
        for line in self._all:
            line.close()
