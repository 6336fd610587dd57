"""A file without the identities in it: either all of it is redacted, or nothing returns."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.contained.limits import MEGABYTE
from epicrisis.formats.redacting.asking import Opened, Options, Question
from epicrisis.formats.redacting.isolation import Isolated
from epicrisis.formats.redacting.opening import opened
from epicrisis.formats.redacting.sniffing import FileKind, kind_of

# A small file of these is read where we are: what reads it cannot leave its bounds. All others get a process of their
# own, large ones too, for a table of empty cells takes a hundred times its size.
_HERE = frozenset({FileKind.TEXT, FileKind.JSON, FileKind.FHIR, FileKind.CSV})
_SMALL = 2 * MEGABYTE


class File:
    """A file on its way: it is read, asks, and is written anew once that is answered.

    ``close`` may be called from any thread at any time, and stops whatever goes on.
    """

    def __init__(self, data: bytes, *, name: str = "", kind: str | None = None, options: Options | None = None) -> None:
        """Take ``data``; ``kind`` is one of ``FileKind``, and without it the bytes tell, and the ending of ``name``."""
        self._data = data
        self._name = name
        self._told = kind
        self._options = options or Options()
        self._lock = Lock()
        self._closed = False
        self._apart: Isolated | None = None
        self._opened: Opened | None = None

    def read(self) -> tuple[FileKind, Sequence[Question]]:
        """Return what kind of file this is, and what it asks.

        Raises:
            UnreadableDocument: it is damaged, protected, over the limits, a scan, or not what it is said to be.
            InvalidInput: there is no such kind, or a rule is not one.
            MissingDependency: an optional package this kind needs is not installed.
        """
        most = self._options.limits.file_bytes
        if len(self._data) > most:
            raise UnreadableDocument(f"The file is too large: up to {most} bytes are read. Send its parts one by one.")
        kind = kind_of(self._data, kind=self._told, name=self._name)
        if kind in _HERE and len(self._data) <= _SMALL:
            self._opened = opened(kind, self._data, self._options)
        else:
            self._opened = apart = self._in_its_own_process(kind)
            apart.read()
        return kind, self._opened.questions

    def written(self, answers: Sequence[str]) -> bytes:
        """Return the new file, of the same kind; there is one answer per question.

        Raises:
            UnprovenRedaction: something that was to go could still be read in the new file.
            UnreadableDocument: it cannot be written as it was answered.
        """
        assert self._opened is not None
        return self._opened.written(answers)

    def close(self) -> None:
        """Let go of the file, and of the process it is read in."""
        with self._lock:
            self._closed = True
        if self._apart is not None:
            self._apart.close()

    def _in_its_own_process(self, kind: FileKind) -> Isolated:
        with self._lock:
            if self._closed:
                raise UnreadableDocument("The file was closed before it was read; send it again.")
            self._apart = Isolated(kind, self._data, self._options)
        return self._apart
