"""What an answer of an EHR says: a resource, or why there is none."""

from __future__ import annotations

from typing import Any

import msgspec
from anyio import to_thread

from epicrisis.ehr.line import Reply
from epicrisis.ehr.troubles import Refused, Trouble, Why

# Whoever is busy or stumbles may answer the same question in a moment.
_AGAIN = frozenset({429, 500, 502, 503, 504})
_GONE = frozenset({404, 410})
_NOT_OFFERED = frozenset({400, 405, 406, 422, 501})
# Beyond this, parsing takes long enough to hold up others.
_ASIDE_BYTES = 262_144

Resource = dict[str, Any]


class Unknown(Trouble):
    """The EHR knows FHIR, and no such resource."""

    def __init__(self) -> None:
        super().__init__(Why.UNKNOWN)


async def resource_of(reply: Reply) -> Resource:
    """Return the resource that ``reply`` holds.

    Raises:
        Trouble: it holds none.
    """
    if 300 <= reply.status < 400:
        raise Trouble(Why.REDIRECTED)
    if not 200 <= reply.status < 300:
        raise refusal(reply)
    # A page of HTML with 200 is what proxies and portals answer.
    if "json" not in reply.headers.get("content-type", "").lower():
        raise Trouble(Why.UNREADABLE)
    if len(reply.body) > _ASIDE_BYTES:
        return await to_thread.run_sync(_parsed, reply.body, abandon_on_cancel=True)
    return _parsed(reply.body)


def refusal(reply: Reply) -> Trouble:
    """Return what ``reply``, which is no success, says."""
    status = reply.status
    if status in (401, 403):
        return Refused(unknown=status == 401)
    if status in _AGAIN:
        waits = reply.headers.get("retry-after", "")
        # Busy is not unwell; a server that says nothing of when is.
        return Trouble(Why.BUSY if status == 429 else Why.FAILED, again=True, counts=status != 429, retry_after=waits)
    if status in _GONE:
        # Without FHIR in it, it is somebody else who answers: the address is wrong.
        return Unknown() if not reply.body or _is_outcome(reply) else Trouble(Why.UNREADABLE)
    return Trouble(Why.NOT_OFFERED if status in _NOT_OFFERED else Why.FAILED, counts=status >= 500 and status != 501)


def _is_outcome(reply: Reply) -> bool:
    try:
        return bool(_parsed(reply.body)["resourceType"] == "OperationOutcome")
    except Trouble:
        return False


def _parsed(body: bytes) -> Resource:
    try:
        found = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        raise Trouble(Why.UNREADABLE) from None
    if not isinstance(found, dict) or not isinstance(found.get("resourceType"), str):
        raise Trouble(Why.UNREADABLE)
    return found
