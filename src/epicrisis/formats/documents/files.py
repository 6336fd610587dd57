"""A file read into text: what it is by its bytes, and within limits, so that a hostile one harms nobody."""

from __future__ import annotations

from contextlib import closing
from threading import Lock

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.contained.limits import MEGABYTE, Limits
from epicrisis.formats.contained.process import Contained
from epicrisis.formats.documents.child import Job, Told
from epicrisis.formats.documents.kinds import Kind, kind_of
from epicrisis.formats.documents.opening import libraries, read
from epicrisis.formats.documents.parsed import Parsed, Picture

# A small text is read where we are: what reads it cannot leave its bounds. All others get a process of their own.
_SMALL = 2 * MEGABYTE


class Reading:
    """A file on its way into text; ``close`` may be called from any thread at any time, and stops whatever goes on."""

    def __init__(self, data: bytes, *, name: str = "", kind: str | None = None, limits: Limits | None = None) -> None:
        """Take ``data``; ``kind`` is one of ``Kind`` or a media type, and must agree, as the ending of ``name``."""
        self._data = data
        self._name = name
        self._told = kind
        self._limits = limits or Limits()
        self._lock = Lock()
        self._closed = False
        self._process: Contained | None = None

    def read(self) -> list[Parsed]:
        """Return the documents in the file: one, or as many as it holds.

        Raises:
            UnreadableDocument: it is damaged, protected, over the limits, of a kind that is not read, or not what it is
                said to be.
            InvalidInput: there is no such kind.
            MissingDependency: an optional package this kind needs is not installed.
        """
        most = self._limits.file_bytes
        if len(self._data) > most:
            raise UnreadableDocument(f"The file is too large: up to {most} bytes are read. Send its parts one by one.")
        kind = kind_of(self._data, name=self._name, told=self._told)
        if kind is Kind.TEXT and len(self._data) <= _SMALL:
            return read(kind, self._data, self._limits)
        process = self._in_its_own_process(kind)
        told = process.exchange(Job(kind, self._data, self._limits), list[Told])
        return [
            Parsed(each.file, tuple(process.exchange(True, Picture) for _ in range(each.pictures))) for each in told
        ]

    def close(self) -> None:
        """Let go of the file, and of the process it is read in."""
        with self._lock:
            self._closed = True
        if self._process is not None:
            self._process.close()

    def _in_its_own_process(self, kind: Kind) -> Contained:
        with self._lock:
            if self._closed:
                raise UnreadableDocument("The file was closed before it was read; send it again.")
            self._process = Contained("read", self._limits, libraries=libraries(kind))
        return self._process


def read_file(data: bytes, *, name: str = "", kind: str | None = None, limits: Limits | None = None) -> list[Parsed]:
    """Return the documents in ``data``, as ``Reading`` does, and raise what it raises."""
    with closing(Reading(data, name=name, kind=kind, limits=limits)) as reading:
        return reading.read()
