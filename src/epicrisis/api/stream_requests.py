"""What a request says of the stream it asks for: whose it is, under which key, and where its client lost it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import StreamingResponse

from epicrisis.api.aside import aside
from epicrisis.api.idempotency.keys import BYTES_A_CHARACTER, digested, key_of, place_of
from epicrisis.api.streaming import HEADERS, MEDIA_TYPE, Event
from epicrisis.api.streams import Asked, Owner, Stream, Streams
from epicrisis.services.access import told_apart


def wants_events(request: Request) -> bool:
    """Return whether whoever asks accepts events for an answer."""
    return MEDIA_TYPE in request.headers.get("accept", "")


async def told_as_events(
    request: Request, streams: Streams, kind: str, events: AsyncGenerator[Event, None], *, body: bytes, **first: float
) -> StreamingResponse:
    """Return ``events`` of that ``kind``, or those of the same request before, from where its client lost them.

    ``body`` is what ``request`` brought; the event before all others says ``first`` too.

    Raises:
        Refused: its Idempotency-Key is none.
        KeyReused: that came with another request.
        Overloaded: there are as many streams as may be.
    """
    asked = await _asked(request, kind, body)
    return streamed(streams.begun(asked) or streams.begin(events, asked, **first), asked.heard)


def streamed(stream: Stream, heard: int) -> StreamingResponse:
    """Return what ``stream`` says after the event ``heard``, as an answer."""
    return StreamingResponse(stream.after(heard), media_type=MEDIA_TYPE, headers=HEADERS)


def owner_of(request: Request) -> Owner:
    """Return whose a stream is: of a key, of a name, or of an address where whoever asks said nothing else."""
    return told_apart(request.state.principal, request.client.host if request.client else "")


def heard_in(headers: Mapping[str, Any]) -> int:
    """Return the id of the last event a client has heard; what is none of ours is before the first."""
    said = str(headers.get("last-event-id", "")).strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) <= 9 else 0


async def _asked(request: Request, kind: str, body: bytes) -> Asked:
    key = key_of(request.scope) or ""
    # A form has another boundary each time it is sent: what its file holds is the same.
    digest = partial(digested, place_of(request.scope), [body])
    return Asked(
        owner=owner_of(request),
        kind=kind,
        request_id=request.state.request_id,
        key=key,
        sent=await aside(digest, characters=len(body) // BYTES_A_CHARACTER) if key else b"",
        heard=heard_in(request.headers),
    )
