"""A file redacted in a process of its own, so that a hostile one meets limits and not this program."""

from __future__ import annotations

from collections.abc import Sequence

from epicrisis.formats.contained.process import Contained
from epicrisis.formats.redacting.asking import Options, Question
from epicrisis.formats.redacting.child import Job
from epicrisis.formats.redacting.opening import libraries
from epicrisis.formats.redacting.sniffing import FileKind


class Isolated:
    """A file open in its own process, which ends with ``close``: from any thread, whatever it is at."""

    def __init__(self, kind: FileKind, data: bytes, options: Options) -> None:
        """Start a process for ``data``."""
        self._job = Job(kind, data, options)
        self._process = Contained("redact", options.limits, libraries=libraries(kind))
        self.questions: Sequence[Question] = ()

    def read(self) -> None:
        """Have it read, so that it has ``questions``.

        Raises:
            EpicrisisError: whatever the file was refused for.
        """
        self.questions = self._process.exchange(self._job, list[Question])

    def written(self, answers: Sequence[str]) -> bytes:
        """Return the new file.

        Raises:
            EpicrisisError: whatever the file was refused for.
        """
        return self._process.exchange(list(answers), bytes)

    def close(self) -> None:
        """End the process."""
        self._process.close()
