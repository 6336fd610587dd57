"""Spoils the answers of the sample server, as the weather is."""

from __future__ import annotations

import gzip
import json
import math
import re
import socket
import struct
from functools import cache
from typing import Any

import anyio
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from epicrisis.ehr.sample.weather import EVERYTHING, Trouble, Weather

_PATIENT = re.compile(r'"Patient/[A-Za-z0-9.-]{1,64}"')
# Where the protocol (``serving.Socketed``) leaves the connection of a request.
TRANSPORT = "epicrisis.transport"


class Spoiling:
    """Stands before the server and spoils its answers."""

    def __init__(self, app: ASGIApp, weather: Weather) -> None:
        self._app = app
        self._weather = weather
        self._seen = set[str]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, as well as the weather lets."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        section = section_of(request.url.path)
        self._weather.asked.append(section)
        trouble = self._weather.trouble
        if trouble is None or not self._weather.hits(trouble, section):
            await self._app(scope, receive, send)
            return
        answer = self._instead(trouble, request)
        if answer is not None:
            await answer(scope, receive, send)
        elif trouble is Trouble.RESET:
            await _reset(scope)
        elif trouble is Trouble.HANG:
            await anyio.sleep(math.inf)
        else:
            if trouble is Trouble.SLOW:
                await anyio.sleep(self._weather.seconds)
            await self._app(scope, receive, _spoilt(trouble, scope, send))

    def _instead(self, trouble: Trouble, request: Request) -> Response | None:
        """Return what is answered in the place of an answer, if anything is."""
        match trouble:
            case Trouble.DOWN:
                return HTMLResponse("<h1>Service Unavailable</h1>", 503)
            case Trouble.ERROR | Trouble.PARTIAL:
                return outcome(500, "exception")
            case Trouble.NO_EVERYTHING:
                return outcome(501, "not-supported")
            case Trouble.UNAUTHORIZED:
                return outcome(401, "login")
            case Trouble.FORBIDDEN:
                return outcome(403, "forbidden")
            case Trouble.HTML:
                return HTMLResponse("<html><body><form>Sign in</form></body></html>")
            case Trouble.REDIRECT:
                return RedirectResponse(self._weather.elsewhere)
            case Trouble.FULL:
                return outcome(429, "throttled", {"Retry-After": "3600"})
            case Trouble.TOO_MANY if str(request.url) not in self._seen:
                self._seen.add(str(request.url))
                return outcome(429, "throttled", {"Retry-After": "1"})
            case Trouble.BOMB:
                return _bomb()
            case _:
                return None


def section_of(path: str) -> str:
    """Return the part of the server that answers ``path``: a type, ``$everything``, ``token``."""
    steps = [step for step in path.split("/") if step]
    last = steps[-1] if steps else ""
    return last if last in (EVERYTHING, "token") else next((step for step in steps if step[:1].isupper()), last)


def outcome(status: int, code: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """Return a refusal as FHIR words it."""
    issue = {"severity": "error", "code": code}
    body = {"resourceType": "OperationOutcome", "issue": [issue]}
    return JSONResponse(body, status, headers=headers, media_type="application/fhir+json")


def _bomb() -> Response:
    return Response(_packed_bomb(), headers={"Content-Encoding": "gzip"}, media_type="application/fhir+json")


@cache
def _packed_bomb() -> bytes:
    return gzip.compress(b'{"resourceType":"Bundle","entry":[' + b" " * 120_000_000)


async def _reset(scope: Scope) -> None:
    transport = _line(scope)
    # A socket that lingers for no time is closed by a reset.
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    await anyio.sleep(0.01)


def _line(scope: Scope) -> Any:
    return scope["extensions"][TRANSPORT]["transport"]


def _spoilt(trouble: Trouble, scope: Scope, send: Send) -> Send:
    """Return a ``send`` that spoils what the server itself says."""

    async def sending(message: Message) -> None:
        body: bytes = message.get("body", b"")
        if message["type"] == "http.response.start" and trouble is Trouble.BAD_JSON:
            headers = MutableHeaders(raw=message["headers"])
            headers["content-length"] = str(int(headers["content-length"]) // 2)
        if message["type"] == "http.response.body" and body:
            if trouble is Trouble.BAD_JSON:
                message = {**message, "body": body[: len(body) // 2]}
            elif trouble is Trouble.CUT:
                await send({**message, "body": body[: len(body) // 2], "more_body": True})
                _line(scope).close()
                return
            elif trouble is Trouble.DRIP:
                for at in range(len(body)):
                    await send({**message, "body": body[at : at + 1], "more_body": True})
                    await anyio.sleep(1)
        await send(message)

    return sending


def stranger(resource: dict[str, Any]) -> dict[str, Any]:
    """Return ``resource`` as if it were somebody else's, with an id of its own; one that is nobody's as it is."""
    told = json.dumps(resource)
    changed: dict[str, Any] = json.loads(_PATIENT.sub('"Patient/somebody-else"', told))
    return resource if changed == resource else {**changed, "id": f"{changed['id']}-x"[-64:]}
