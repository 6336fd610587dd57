"""What goes around every answer: a request id, timing, security headers, one log line, and a last resort."""

from __future__ import annotations

import time
import uuid

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from epicrisis.api.problems import problem_of
from epicrisis.telemetry.logs import get_logger

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})

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

log = get_logger()


class Envelope:
    """ASGI middleware, the outermost of ours: nothing that happens further in leaves as anything but an answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, whatever happens, and say in one log line how it went."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = request_id_of(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        started = time.perf_counter()
        status: int | None = None

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _dress(message, request_id, time.perf_counter() - started)
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, dressed)
            except Exception as error:
                problem = problem_of(error)
                if problem.status == 500:
                    log.error("request failed", error=type(error).__name__)
                if status is not None:
                    # Half an answer is out; breaking off is the only way left to say that it is not whole.
                    raise
                await problem.response(request_id)(scope, receive, dressed)
            finally:
                log.info(
                    "request answered",
                    method=scope["method"] if scope["method"] in METHODS else "OTHER",
                    route=getattr(scope.get("route"), "path", "none"),
                    status=status,
                    duration_ms=round((time.perf_counter() - started) * 1000, 1),
                )


def request_id_of(scope: Scope) -> str:
    """Return the caller's ``X-Request-Id`` where it is a UUID, else a new one: nothing else may enter our logs."""
    sent = Headers(scope=scope).get("x-request-id", "")
    try:
        return str(uuid.UUID(sent)) if len(sent) == 36 else str(uuid.uuid4())
    except ValueError:
        return str(uuid.uuid4())


def _dress(message: Message, request_id: str, seconds: float) -> None:
    headers = MutableHeaders(scope=message)
    headers["X-Request-Id"] = request_id
    headers["Server-Timing"] = f"total;dur={seconds * 1000:.1f}"
    for name, value in SECURITY_HEADERS.items():
        headers.setdefault(name, value)
