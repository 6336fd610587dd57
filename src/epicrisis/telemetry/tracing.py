"""Traces: one span per request, sent where the standard ``OTEL_`` variables say; off unless the settings ask for it.

A span says which route was asked for, how it was answered and how long each stage took, and can say no more: it knows
no URL, no query, no header, no body and no address. FastAPI's and OpenTelemetry's own instrumentation record those, and
they may hold a patient's words.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from epicrisis.errors import MissingDependency
from epicrisis.telemetry.bounds import method_of, name_of, route_of

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span


def provider_of_environment(version: str, *, exporter: SpanExporter | None = None) -> TracerProvider:
    """Return what makes spans and sends them by OTLP over HTTP, as the ``OTEL_`` variables say.

    With an ``exporter`` of one's own, each span goes there the moment it ends.

    Raises:
        MissingDependency: OpenTelemetry is not installed.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
    except ImportError as error:
        raise MissingDependency("Traces need OpenTelemetry; run: pip install 'epicrisis[otel]'") from error
    # Whoever named the service in the environment knows better.
    name = os.environ.get("OTEL_SERVICE_NAME") or "epicrisis"
    provider = TracerProvider(resource=Resource.create({"service.name": name, "service.version": version}))
    provider.add_span_processor(SimpleSpanProcessor(exporter) if exporter else BatchSpanProcessor(OTLPSpanExporter()))
    return provider


class Traces:
    """Begins the spans of one server, and sends what is left of them when it ends."""

    def __init__(self, provider: TracerProvider) -> None:
        # Imported here, so that a server without traces runs without OpenTelemetry.
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._provider = provider
        self._tracer = provider.get_tracer("epicrisis")
        self._propagator = TraceContextTextMapPropagator()

    def begin(self, method: str, *, traceparent: str = "") -> RequestSpan:
        """Return the span of a request that begins now, under the caller's ``traceparent`` where that is a good one."""
        from opentelemetry.trace import SpanKind

        method = method_of(method)
        # Three numbers; `tracestate` and `baggage` carry free text of the caller's and stay outside.
        parent = self._propagator.extract({"traceparent": traceparent})
        return RequestSpan(self._tracer.start_span(method, parent, SpanKind.SERVER), method)

    def close(self) -> None:
        """Send the spans that wait, and stop."""
        self._provider.shutdown()


class RequestSpan:
    """The span of one request; these methods are the list of what it may say."""

    def __init__(self, span: Span, method: str) -> None:
        self._span = span
        self._method = method
        self.trace_id = format(span.get_span_context().trace_id, "032x")
        span.set_attribute("http.request.method", method)

    def answered(self, status: int) -> None:
        """Say with which HTTP status."""
        self._span.set_attribute("http.response.status_code", status)
        if status >= 500:
            self.failed(str(status))

    def failed(self, kind: str) -> None:
        """Say by what kind of error; its message may quote a note and stays outside."""
        from opentelemetry.trace import StatusCode

        self._span.set_attribute("error.type", name_of(kind))
        self._span.set_status(StatusCode.ERROR)

    def end(self, *, route: str, request_id: str, stages: Mapping[str, float]) -> None:
        """Say what was asked for and how many seconds each stage took, and send the span on its way."""
        route = route_of(route)
        self._span.update_name(f"{self._method} {route}")
        self._span.set_attribute("http.route", route)
        self._span.set_attribute("epicrisis.request_id", request_id)
        for stage, seconds in stages.items():
            # Stages of one request overlap and repeat, so each is a length of time and not a stretch of it.
            self._span.add_event(name_of(stage), {"seconds": seconds})
        self._span.end()
