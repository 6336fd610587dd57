"""Server-sent events (WHATWG HTML, 9.2): ids that rise, a sign of life while nothing happens, and one last event."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.responses import StreamingResponse

from epicrisis.api.problems import problem_of
from epicrisis.telemetry.logs import get_logger

MEDIA_TYPE = "text/event-stream"
# Proxies close a connection that says nothing for half a minute or so.
HEARTBEAT_SECONDS = 10.0
# What was built on nginx keeps events back until a buffer is full, unless it is told otherwise.
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

log = get_logger()


@dataclass(frozen=True, slots=True)
class Event:
    """One event: what kind it is, and its data, to which the kind is added as ``type``."""

    type: str
    data: Mapping[str, Any]


def stream(events: AsyncIterator[Event], request_id: str) -> StreamingResponse:
    """Return ``events`` as an answer; the last of them is the end, and where it breaks that is an ``error``.

    An error is told as a problem document; what follows from it is closed either way, and so it is when the client
    leaves.
    """
    return StreamingResponse(_written(events, request_id), media_type=MEDIA_TYPE, headers=_HEADERS)


async def _written(events: AsyncIterator[Event], request_id: str) -> AsyncIterator[bytes]:
    number = 0
    async for event in _with_heartbeats(_or_error(events, request_id)):
        number += 1
        yield _line(number, event)


async def _or_error(events: AsyncIterator[Event], request_id: str) -> AsyncGenerator[Event, None]:
    try:
        async for event in events:
            yield event
    except Exception as error:  # noqa: BLE001  the head of the answer is long gone: whatever it is, it is said here
        problem = problem_of(error)
        log.error("stream broke", code=problem.code, error=type(error).__name__)
        yield Event("error", problem.document(request_id))


async def _with_heartbeats(events: AsyncGenerator[Event, None]) -> AsyncIterator[Event]:
    async with aclosing(events):
        following = asyncio.ensure_future(_next(events))
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
                following = asyncio.ensure_future(_next(events))
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


async def _next(events: AsyncIterator[Event]) -> Event | None:
    return await anext(events, None)


def _line(number: int, event: Event) -> bytes:
    data = msgspec.json.encode({"type": event.type, **event.data})
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (number, event.type.encode(), data)
