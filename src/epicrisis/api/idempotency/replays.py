"""Does a request that carries a key once: the first is passed on, and whoever sends it again hears the same answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from epicrisis.api.aside import aside
from epicrisis.api.idempotency.declared import asked_in
from epicrisis.api.idempotency.keys import BYTES_A_CHARACTER, digest_of, key_of
from epicrisis.api.problems import Refused, answer, problem_of
from epicrisis.errors import EpicrisisError, Overloaded, StorageError
from epicrisis.services.idempotency import Answer, Attempt, Idempotency
from epicrisis.telemetry.logs import get_logger

# Bodies of requests that carry a key, held until they are answered; beyond that the next one waits outside.
MOST_HELD_BYTES = 128_000_000
REPLAYED = (b"idempotent-replayed", b"true")

log = get_logger()


@dataclass(slots=True)
class _Taken:
    """What a route sends, held back until it is kept."""

    messages: list[Message] = field(default_factory=list)

    async def take(self, message: Message) -> None:
        self.messages.append(message)

    def answer(self, request_id: str) -> Answer | None:
        """Return what shall be told again: what was done, and whole; anything else is tried anew."""
        if not self.messages or self.messages[-1].get("more_body", False):
            return None
        status: int = self.messages[0]["status"]
        headers = [(bytes(name), bytes(value)) for name, value in self.messages[0].get("headers", ())]
        body = b"".join(message.get("body", b"") for message in self.messages[1:])
        return Answer(request_id, status, headers, body) if 200 <= status < 300 else None


class Replays:
    """ASGI middleware, the innermost: by now it is known who asks, that they may, and that there is room."""

    def __init__(self, app: ASGIApp, *, idempotency: Idempotency, most_held: int = MOST_HELD_BYTES) -> None:
        self.app = app
        self.idempotency = idempotency
        self.most_held = most_held
        self._held = 0
        # A task nobody holds may be gone before it is done.
        self._afterwards: set[asyncio.Future[Any]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer what it was answered before."""
        headers = asked_in(scope.get("route")) if scope["type"] == "http" and scope["method"] == "POST" else None
        if headers is None:
            await self.app(scope, receive, send)
            return
        try:
            key = key_of(scope)
        except Refused as refused:
            await answer(refused.problem, scope)(scope, receive, send)
            return
        if key is None:
            await self.app(scope, receive, send)
            return
        received = list[Message]()
        try:
            await self._keyed(key, headers, received, scope, receive, send)
        finally:
            self._held -= _size(received)

    async def _keyed(
        self, key: str, headers: Sequence[bytes], received: list[Message], scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer a request with a ``key``; ``received`` is where its body is held, for as long as this takes."""
        attempt, kept = None, None
        try:
            await self._read(received, receive)
            # Of half a request the route says so, as it always does.
            if received[-1]["type"] != "http.disconnect":
                attempt = await self._attempt(scope, key, headers, received)
                kept = await self._begun(attempt)
        except (EpicrisisError, Refused) as error:
            await answer(problem_of(error), scope)(scope, receive, send)
            return
        if kept is not None:
            log.info("request answered as before", status=kept.status)
            await _tell(kept, send)
        elif attempt is None:
            await self.app(scope, _again(received, receive), send)
        else:
            await self._once(attempt, scope, _again(received, receive), send)

    async def _read(self, received: list[Message], receive: Receive) -> None:
        """Read the body to its end, or to where the client left.

        Raises:
            Overloaded: too much is held for others already.
        """
        while not received or received[-1].get("more_body", False):
            message = await receive()
            received.append(message)
            self._held += _size([message])
            if self._held > self.most_held:
                raise Overloaded

    async def _attempt(self, scope: Scope, key: str, headers: Sequence[bytes], received: Sequence[Message]) -> Attempt:
        pieces, state = [message.get("body", b"") for message in received], scope["state"]
        work = partial(digest_of, scope, pieces, headers)
        sent = await aside(work, characters=_size(received) // BYTES_A_CHARACTER)
        client = scope["client"][0] if scope.get("client") else ""
        return self.idempotency.attempt(
            state["principal"], key, sent=sent, route=scope["route"].path, request_id=state["request_id"], client=client
        )

    async def _begun(self, attempt: Attempt) -> Answer | None:
        try:
            return await self.idempotency.begin(attempt)
        except (asyncio.CancelledError, StorageError):
            # Whether the key was taken is not known; it shall not be held by nobody.
            await self._to_its_end(self._release(attempt))
            raise

    async def _once(self, attempt: Attempt, scope: Scope, receive: Receive, send: Send) -> None:
        taken = _Taken()
        try:
            await self.app(scope, receive, taken.take)
        except BaseException:
            await self._to_its_end(self._release(attempt))
            raise
        kept = taken.answer(attempt.request_id)
        await self._to_its_end(self._release(attempt) if kept is None else self._finish(attempt, kept))
        for message in taken.messages:
            await send(message)

    async def _to_its_end(self, work: Awaitable[None]) -> None:
        """Wait for ``work``, which goes on also where the client leaves meanwhile: it may come again."""
        task = asyncio.ensure_future(work)
        self._afterwards.add(task)
        task.add_done_callback(self._afterwards.discard)
        await asyncio.shield(task)

    async def _finish(self, attempt: Attempt, kept: Answer) -> None:
        # It is done: whoever asked shall hear it, also where it cannot be told again.
        try:
            if not await self.idempotency.finish(attempt, kept):
                log.warning("answer not kept; it was too late or too long")
        except StorageError as error:
            log.warning("answer not kept", error=type(error).__name__)

    async def _release(self, attempt: Attempt) -> None:
        try:
            await self.idempotency.release(attempt)
        except StorageError as error:
            log.info("idempotency key not released", error=type(error).__name__)


def _size(messages: Sequence[Message]) -> int:
    return sum(len(message.get("body", b"")) for message in messages)


def _again(messages: list[Message], receive: Receive) -> Receive:
    """Return what gives ``messages`` again, and then whatever comes."""
    left = iter(messages)

    async def given() -> Message:
        message = next(left, None)
        return await receive() if message is None else message

    return given


async def _tell(kept: Answer, send: Send) -> None:
    await send({"type": "http.response.start", "status": kept.status, "headers": [*kept.headers, REPLAYED]})
    await send({"type": "http.response.body", "body": kept.body})
