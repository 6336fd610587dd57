"""Streams of events that outlive the connection they are told over: whoever comes back hears the rest.

What a stream says is kept for a moment, in this process alone and for its owner alone. docs/decisions/0035 says why.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from epicrisis.api.problems import problem_of
from epicrisis.api.streaming import Event, told
from epicrisis.errors import Cancelled, KeyReused, Overloaded, UnknownRecord

# A client that lost its line is back within that, or does not come back (a page that is loaded anew, a train in a
# tunnel); work that nobody hears of is not worth more.
GRACE_SECONDS = 30.0
MOST_STREAMS = 1_000
# What one stream keeps: progress in steps of a few percent, and the end. Whoever missed more has missed old news.
MOST_EVENTS = 64
# What all streams may keep together; those that are over go where it is more.
MOST_BYTES = 64_000_000

Owner = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose stream it is, what kind, the key it came with, and the last event its client has heard.

    ``sent`` is a digest of the request: a key means one request.
    """

    owner: Owner
    kind: str
    request_id: str
    key: str = ""
    sent: bytes = b""
    heard: int = 0


class Stream:
    """One stream of events: made once, and told to whoever listens from any event on.

    The work begins when somebody listens. Without a key it ends when nobody does; with one it goes on for ``grace``
    seconds. A slow listener costs nothing: it holds its place, and no events.
    """

    def __init__(
        self,
        events: AsyncGenerator[Event, None],
        asked: Asked,
        *,
        first: Mapping[str, Any],
        grace: float,
        forget: Callable[[Stream], None],
    ) -> None:
        self.id = secrets.token_urlsafe(24)
        self.asked = asked
        self.grace = grace
        self.size = 0
        self.over = False
        self.has_failed = False
        self._first = first
        self._events = events
        self._forget = forget
        self._kept: deque[tuple[int, bytes]] = deque()
        self.number = asked.heard
        self._fresh = asyncio.Event()
        self._listeners = 0
        self._work: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = asyncio.get_running_loop().call_later(grace, self.end)

    async def after(self, number: int) -> AsyncGenerator[bytes, None]:
        """Yield every event after ``number`` as it comes, to the last; of old news, as much as is kept."""
        self._come()
        number = min(number, self.number)
        try:
            while True:
                fresh, found = self._fresh, self._following(number)
                if found is not None:
                    number, piece = found
                    yield piece
                elif self.over:
                    return
                else:
                    await fresh.wait()
        finally:
            self._leave()

    def cancel(self) -> None:
        """Stop the work, and tell whoever listens that it was stopped."""
        if not self.over:
            self._tell(Event("error", problem_of(Cancelled()).document(self.asked.request_id)))
            self._finish()
            self._stop()

    def end(self) -> None:
        """Stop the work, and forget the stream."""
        self._stop()
        self.over = True
        self._tell_all()
        self._forget(self)

    def _come(self) -> None:
        self._listeners += 1
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._work is None and not self.over:
            self._work = asyncio.create_task(self._run())

    def _leave(self) -> None:
        self._listeners -= 1
        if self._listeners:
            return
        if self.asked.key:
            self._timer = asyncio.get_running_loop().call_later(self.grace, self.end)
        else:
            self.end()

    async def _run(self) -> None:
        try:
            async with aclosing(told(self._begun(), self.asked.request_id)) as events:
                async for event in events:
                    if self.over:
                        return
                    self._tell(event)
        finally:
            self._finish()

    async def _begun(self) -> AsyncGenerator[Event, None]:
        yield Event("progress", {"id": self.id, "percent": 0, "stage": "started", **self._first})
        async with aclosing(self._events):
            async for event in self._events:
                yield event

    def _tell(self, event: Event) -> None:
        self.number += 1
        self.has_failed = event.type == "error"
        piece = event.line(self.number)
        self._kept.append((self.number, piece))
        self.size += len(piece)
        if len(self._kept) > MOST_EVENTS:
            self.size -= len(self._kept.popleft()[1])
        self._tell_all()

    def _tell_all(self) -> None:
        self._fresh.set()
        self._fresh = asyncio.Event()

    def _finish(self) -> None:
        self.over = True
        self._tell_all()

    def _stop(self) -> None:
        if self._work is not None:
            self._work.cancel()

    def _following(self, number: int) -> tuple[int, bytes] | None:
        if not self._kept:
            return None
        place = max(0, number + 1 - self._kept[0][0])
        return self._kept[place] if place < len(self._kept) else None


class Streams:
    """The streams of this server, each found again by its id, or by the key it came with, and by its owner alone."""

    def __init__(self, *, grace: float = GRACE_SECONDS, most: int = MOST_STREAMS, most_bytes: int = MOST_BYTES) -> None:
        self.grace = grace
        self.most = most
        self.most_bytes = most_bytes
        self._by_id: dict[str, Stream] = {}
        self._by_key: dict[tuple[Owner, str], Stream] = {}

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._by_id)

    def begun(self, asked: Asked) -> Stream | None:
        """Return the stream that ``asked`` began before.

        Raises:
            KeyReused: its key came with another request.
        """
        stream = self._by_key.get((asked.owner, asked.key)) if asked.key else None
        if stream is not None and stream.has_failed and asked.heard >= stream.number:
            # Whoever heard of the failure and asks again wants another try.
            stream.end()
            return None
        if stream is not None and (stream.asked.kind, stream.asked.sent) != (asked.kind, asked.sent):
            raise KeyReused
        return stream

    def begin(self, events: AsyncGenerator[Event, None], asked: Asked, **first: float) -> Stream:
        """Return a new stream of ``events``, the last of which is the end; the one before all says ``first`` too.

        Raises:
            Overloaded: there are as many as may be.
        """
        self._make_room()
        stream = Stream(events, asked, first=first, grace=self.grace, forget=self._forget)
        self._by_id[stream.id] = stream
        if asked.key:
            self._by_key[asked.owner, asked.key] = stream
        return stream

    def find(self, id: str, owner: Owner, kind: str) -> Stream:  # noqa: A002  as a client calls it
        """Return the stream of that id.

        Raises:
            UnknownRecord: there is none, it is somebody else's, or of another kind.
        """
        stream = self._by_id.get(id)
        if stream is None or stream.asked.owner != owner or stream.asked.kind != kind:
            raise UnknownRecord
        return stream

    def close(self) -> None:
        """Stop them all."""
        for stream in list(self._by_id.values()):
            stream.end()

    def _make_room(self) -> None:
        # Those that are over go first, the oldest of them first: they wait for somebody who may not come.
        over = iter([each for each in self._by_id.values() if each.over])
        while len(self._by_id) >= self.most or sum(each.size for each in self._by_id.values()) > self.most_bytes:
            stream = next(over, None)
            if stream is None:
                break
            stream.end()
        if len(self._by_id) >= self.most:
            raise Overloaded

    def _forget(self, stream: Stream) -> None:
        self._by_id.pop(stream.id, None)
        name = (stream.asked.owner, stream.asked.key)
        if self._by_key.get(name) is stream:
            del self._by_key[name]
