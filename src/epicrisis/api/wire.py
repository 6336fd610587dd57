"""Refuses what is not HTTP with a problem document, and connections that never finish their headers."""

from __future__ import annotations

import asyncio
import json
import uuid

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from epicrisis.api.envelope import SECURITY_HEADERS
from epicrisis.api.problems import MALFORMED_HTTP, MEDIA_TYPE


class Wire(H11Protocol):
    """uvicorn's HTTP/1.1 protocol with our manners: uvicorn answers bad framing in plain text and waits for ever."""

    header_seconds = 30.0
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Give a new connection ``header_seconds`` to say what it wants."""
        super().connection_made(transport)
        self._expect_headers()

    def on_response_complete(self) -> None:
        """Give a kept connection as long again for its next request."""
        super().on_response_complete()
        self._expect_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadline with the connection."""
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP with a problem document, unless another answer is already on its way."""
        if self.conn.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            self.transport.close()
            return
        request_id = str(uuid.uuid4())
        body = json.dumps(MALFORMED_HTTP.document(request_id)).encode()
        headers = {
            **SECURITY_HEADERS,
            "Content-Type": MEDIA_TYPE,
            "Content-Length": str(len(body)),
            "Connection": "close",
            "X-Request-Id": request_id,
        }
        answer = h11.Response(status_code=MALFORMED_HTTP.status, headers=list(headers.items()), reason=b"Bad Request")
        for event in (answer, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _expect_headers(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(self.header_seconds, self._close_unless_asked)

    def _close_unless_asked(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()
