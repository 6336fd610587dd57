"""The process a file is met in, for whoever started it: questions go in, and answers or one clear error come out."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing, suppress
from threading import Timer
from typing import IO, TypeVar

import msgspec

from epicrisis import errors
from epicrisis.errors import EpicrisisError, UnreadableDocument
from epicrisis.formats.contained.framing import Refused, Start, received, send
from epicrisis.formats.contained.limits import Limits

Answer = TypeVar("Answer")

_CHILD = [sys.executable, "-P", "-B", "-m", "epicrisis.formats.contained.child"]


class Contained:
    """A process for one file, which ends with ``close``: from any thread, whatever it is at.

    ``task`` is one of those in ``child.TASKS``; ``libraries`` are modules it loads before its limits hold, where they
    are installed.
    """

    def __init__(self, task: str, limits: Limits, *, libraries: Iterable[str] = ()) -> None:
        """Start the process; what it has to do is said by the first ``exchange``."""
        self._limits = limits
        self._start: Start | None = Start(limits, tuple(libraries))
        # The child finds the packages where we found them, and is told nothing else: no settings, no keys.
        paths = os.pathsep.join(path for path in sys.path if path)
        self._process = subprocess.Popen(
            [*_CHILD, task],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": paths, "PATH": os.environ.get("PATH", "")},
        )

    def exchange(self, message: object, answer: type[Answer]) -> Answer:
        """Send ``message`` and return what comes back, which is an ``answer``.

        Raises:
            UnreadableDocument: it took more time or memory than the limits give, or broke the process.
            EpicrisisError: whatever the file was refused for.
        """
        clock = Timer(self._limits.seconds, self._process.kill)
        clock.start()
        try:
            self._send(message)
            said = received(_pipe(self._process.stdout), most=self._limits.memory)
            if not isinstance(said, Refused):
                return msgspec.msgpack.decode(said, type=answer)
        except (EOFError, BrokenPipeError, ValueError) as error:
            # A pipe that was closed meanwhile is a ValueError, as is an answer nobody can make sense of.
            raise UnreadableDocument(
                "The file takes more time or memory than one may, or breaks what reads it; send its parts one by one."
            ) from error
        finally:
            clock.cancel()
        raise _error(said)

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        # What it never read is lost with it; closing the pipe would raise that over the error that says more.
        with suppress(BrokenPipeError):
            _pipe(self._process.stdin).close()
        _pipe(self._process.stdout).close()
        self._process.wait()

    def _send(self, message: object) -> None:
        if self._start is not None:
            send(_pipe(self._process.stdin), self._start)
            self._start = None
        send(_pipe(self._process.stdin), message)


def once(task: str, job: object, answer: type[Answer], limits: Limits, *, libraries: Iterable[str] = ()) -> Answer:
    """Return the ``answer`` of a process of its own to ``job``; the process ends with it.

    Raises:
        UnreadableDocument: it took more time or memory than the limits give, or broke the process.
        EpicrisisError: whatever the file was refused for.
    """
    with closing(Contained(task, limits, libraries=libraries)) as process:
        return process.exchange(job, answer)


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise EOFError
    return stream


def _error(refused: Refused) -> EpicrisisError:
    kind = getattr(errors, refused.error, None)
    if isinstance(kind, type) and issubclass(kind, EpicrisisError):
        return kind(refused.message)
    return UnreadableDocument()
