"""JSON logs that cannot carry a patient's words: what is not on the list is dropped."""

from __future__ import annotations

import logging
import re
import sys
import threading
from typing import TextIO, cast

import msgspec
import structlog
from structlog.stdlib import BoundLogger
from structlog.typing import EventDict, WrappedLogger

ALLOWED_KEYS = frozenset(
    {
        "event", "level", "timestamp",
        "request_id", "trace_id", "client", "method", "route", "status", "code", "duration_ms",
        "characters", "documents", "pages", "seconds", "kind", "refused", "entities", "records",
        "findings", "unmatched",
        "ehr", "engine", "engines", "version", "language", "host", "port",
        "error", "library", "line",
    }
)  # fmt: skip

# An allowed key still carries identifiers only: no spaces, so no phrase of a note fits in by mistake.
_IDENTIFIER = re.compile(r"[\w.:+/{}@-]{1,100}", re.ASCII)
_EVENT = re.compile(r"[a-z][a-z0-9 ;-]{0,59}")
_OURS = "epicrisis."


def configure(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send every log of the process, ours and the libraries', through the list of allowed keys to ``stream``."""
    output = stream or sys.stderr
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            keep_allowed,
            _as_json,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(output),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=level.upper(), handlers=[_LibraryHandler()], force=True)
    logging.captureWarnings(True)
    threading.excepthook = _say_that_a_thread_ended


def get_logger() -> BoundLogger:
    """Return the logger of the service; its events are short literals, its values ids and counts."""
    return cast(BoundLogger, structlog.get_logger())


def keep_allowed(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Return ``event`` without the keys that are not on the list and the values that are not identifiers or numbers."""
    kept: EventDict = {
        key: value for key, value in event.items() if key in ALLOWED_KEYS and key != "event" and _is_harmless(value)
    }
    said = event.get("event")
    kept["event"] = said if isinstance(said, str) and _EVENT.fullmatch(said) else "event withheld"
    return kept


def _is_harmless(value: object) -> bool:
    if isinstance(value, str):
        return _IDENTIFIER.fullmatch(value) is not None
    return isinstance(value, bool | int | float)


def _say_that_a_thread_ended(ended: threading.ExceptHookArgs) -> None:
    # Python's own hook prints the traceback and the message, which may quote a note.
    if not issubclass(ended.exc_type, SystemExit):
        get_logger().error("thread ended", error=ended.exc_type.__name__)


def _as_json(logger: WrappedLogger, method: str, event: EventDict) -> str:
    # Every request writes a line; msgspec renders it in a tenth of the time of the standard library.
    return msgspec.json.encode(event).decode()


class _LibraryHandler(logging.Handler):
    """Says that a library logged something, and where, but not what.

    A library writes what it likes: uvicorn prints the traceback of a crash, and the message of a ``ValueError`` may
    well quote the note that caused it. Our own rooms below this one log by the standard library too; their events are
    literals, and go the way of all others.
    """

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(_OURS):
            said = {key: value for key, value in record.__dict__.items() if key in ALLOWED_KEYS}
            get_logger().log(record.levelno, record.msg, **said)
            return
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        get_logger().log(record.levelno, "library record", library=record.name, line=record.lineno, error=error)
