"""What goes around every answer: a request id, timing, headers for browsers, one log line, and a last resort.

Every request pays for this page, so it works on the raw headers: once around is 30 µs, and 30 more for the log line.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
import uuid
from dataclasses import replace

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars

from epicrisis.api.problems import NOT_READY, Problem, answer, problem_of
from epicrisis.api.readiness import STOPPING
from epicrisis.api.security.origins import tell_origins
from epicrisis.services.timings import CACHE, WRITING, Timings, timings
from epicrisis.telemetry.bounds import NO_ROUTE, method_of
from epicrisis.telemetry.logs import get_logger
from epicrisis.telemetry.metrics import Metrics

# OWASP REST security cheat sheet: an API answer is data, so a browser may do nothing with it but show it.
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # Answers quote the note; no cache between us and the reader may keep them.
    "Cache-Control": "no-store",
}
_RAW_SECURITY_HEADERS = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
_SECURITY_NAMES = frozenset(name for name, _ in _RAW_SECURITY_HEADERS)

# What nginx calls the end of a request whose client did not wait for it.
CLIENT_LEFT = 499

log = get_logger()
_root = logging.getLogger()
_drawn: list[str] = []


class Envelope:
    """ASGI middleware, the outermost of ours: nothing that happens further in leaves as anything but an answer.

    It leaves the task in the state of the scope, so that the wire can cancel it when the client has left.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, whatever happens, and say in one log line how it went."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        request_id = request_id_of(scope)
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        state["task"] = asyncio.current_task()
        stages = Timings()
        # Neither is taken back: a request runs in a context of its own.
        timings.set(stages)
        bind_contextvars(request_id=request_id)
        status: int | None = None

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = enveloped(message, scope, stages, time.perf_counter() - started)
            await send(message)

        try:
            await self.app(scope, receive, dressed)
        except (Exception, asyncio.CancelledError) as error:
            if state.get("left"):
                status = CLIENT_LEFT
            elif status is not None:
                # Half an answer is out; breaking off is the only way left to say that it is not whole.
                _problem_of(error)
                raise
            else:
                await answer(_problem_of(error), scope)(scope, receive, dressed)
                if isinstance(error, asyncio.CancelledError):
                    raise
        finally:
            state["stages"] = spent = dict(stages)
            # The core tells of its batches itself, once for all who share them.
            self.metrics.stages({stage: spent[stage] for stage in (CACHE, WRITING) if stage in spent})
            self._tell(scope, CLIENT_LEFT if status is None else status, time.perf_counter() - started)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        method, route = scope["method"], getattr(scope.get("route"), "path", NO_ROUTE)
        # The id of an API key, or a keyed hash: whose request it was, for whoever audits, and nobody's address.
        client = scope["state"].get("client", "anonymous")
        self.metrics.answered(method, route, status, seconds, client)
        # `logs.configure` gives the root logger our level, and asking it is cheaper than a line nobody writes.
        if _root.isEnabledFor(logging.INFO):
            log.info(
                "request answered",
                method=method_of(method),
                route=route,
                client=client,
                status=status,
                duration_ms=round(seconds * 1000, 1),
            )


def _problem_of(error: BaseException) -> Problem:
    if not isinstance(error, Exception):
        # Cancelled although the client waits: this took longer than the server has to stop.
        return replace(NOT_READY, detail=STOPPING)
    problem = problem_of(error)
    if problem.status == 500:
        log.error("request failed", error=type(error).__name__)
    return problem


def request_id_of(scope: Scope) -> str:
    """Return the caller's ``X-Request-Id`` where it is a UUID, else a new one: nothing else may enter our logs."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and len(value) == 36:
            try:
                return str(uuid.UUID(value.decode("latin-1")))
            except ValueError:
                break
    return _new_id()


def _new_id() -> str:
    """Return what ``str(uuid.uuid4())`` would, in a third of its time."""
    try:
        drawn = _drawn.pop()
    except IndexError:
        # Two hundred at a time: to ask the system each time costs more than all the rest.
        many = os.urandom(200 * 16).hex()
        _drawn.extend(many[start : start + 32] for start in range(0, len(many), 32))
        drawn = _drawn.pop()
    # RFC 9562, 5.4: the version is 4, and the variant bits are 10.
    variant = "89ab"[int(drawn[16], 16) & 3]
    return f"{drawn[:8]}-{drawn[8:12]}-4{drawn[13:16]}-{variant}{drawn[17:20]}-{drawn[20:]}"


def enveloped(message: Message, scope: Scope, stages: Timings, seconds: float) -> Message:
    """Return ``message``, an answer to ``scope``, with our headers; itself it may be a constant of whoever sent it."""
    total = f"{seconds * 1000:.2f}"
    timing = ""
    for stage, spent in stages:
        timing += f"{stage};dur={spent * 1000:.2f}, "
    headers = [
        *message.get("headers", ()),
        (b"x-request-id", scope["state"]["request_id"].encode()),
        (b"x-process-time-ms", total.encode()),
        (b"server-timing", f"{timing}total;dur={total}".encode()),
    ]
    held = {name for name, _ in headers}
    # Most answers have none of these; a page has its own policy, and a file its own cache control.
    headers += _RAW_SECURITY_HEADERS if held.isdisjoint(_SECURITY_NAMES) else _missing(held)
    tell_origins(headers, scope)
    return {**message, "headers": headers}


def _missing(held: set[bytes]) -> list[tuple[bytes, bytes]]:
    return [header for header in _RAW_SECURITY_HEADERS if header[0] not in held]
