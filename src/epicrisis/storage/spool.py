"""Records kept aside in a file of the data folder, sealed one by one, until the database takes them.

A record is its length, four bytes, and what was sealed of it for its place: this file, at this offset. ``NAME.spool``
grows; it becomes ``NAME.draining`` when it is claimed, so that what comes meanwhile begins another.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import TypeVar

from anyio import to_thread

from epicrisis.errors import StorageError
from epicrisis.services.seals import Place, Seals, key_of_bytes
from epicrisis.services.spooling import Batch

_LENGTH_BYTES = 4

T = TypeVar("T")


class MemorySpool:
    """The twin in memory, as long as the process lives."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self._claimed: list[bytes] = []
        self._note = b""

    @property
    def pending(self) -> bool:
        """Whether anything is aside."""
        return bool(self._waiting or self._claimed)

    async def put(self, record: bytes) -> None:
        """Keep ``record`` behind the others."""
        self._waiting.append(record)

    async def claim(self) -> Batch | None:
        """Return the oldest batch, the same one until it is ``done``."""
        if not self._claimed:
            self._claimed, self._waiting = self._waiting, []
        return Batch(tuple(self._claimed), self._note) if self._claimed else None

    async def note(self, note: bytes) -> None:
        """Keep ``note`` with the batch that was claimed."""
        self._note = note

    async def done(self) -> None:
        """Let go of the batch that was claimed."""
        self._claimed, self._note = [], b""


class FileSpool:
    """Records in a file of a folder that several processes may share."""

    def __init__(self, folder: Path, name: str, seals: Seals) -> None:
        """Remember where; no file is made before a record is."""
        self.name = name
        self.folder = folder.expanduser()
        self.seals = seals
        self.waiting, self.claimed = _files(self.folder, name)
        self._noted = self.folder / f"{name}.noted"
        self._turn = Lock()
        # How far the file is known to be whole.
        self._whole = 0
        self._draining: int | None = None

    @property
    def pending(self) -> bool:
        """Whether anything is aside."""
        return self.waiting.exists() or self.claimed.exists()

    async def put(self, record: bytes) -> None:
        """Keep ``record`` behind the others; it is on the disk when this returns."""
        await self._told(lambda: self._put(record))

    async def claim(self) -> Batch | None:
        """Return the oldest batch, the same one until it is ``done``; ``None`` where another process has it.

        Raises:
            StorageError: it cannot be read.
            BrokenSeal: a record was changed, or sealed with a key that is not at hand.
        """
        return await self._told(self._claim)

    async def note(self, note: bytes) -> None:
        """Keep ``note`` with the batch that was claimed."""
        await self._told(lambda: self._note(note))

    async def done(self) -> None:
        """Let go of the batch that was claimed."""
        await self._told(self._done)

    async def _told(self, work: Callable[[], T]) -> T:
        try:
            return await to_thread.run_sync(work)
        except OSError as error:
            raise StorageError(
                f"{self.waiting}: {error.strerror}; see that EPICRISIS_DATA is a folder this user may write to, with "
                "room in it."
            ) from error

    def _put(self, record: bytes) -> None:
        with self._alone(), open(_opened(self.waiting), "r+b", buffering=0) as file:
            if file.seek(0, os.SEEK_END) != self._whole:
                # Another process wrote here, or one was stopped in the middle of a record, whose request never ended.
                self._whole = _whole(file.fileno())
                file.truncate(self._whole)
                file.seek(self._whole)
            sealed = self.seals.seal(record, self._place(self._whole))
            framed = len(sealed).to_bytes(_LENGTH_BYTES, "big") + sealed
            try:
                if file.write(framed) != len(framed):
                    raise OSError(28, "No space left on device")
                os.fsync(file.fileno())
            except OSError:
                # Half a record is none.
                file.truncate(self._whole)
                if not self._whole:
                    self.waiting.unlink(missing_ok=True)
                raise
            if not self._whole:
                _sync(self.folder)
            self._whole += len(framed)

    def _claim(self) -> Batch | None:
        if not self._draining_alone():
            return None
        with self._alone():
            if not self.claimed.exists():
                if not self.waiting.exists():
                    self._let_go()
                    return None
                self._noted.unlink(missing_ok=True)
                self.waiting.rename(self.claimed)
                _sync(self.folder)
                self._whole = 0
        kept = self.claimed.read_bytes()
        records = tuple(self.seals.open(sealed, self._place(offset)) for offset, sealed in _records(kept))
        return Batch(records, self._noted.read_bytes() if self._noted.exists() else b"")

    def _note(self, note: bytes) -> None:
        draft = self._noted.with_suffix(".draft")
        with open(_opened(draft), "wb") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self._noted)

    def _done(self) -> None:
        self.claimed.unlink(missing_ok=True)
        self._noted.unlink(missing_ok=True)
        self._let_go()

    def _place(self, offset: int) -> Place:
        return Place("spool", self.name, str(offset))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Be the only one, in this process and among others, who touches the files."""
        with self._turn:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(_opened(self.folder / f"{self.name}.turn"), "rb") as held:
                fcntl.flock(held, fcntl.LOCK_EX)
                yield

    def _draining_alone(self) -> bool:
        """Be the only one who drains; whoever is stopped in the middle leaves the batch to the next."""
        if self._draining is None and self.folder.exists():
            held = _opened(self.folder / f"{self.name}.drain")
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(held)
                return False
            self._draining = held
        return self._draining is not None

    def _let_go(self) -> None:
        held, self._draining = self._draining, None
        if held is not None:
            with suppress(OSError):
                os.close(held)


def sealed_with(folder: Path, names: Iterable[str]) -> set[str]:
    """Return the ids of the keys that what is aside in ``folder`` under ``names`` is sealed with.

    Raises:
        OSError: it cannot be read.
    """
    files = [path for name in names for path in _files(folder.expanduser(), name) if path.exists()]
    ids = {key_of_bytes(sealed) for path in files for _, sealed in _records(path.read_bytes())}
    return {each for each in ids if each is not None}


def _files(folder: Path, name: str) -> tuple[Path, Path]:
    """Return the file that grows, and what it becomes when it is claimed."""
    return folder / f"{name}.spool", folder / f"{name}.draining"


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _sync(folder: Path) -> None:
    """See that a file that was made or renamed in ``folder`` is found there after a power cut."""
    held = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(held)
    finally:
        os.close(held)


def _records(kept: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each whole record with its offset; half a one at the end is none."""
    start = 0
    while (end := _end(kept, start)) is not None:
        yield start, kept[start + _LENGTH_BYTES : end]
        start = end


def _whole(file: int) -> int:
    """Return where the last whole record in the open ``file`` ends."""
    kept = os.pread(file, os.fstat(file).st_size, 0)
    start = 0
    while (end := _end(kept, start)) is not None:
        start = end
    return start


def _end(kept: bytes, start: int) -> int | None:
    length = kept[start : start + _LENGTH_BYTES]
    end = start + _LENGTH_BYTES + int.from_bytes(length, "big")
    return end if len(length) == _LENGTH_BYTES and end <= len(kept) else None
