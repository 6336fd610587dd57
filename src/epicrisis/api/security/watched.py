"""A JSON file that whoever runs the server may change while it runs: keys are added and withdrawn without a restart."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

from epicrisis.errors import InvalidSettings
from epicrisis.telemetry.logs import get_logger

MAX_BYTES = 1_000_000

T = TypeVar("T")

log = get_logger()


class Watched(Generic[T]):
    """What ``read`` makes of the file at ``path``, made again when the file changes."""

    def __init__(self, path: Path, read: Callable[[Any], T]) -> None:
        """Read the file.

        Raises:
            InvalidSettings: it is not there, or does not hold what it should; the message names it.
        """
        self.path = path.expanduser()
        self._read = read
        self._stamp = self._stat()
        self._value = self._load()

    def value(self) -> T:
        """Return what the file says now; one that went bad leaves what it said before, and a line in the log."""
        stamp = self._stat()
        if stamp != self._stamp:
            # Noted before it is read: a bad file is complained of once, not at every request.
            self._stamp = stamp
            try:
                self._value = self._load()
            except InvalidSettings as error:
                log.warning("file not read again", error=type(error.__cause__).__name__)
        return self._value

    def _stat(self) -> tuple[int, ...]:
        try:
            found = self.path.stat()
        except OSError:
            return ()
        # The inode too: a file that is put in the place of another may be as old and as long.
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _load(self) -> T:
        try:
            with self.path.open("rb") as file:
                return self._read(json.loads(file.read(MAX_BYTES)))
        except OSError as error:
            raise InvalidSettings(f"{self.path}: {error.strerror}.") from error
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            # The words of the cause may quote the file, and what the file holds is nobody's business.
            raise InvalidSettings(f"{self.path} does not hold what it should ({type(error).__name__}).") from error
