"""Everything this process logs, caught; and logging left as it was."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import structlog

from epicrisis.telemetry import logs


@contextmanager
def logged(level: str = "debug") -> Iterator[StringIO]:
    """Catch what is logged at ``level``, by us and by the libraries."""
    root, stream = logging.getLogger(), StringIO()
    handlers, before, hook = root.handlers[:], root.level, threading.excepthook
    logs.configure(level, stream)
    try:
        yield stream
    finally:
        root.handlers[:] = handlers
        root.setLevel(before)
        logging.captureWarnings(False)
        threading.excepthook = hook
        structlog.reset_defaults()
