"""JSON logs that cannot carry a patient's words: what is not on the list is dropped."""

from __future__ import annotations

import logging
import re
import sys
from typing import TextIO, cast

import structlog
from structlog.stdlib import BoundLogger
from structlog.typing import EventDict, WrappedLogger

ALLOWED_KEYS = frozenset(
    {
        "event", "level", "timestamp",
        "request_id", "method", "route", "status", "code", "duration_ms",
        "characters", "documents", "refused", "entities",
        "engine", "engines", "version", "language", "host", "port",
        "error", "library", "line",
    }
)  # fmt: skip

# An allowed key still carries identifiers only: no spaces, so no phrase of a note fits in by mistake.
_IDENTIFIER = re.compile(r"[\w.:+/{}@-]{1,100}", re.ASCII)
_EVENT = re.compile(r"[a-z][a-z0-9 -]{0,59}")


def configure(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send every log of the process, ours and the libraries', through the list of allowed keys to ``stream``."""
    output = stream or sys.stderr
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            keep_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(output),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=level.upper(), handlers=[_LibraryHandler()], force=True)
    logging.captureWarnings(True)


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


class _LibraryHandler(logging.Handler):
    """Says that a library logged something, and where, but not what.

    A library writes what it likes: uvicorn prints the traceback of a crash, and the message of a ``ValueError`` may
    well quote the note that caused it.
    """

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        get_logger().log(record.levelno, "library record", library=record.name, line=record.lineno, error=error)
