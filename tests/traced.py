"""Where the traces of tests go: into memory, or over the wire to a collector."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

from fastapi import FastAPI
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from epicrisis.api.app import create_app
from epicrisis.assembly import Services
from epicrisis.canary.neighbours import Collected
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
    with closing(Collected()) as collected:
        yield collected.address, collected.received
