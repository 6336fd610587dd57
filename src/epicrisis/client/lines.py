"""The connections of a client that waits, each of which can be cut when the time of a call is over."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from threading import Event, Timer
from typing import TYPE_CHECKING, Any, TypeVar

from epicrisis.client.asking import Ask
from epicrisis.client.events import UNFINISHED, Events, answer_in, is_stream
from epicrisis.client.exchange import Exchange, http_library
from epicrisis.client.retrying import Tries

if TYPE_CHECKING:
    from httpx2 import Response

Answer = TypeVar("Answer")

# How the library names the moments at which there is a new socket; what follows TLS has another than what went before.
_CONNECTED = (".connect_tcp.complete", ".start_tls.complete")
_LATE = "The answer did not end in time."


class _Watch:
    """Calls ``end`` when the time is over, which may be set anew."""

    def __init__(self, end: Callable[[], None]) -> None:
        self._end = end
        self._over = Event()
        self._timer: Timer | None = None

    @property
    def over(self) -> bool:
        """Return whether it was."""
        return self._over.is_set()

    def lasts(self, seconds: float) -> None:
        """Wait for so long from now on."""
        self.stop()
        self._timer = Timer(max(seconds, 0), self._late)
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        """Wait no more; nothing is ended later than this returns."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()

    def _late(self) -> None:
        self._over.set()
        self._end()


class Line:
    """One connection, kept from one exchange to the next; it carries one at a time."""

    def __init__(self, exchange: Exchange, verify: Any) -> None:
        self._library = http_library()
        self._exchange = exchange
        self._http = self._library.Client(base_url=exchange.url, headers=exchange.headers, verify=verify)
        self._socket: socket.socket | None = None

    def fetched(self, ask: Ask[Answer], tries: Tries) -> Response:
        """Return the answer, or raise the library's error once the time of the call is over."""

        def heard(moment: str, about: Mapping[str, Any]) -> None:
            if moment.endswith(_CONNECTED):
                self._socket = about["return_value"].get_extra_info("socket")
                if watch.over:
                    self._cut()

        # The limits of the library hold for each read and each write, and a server may take and send byte by byte.
        watch = _Watch(self._cut)
        watch.lasts(tries.left)
        try:
            response = self._answer(ask, tries, watch, heard)
        except self._library.TransportError as error:
            if watch.over and not isinstance(error, self._library.ConnectTimeout | self._library.ConnectError):
                raise self._library.ReadTimeout(_LATE) from error
            raise
        finally:
            watch.stop()
        # Where nothing tells how long an answer is, one that was cut looks whole.
        if watch.over:
            raise self._library.ReadTimeout(_LATE)
        return response

    def close(self) -> None:
        """Give the connection back."""
        self._http.close()

    def _answer(self, ask: Ask[Answer], tries: Tries, watch: _Watch, trace: Callable[..., None]) -> Response:
        asked: AbstractContextManager[Response] = self._http.stream(
            ask.method,
            ask.path,
            content=ask.body,
            headers=ask.headers_after(tries.event),
            timeout=self._exchange.timeout(ask, tries),
            extensions={"trace": trace},
        )
        with asked as response:
            if not is_stream(response):
                response.read()
                return response
            events = Events()
            for piece in response.iter_bytes():
                for event in events.of(piece):
                    tries.event = event.id or tries.event
                    # What whoever is told of it makes of that takes no time of the server.
                    watch.stop()
                    answer = answer_in(event, ask, response)
                    if answer is not None:
                        return answer
                    tries.goes_on()
                    watch.lasts(tries.left)
        raise self._library.RemoteProtocolError(UNFINISHED)

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
