"""A client that leaves while its request with a key is done, or when it is, comes again."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.routing import Route

from epicrisis.api.idempotency.declared import idempotent
from epicrisis.api.idempotency.replays import Replays
from epicrisis.services.access import ANYONE
from epicrisis.services.audit import Audit
from epicrisis.services.idempotency import Claim, Idempotency
from epicrisis.storage.memory import MemoryAudit, MemoryClaims, MemorySecret

pytestmark = pytest.mark.anyio

PATH = "/v1/redactions"


class Leaving:
    """A route behind the middleware whose client leaves: while it works, or while its answer is being kept."""

    def __init__(self, store: MemoryClaims) -> None:
        secret = MemorySecret()
        audit = Audit(MemoryAudit(), secret)
        self.replays = Replays(self, idempotency=Idempotency(store, secret, seals=None, audit=audit))
        self.times = 0
        self.working, self.answers = asyncio.Event(), asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.times += 1
        self.working.set()
        await self.answers.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"done"})

    async def asked(self) -> list[Any]:
        sent: list[Any] = []

        @idempotent()
        async def endpoint() -> None: ...

        async def receive() -> Any:
            return {"type": "http.request", "body": b"fever"}

        async def send(message: Any) -> None:
            sent.append(message)

        state = {"principal": ANYONE, "request_id": "0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11"}
        scope = {
            "type": "http", "method": "POST", "path": PATH, "query_string": b"", "state": state,
            "headers": [(b"idempotency-key", b"one")], "route": Route(PATH, endpoint),
        }  # fmt: skip
        await self.replays(scope, receive, send)
        return sent


async def test_whoever_leaves_while_it_is_done_may_come_again_at_once() -> None:
    route = Leaving(MemoryClaims())
    first = asyncio.create_task(route.asked())
    await route.working.wait()

    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    route.answers.set()

    assert (await route.asked())[1]["body"] == b"done"
    assert route.times == 2


async def test_whoever_leaves_when_it_is_done_hears_it_when_they_come_again() -> None:
    keeping, may_keep = asyncio.Event(), asyncio.Event()

    class Slow(MemoryClaims):
        async def finish(self, mark: str, claim: Claim) -> bool:
            keeping.set()
            await may_keep.wait()
            return await super().finish(mark, claim)

    route = Leaving(Slow())
    route.answers.set()
    first = asyncio.create_task(route.asked())
    await keeping.wait()

    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    may_keep.set()
    await asyncio.sleep(0)

    [start, body] = await route.asked()
    assert (b"idempotent-replayed", b"true") in start["headers"]
    assert (body["body"], route.times) == (b"done", 1)
