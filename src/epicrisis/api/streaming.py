"""Server-sent events (WHATWG HTML, 9.2): what one looks like, and the signs of life between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import msgspec

from epicrisis.api.problems import problem_of
from epicrisis.telemetry.logs import get_logger

MEDIA_TYPE = "text/event-stream"
# Proxies close a connection that says nothing for half a minute or so.
HEARTBEAT_SECONDS = 10.0
# What was built on nginx keeps events back until a buffer is full, unless it is told otherwise.
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

# A dict keeps the place in which a key came first: the kind is read before all else.
_FIRST = {"type": ""}

log = get_logger()


@dataclass(frozen=True, slots=True)
class Event:
    """One event: what kind it is, and its data, of which the ``type`` is that kind, whatever stands there already."""

    type: str
    data: Mapping[str, Any]

    def line(self, number: int) -> bytes:
        """Return it as it goes over the wire, with ``number`` as its id."""
        data = msgspec.json.encode({**_FIRST, **self.data, "type": self.type})
        return b"id: %d\nevent: %s\ndata: %s\n\n" % (number, self.type.encode(), data)


async def told(events: AsyncGenerator[Event, None], request_id: str) -> AsyncGenerator[Event, None]:
    """Yield ``events``, and a heartbeat where nothing else is to be said; where they break, the last is an ``error``.

    An error is told as a problem document. Whatever makes the events is closed when this is.
    """
    async with aclosing(_or_error(events, request_id)) as whole:
        following = asyncio.ensure_future(_next(whole))
        try:
            while True:
                done, _ = await asyncio.wait([following], timeout=HEARTBEAT_SECONDS)
                if not done:
                    yield Event("heartbeat", {})
                    continue
                event = following.result()
                if event is None:
                    return
                yield event
                following = asyncio.ensure_future(_next(whole))
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


async def _or_error(events: AsyncGenerator[Event, None], request_id: str) -> AsyncGenerator[Event, None]:
    try:
        async with aclosing(events):
            async for event in events:
                yield event
    except Exception as error:  # noqa: BLE001  the head of the answer is long gone: whatever it is, it is said here
        problem = problem_of(error)
        log.error("stream broke", code=problem.code, error=type(error).__name__)
        yield Event("error", problem.document(request_id))


async def _next(events: AsyncGenerator[Event, None]) -> Event | None:
    return await anext(events, None)
