"""A file read in a process of its own, so that a hostile one meets limits and not this program."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Timer
from typing import IO

import msgspec

from epicrisis import errors
from epicrisis.errors import UnreadableDocument
from epicrisis.formats.redacting.asking import Options, Question
from epicrisis.formats.redacting.framing import Asks, Done, Job, Refused, received, send
from epicrisis.formats.redacting.sniffing import FileKind

_CHILD = [sys.executable, "-P", "-B", "-m", "epicrisis.formats.redacting.child"]


class Isolated:
    """A file open in its own process, which ends with ``close``: from any thread, whatever it is at."""

    def __init__(self, kind: FileKind, data: bytes, options: Options) -> None:
        """Start a process for ``data``."""
        self._job = Job(kind, data, options)
        # The child finds the packages where we found them, and is told nothing else: no settings, no keys.
        paths = os.pathsep.join(path for path in sys.path if path)
        self._process = subprocess.Popen(
            _CHILD,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": paths, "PATH": os.environ.get("PATH", "")},
        )
        self.questions: Sequence[Question] = ()

    def read(self) -> None:
        """Have it read, so that it has ``questions``.

        Raises:
            EpicrisisError: whatever the file was refused for.
        """
        asked = self._exchange(self._job)
        self.questions = asked.questions if isinstance(asked, Asks) else ()

    def written(self, answers: Sequence[str]) -> bytes:
        """Return the new file.

        Raises:
            EpicrisisError: whatever the file was refused for.
        """
        done = self._exchange(list(answers))
        if not isinstance(done, Done):
            raise UnreadableDocument("The file could not be read to its end; save it again, and send that.")
        return done.data

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        # What it never read is lost with it; closing the pipe would raise that over the error that says more.
        with suppress(BrokenPipeError):
            _pipe(self._process.stdin).close()
        _pipe(self._process.stdout).close()
        self._process.wait()

    def _exchange(self, message: object) -> Asks | Done:
        clock = Timer(self._job.options.limits.seconds, self._process.kill)
        clock.start()
        try:
            send(_pipe(self._process.stdin), message)
            answer = msgspec.msgpack.decode(received(_pipe(self._process.stdout)), type=Asks | Done | Refused)
        except (EOFError, BrokenPipeError, ValueError) as error:
            # A pipe that was closed meanwhile is a ValueError: nobody waits for the answer any more.
            raise UnreadableDocument(
                "The file takes more time or memory than one may, or breaks what reads it; send its parts one by one."
            ) from error
        finally:
            clock.cancel()
        if isinstance(answer, Refused):
            raise _error(answer)
        return answer


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise EOFError
    return stream


def _error(refused: Refused) -> errors.EpicrisisError:
    kind: Callable[[str], errors.EpicrisisError] = getattr(errors, refused.error)
    return kind(refused.message)
