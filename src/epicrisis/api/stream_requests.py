"""What a request says of the stream it asks for: whose it is, under which key, and where its client lost it."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from starlette.requests import Request
from starlette.responses import StreamingResponse

from epicrisis.api.idempotency.keys import key_of
from epicrisis.api.streaming import HEADERS, MEDIA_TYPE
from epicrisis.api.streams import Asked, Owner, Stream
from epicrisis.services.access import Anonymous, Principal


def owner_of(request: Request) -> Owner:
    """Return whose a stream is: of a key, of a name, or of an address where whoever asks said nothing else."""
    principal: Principal = request.state.principal
    address = request.client.host if request.client else ""
    named = ("from", address) if isinstance(principal, Anonymous) else ("name", principal.name)
    return (principal.tenant, *(("key", principal.key_id) if principal.key_id else named))


def asked_of(request: Request, kind: str, sent: bytes) -> Asked:
    """Return who asks in ``request`` for a stream of that ``kind``, and where it goes on.

    Raises:
        Refused: its Idempotency-Key is none.
    """
    return Asked(
        owner=owner_of(request),
        kind=kind,
        request_id=request.state.request_id,
        key=key_of(request.scope) or "",
        sent=sent,
        heard=heard_in(request.headers),
    )


def heard_in(headers: Mapping[str, Any]) -> int:
    """Return the id of the last event a client has heard; what is none of ours is before the first."""
    said = str(headers.get("last-event-id", "")).strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) <= 9 else 0


def sent_of(request: Request, body: bytes) -> bytes:
    """Return a digest of where ``request`` goes and what it brings."""
    digest = sha256()
    for part in (request.scope["path"].encode("utf-8", "replace"), request.scope["query_string"]):
        digest.update(len(part).to_bytes(4, "big") + part)
    digest.update(body)
    return digest.digest()


def streamed(stream: Stream, heard: int) -> StreamingResponse:
    """Return what ``stream`` says after the event ``heard``, as an answer."""
    return StreamingResponse(stream.after(heard), media_type=MEDIA_TYPE, headers=HEADERS)
