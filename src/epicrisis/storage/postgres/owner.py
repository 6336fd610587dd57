"""As whom the embedded server runs: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from epicrisis.errors import StorageError

# Who lends its name where we are root: PostgreSQL's own user where the machine has one, and somebody every machine has.
_LENT = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Owner:
    """A user of this machine."""

    name: str
    uid: int
    gid: int

    @classmethod
    def chosen(cls) -> Owner:
        """Return whoever shall own a new cluster: this user, or somebody else where this is root.

        Raises:
            StorageError: this machine does not know its own user, or nobody else.
        """
        if os.geteuid() != 0:
            return cls._of(os.geteuid())
        for name in _LENT:
            try:
                return cls._of(pwd.getpwnam(name).pw_uid)
            except KeyError:
                continue
        raise StorageError(f"PostgreSQL does not run as root, and there is no user {' or '.join(_LENT)} here.")

    @classmethod
    def _of(cls, uid: int) -> Owner:
        try:
            user = pwd.getpwuid(uid)
        except KeyError:
            raise StorageError(
                f"The user {uid} has no name on this machine, which PostgreSQL asks for; give it one in /etc/passwd, "
                "or name a database in EPICRISIS_DATABASE_URL."
            ) from None
        return cls(user.pw_name, user.pw_uid, user.pw_gid)

    def run(self, command: Sequence[str | Path], folder: int) -> subprocess.CompletedProcess[str]:
        """Run ``command`` to its end as this user, with the open ``folder`` in its hands.

        Raises:
            StorageError: this user may not run it.
        """
        with self._told(command):
            return subprocess.run(command, capture_output=True, text=True, check=False, **self._manner(folder))

    def popen(self, command: Sequence[str | Path], folder: int, said: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start ``command`` as this user; Ctrl-C in our terminal is not meant for it.

        Raises:
            StorageError: this user may not run it.
        """
        manner = self._manner(folder) | {"stdin": subprocess.DEVNULL, "stdout": said, "stderr": said}
        with self._told(command):
            return subprocess.Popen(command, start_new_session=True, **manner)

    @contextmanager
    def _told(self, command: Sequence[str | Path]) -> Iterator[None]:
        try:
            yield
        except PermissionError as error:
            raise StorageError(
                f"The user {self.name} may not run {command[0]}; install epicrisis where every user may read, or run "
                "it as another user than root."
            ) from error

    def _manner(self, folder: int) -> dict[str, Any]:
        # Nothing of our environment, which holds secrets, is handed on.
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
        manner: dict[str, Any] = {"pass_fds": (folder,), "cwd": "/", "env": environment}
        if os.geteuid() == 0:
            manner |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return manner


def owner_of(cluster: Path) -> Owner:
    """Return who owns ``cluster``, and so runs it.

    Raises:
        StorageError: it is root's, or somebody's whom this user cannot act for.
    """
    uid = cluster.stat().st_uid
    if uid == 0 or os.geteuid() not in {0, uid}:
        raise StorageError(f"{cluster} belongs to another user; run epicrisis as whoever made it.")
    return Owner._of(uid)
