"""One small SQLite file for what a server keeps, shared by every thread and process of an installation."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import TypeVar

from anyio import to_thread

from epicrisis.errors import StorageError
from epicrisis.storage.schema import STEPS

FILE = "epicrisis.db"

# How long a process waits for another that is writing; ours write a row at a time.
BUSY_SECONDS = 5.0

T = TypeVar("T")


class Database:
    """The database in a folder, opened on first use; every piece of work is a transaction of its own."""

    def __init__(self, folder: Path) -> None:
        self.path = folder.expanduser() / FILE
        self._lock = RLock()
        self._connection: sqlite3.Connection | None = None

    @property
    def exists(self) -> bool:
        """Whether anything was ever kept here; asking makes no file."""
        return self.path.exists()

    def open(self) -> None:
        """Open the file, made with its folder where they are missing, and bring its tables up to date.

        Raises:
            StorageError: it cannot be opened, or was made by a newer epicrisis.
        """
        with self._lock, self._told():
            if self._connection is None:
                _make(self.path)
                self._connection = _connect(self.path)

    def close(self) -> None:
        """Close the file; the next piece of work opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection for one transaction: kept when the block ends, undone when it raises.

        Raises:
            StorageError: the file cannot be read or written.
        """
        with self._lock, self._told():
            self.open()
            assert self._connection is not None
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Return what ``work`` returns, done in a thread and in one transaction; raises as ``transaction`` does."""
        return await to_thread.run_sync(self._run, work)

    def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self.transaction() as connection:
            return work(connection)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            # SQLite's words name tables and files, never a value.
            raise StorageError(
                f"{self.path}: {error}; see that EPICRISIS_DATA is a folder this user may write to."
            ) from error


def open_database(folder: Path) -> Database:
    """Return the database in ``folder``, opened.

    Raises:
        StorageError: it cannot be opened, or was made by a newer epicrisis.
    """
    database = Database(folder)
    database.open()
    return database


def _make(path: Path) -> None:
    """Make the file for its owner alone before SQLite sees it: its journal files take over these permissions."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _connect(path: Path) -> sqlite3.Connection:
    # The lock of Database keeps threads apart, and transactions are opened by hand.
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")
        _update(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _update(connection: sqlite3.Connection, path: Path) -> None:
    """Take the steps this file has not taken; another process that starts now waits, and then finds them taken."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        taken = connection.execute("PRAGMA user_version").fetchone()[0]
        if taken > len(STEPS):
            raise StorageError(f"{path} was made by a newer epicrisis; install that one, or choose another folder.")
        for step in STEPS[taken:]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(STEPS)}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
