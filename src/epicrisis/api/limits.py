"""Refuses requests that are too large or too slow while they stream in, before anything is parsed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette._utils import get_route_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from epicrisis.api.problems import BODY_TOO_LARGE, BODY_TOO_SLOW, HEAD_TOO_LARGE, Problem, Refused, answer

# The wire reads no more than four times as much before it gives up; what it has read whole is measured here.
MAX_HEAD_BYTES = 16_384
# What of a refused body is thrown away to keep the connection, where it has come already.
MAX_WASTED_BYTES = 65_536
# As many times the seconds of a common body has the longest one to arrive.
_MOST_PATIENCE = 4.0


class RequestLimits:
    """ASGI middleware: headers over 16 KiB get 431, a body over ``max_bytes`` 413, one slower than ``seconds`` 408.

    The count runs while the body streams, so it holds for chunked bodies, whose length nobody declares. ``uploads`` are
    the paths that take files, and how large those may be.
    """

    def __init__(
        self, app: ASGIApp, *, max_bytes: int, seconds: float = 30.0, uploads: Mapping[str, int] | None = None
    ) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.seconds = seconds
        self.uploads = uploads or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a ``receive`` that counts and a ``send`` that hangs up on unread bodies."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        length, chunked, expects, head = _measured(scope)
        most = self._most(scope)
        awaited = length != b"0" or chunked
        received = 0
        # A body that may be longer has longer to come, within reason: it holds its place meanwhile.
        longer = min(max(1.0, most / self.max_bytes), _MOST_PATIENCE)
        deadline = asyncio.get_running_loop().time() + self.seconds * longer

        async def counted() -> Message:
            nonlocal received, awaited
            if awaited:
                try:
                    async with asyncio.timeout_at(deadline):
                        message = await receive()
                except TimeoutError:
                    raise Refused(BODY_TOO_SLOW) from None
            else:
                # Once the body is whole, whoever listens waits for the client to leave, and may wait for ever.
                message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                raise Refused(BODY_TOO_LARGE)
            awaited = awaited and message.get("more_body", False)
            return message

        async def closing(message: Message) -> None:
            # uvicorn reads an unread body to its end to keep the connection; ten gigabytes are not worth keeping it.
            # To ask for the body of a client that waits to be asked would be to tell it to send.
            if awaited and message["type"] == "http.response.start" and (expects or not await _here_already(receive)):
                message = {**message, "headers": [*message.get("headers", ()), (b"connection", b"close")]}
            await send(message)

        problem = _declared(length, head, most)
        if problem is not None:
            await answer(problem, scope)(scope, receive, closing)
            return
        await self.app(scope, counted, closing)

    def _most(self, scope: Scope) -> int:
        """Return how many bytes the body may have."""
        return self.uploads.get(get_route_path(scope), self.max_bytes)


def _declared(length: bytes, head: int, most: int) -> Problem | None:
    """Return what is wrong with the request before a byte of its body is read."""
    if head > MAX_HEAD_BYTES:
        return HEAD_TOO_LARGE
    # Python refuses to read a number of thousands of digits; eighteen are an exabyte.
    if len(length) > 18 or (length.isdigit() and int(length) > most):
        return BODY_TOO_LARGE
    return None


async def _here_already(receive: Receive) -> bool:
    """Return whether the rest of the body has arrived, and is little; it is thrown away."""
    wasted, more = 0, True
    try:
        async with asyncio.timeout(0):
            while more and wasted <= MAX_WASTED_BYTES:
                message = await receive()
                wasted += len(message.get("body", b""))
                more = message.get("more_body", False)
    except TimeoutError:
        return False
    return not more and wasted <= MAX_WASTED_BYTES


def _measured(scope: Scope) -> tuple[bytes, bool, bool, int]:
    """Return the declared length of the body, whether it comes in chunks or on demand, and the size of the head."""
    length, chunked, expects = b"0", False, False
    head = len(scope.get("raw_path") or b"") + len(scope.get("query_string", b""))
    for name, value in scope["headers"]:
        head += len(name) + len(value)
        if name == b"content-length":
            length = value
        elif name == b"transfer-encoding":
            chunked = True
        elif name == b"expect":
            expects = True
    return length, chunked, expects, head
