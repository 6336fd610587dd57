"""Refuses requests that are too large or too slow while they stream in, before anything is parsed."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from epicrisis.api.problems import BODY_TOO_LARGE, BODY_TOO_SLOW, HEAD_TOO_LARGE, Problem, Refused

# What h11 keeps while it waits for the rest of the headers; headers that arrive in one piece pass it by.
MAX_HEAD_BYTES = 16_384


class RequestLimits:
    """ASGI middleware: headers over 16 KiB get 431, a body over ``max_bytes`` 413, one slower than ``seconds`` 408.

    The count runs while the body streams, so it holds for chunked bodies, whose length nobody declares.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int, seconds: float = 30.0) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a ``receive`` that counts and a ``send`` that hangs up on unread bodies."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        awaited = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
        received = 0
        deadline = asyncio.get_running_loop().time() + self.seconds

        async def counted() -> Message:
            nonlocal received, awaited
            try:
                # Once the body is whole, whoever listens waits for the client to leave, and may wait for ever.
                async with asyncio.timeout_at(deadline if awaited else None):
                    message = await receive()
            except TimeoutError:
                raise Refused(BODY_TOO_SLOW) from None
            received += len(message.get("body", b""))
            if received > self.max_bytes:
                raise Refused(BODY_TOO_LARGE)
            awaited = awaited and message.get("more_body", False)
            return message

        async def closing(message: Message) -> None:
            # uvicorn reads an unread body to its end to keep the connection; ten gigabytes are not worth keeping it.
            if message["type"] == "http.response.start" and awaited:
                MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        problem = self._declared(scope, headers)
        if problem is not None:
            await problem.response(scope["state"]["request_id"])(scope, receive, closing)
            return
        await self.app(scope, counted, closing)

    def _declared(self, scope: Scope, headers: Headers) -> Problem | None:
        """Return what is wrong with the request before a byte of its body is read."""
        head = len(scope.get("raw_path", b"")) + len(scope.get("query_string", b""))
        if head + sum(len(name) + len(value) for name, value in headers.raw) > MAX_HEAD_BYTES:
            return HEAD_TOO_LARGE
        length = headers.get("content-length", "0")
        # Python refuses to read a number of thousands of digits; eighteen are an exabyte.
        if len(length) > 18 or (length.isascii() and length.isdigit() and int(length) > self.max_bytes):
            return BODY_TOO_LARGE
        return None
