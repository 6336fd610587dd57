"""Where the traces of tests go: into memory, or over the wire to a collector."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from fastapi import FastAPI
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from epicrisis.api.app import create_app
from epicrisis.assembly import Services
from epicrisis.settings import Settings
from epicrisis.telemetry.tracing import Traces, provider_of_environment


class Kept:
    """Where the spans of a test go."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self.traces = Traces(provider_of_environment("0", exporter=self._exporter))

    @property
    def spans(self) -> list[ReadableSpan]:
        """Return the spans that ended, in that order."""
        return list(self._exporter.get_finished_spans())

    def text(self) -> str:
        """Return everything the spans say."""
        return "".join(span.to_json() for span in self.spans)

    def told(self) -> list[dict[str, Any]]:
        """Return name and attributes of each span."""
        return [
            {"name": each["name"], **each["attributes"]} for each in map(json.loads, (s.to_json() for s in self.spans))
        ]


def traced(services: Services, settings: Settings) -> tuple[FastAPI, Kept]:
    """Return the app over ``services`` and where its spans go."""
    kept = Kept()
    return create_app(replace(services, traces=kept.traces), settings), kept


@contextmanager
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """Take what is sent by OTLP over HTTP."""
    received: list[bytes] = []

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Takes) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", received
        server.shutdown()
