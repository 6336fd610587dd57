"""A connection that ends with care: a client still sending learns why, and one that reads nothing is let go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any


class Lingering(asyncio.Transport):
    """A transport that, closed in the middle of a request, ends its own side first and reads on for a moment.

    A socket that is closed with bytes unread resets the connection, and many a client then never sees the answer that
    was sent just before: "the body is too large" would be told as "connection reset".

    What was written and never read would keep the other kind open for ever: `await_reader` ends it after ``patience``.
    """

    seconds = 2.0
    # The patience with whoever reads nothing once the server was told to stop.
    hurried_seconds = 2.0

    def __init__(
        self,
        transport: asyncio.Transport,
        loop: asyncio.AbstractEventLoop,
        *,
        unfinished: Callable[[], bool],
        patience: float,
    ) -> None:
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._unfinished = unfinished
        self._patience = patience
        self._end: asyncio.TimerHandle | None = None
        self._look: asyncio.TimerHandle | None = None
        self._unread = 0
        self._head = b""
        # Bound here, so that the hot path pays for no detour.
        self.pause_reading = transport.pause_reading  # type: ignore[method-assign]
        self.resume_reading = transport.resume_reading  # type: ignore[method-assign]

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return what the transport beneath knows of ``name``."""
        return self._transport.get_extra_info(name, default)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Write ``data``; the head of an answer waits for the body right behind it, and both go out in one call.

        To call the system costs a twentieth of a short answer, and each time the interpreter goes to another thread.
        """
        if self._head:
            head, self._head = self._head, b""
            self._transport.writelines((head, data))
        elif isinstance(data, bytes) and data.startswith(b"HTTP/1.1 ") and data.endswith(b"\r\n\r\n"):
            self._head = data
            # A body that is late, or does not come at all, is not waited for.
            self._loop.call_soon(self._write_head)
        else:
            self._transport.write(data)

    def is_closing(self) -> bool:
        """Return whether the connection is at its end, read from or not."""
        return self._end is not None or self._transport.is_closing()

    def close(self) -> None:
        """Close, at once where the request was read whole, or where it is asked a second time."""
        self._write_head()
        if self._end is not None:
            self._end.cancel()
        elif self._unfinished() and not self._transport.is_closing():
            self._end = self._loop.call_later(self.seconds, self._close)
            self._transport.write_eof()
            self._transport.resume_reading()
            return
        self._close()

    def await_reader(self) -> None:
        """Cut the line unless some of what was written is read every ``patience`` seconds, until all of it is."""
        if self._look is None and (unread := self._transport.get_write_buffer_size()):
            self._unread = unread
            self._look = self._loop.call_later(self._patience, self._cut_unless_read)

    def stop_awaiting(self) -> None:
        """Look no more: enough was read, or the connection is gone."""
        if self._look is not None:
            self._look.cancel()
            self._look = None

    def hurry(self) -> None:
        """Have little patience from now on."""
        self._patience = min(self._patience, self.hurried_seconds)
        self.stop_awaiting()
        self.await_reader()

    def _write_head(self) -> None:
        if self._head and not self._transport.is_closing():
            self._transport.write(self._head)
        self._head = b""

    def _close(self) -> None:
        # A transport that is closed writes on until all is read, and nobody else looks at it any more.
        self._transport.close()
        self.await_reader()

    def _cut_unless_read(self) -> None:
        self._look = None
        if self._transport.get_write_buffer_size() >= self._unread:
            self._transport.abort()
        else:
            self.await_reader()
