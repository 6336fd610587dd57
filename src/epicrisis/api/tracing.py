"""Puts a span around every request, where the settings ask for traces."""

from __future__ import annotations

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from epicrisis.telemetry.bounds import NO_ROUTE
from epicrisis.telemetry.tracing import Traces


class Tracing:
    """ASGI middleware around the envelope: its span knows how the request ended, and the log lines name the trace."""

    def __init__(self, app: ASGIApp, *, traces: Traces) -> None:
        self.app = app
        self.traces = traces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request within a span."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        span = self.traces.begin(scope["method"], traceparent=Headers(scope=scope).get("traceparent", ""))

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                span.answered(message["status"])
            await send(message)

        try:
            with structlog.contextvars.bound_contextvars(trace_id=span.trace_id):
                await self.app(scope, receive, watched)
        except BaseException as error:
            span.failed(type(error).__name__)
            raise
        finally:
            span.end(
                route=getattr(scope.get("route"), "path", NO_ROUTE),
                request_id=state["request_id"],
                stages=state.get("stages", {}),
            )
