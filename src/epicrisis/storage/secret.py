"""The secret of an installation: what the setting says, or a file that is made on first need."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from epicrisis.errors import InvalidSettings, StorageError

FILE = "secret.key"
LEAST_CHARACTERS = 32

_WHERE = "see that EPICRISIS_DATA is a folder this user may write to, or set EPICRISIS_SECRET_KEY."


class InstallationSecret:
    """The secret that keys are hashed with; losing it means that no key made so far works any more."""

    def __init__(self, setting: str, folder: Path) -> None:
        """Take ``setting`` for the secret, or the file in ``folder`` where it is empty.

        Raises:
            InvalidSettings: the setting is too short to be a secret.
        """
        if setting and len(setting) < LEAST_CHARACTERS:
            raise InvalidSettings(
                f"EPICRISIS_SECRET_KEY has fewer than {LEAST_CHARACTERS} characters; "
                "`python -c 'import secrets; print(secrets.token_urlsafe(32))'` makes a good one."
            )
        self.path = folder.expanduser() / FILE
        self._secret = setting.encode() or None

    def known(self) -> bytes | None:
        """Return the secret, or ``None`` where nobody has made one.

        Raises:
            StorageError: the file cannot be read.
        """
        if self._secret is None:
            try:
                self._secret = self.path.read_bytes() or None
            except FileNotFoundError:
                return None
            except OSError as error:
                raise StorageError(f"{self.path} cannot be read ({error.strerror}); {_WHERE}") from error
        return self._secret

    def ensured(self) -> bytes:
        """Return the secret; where there is none, make one that its owner alone can read.

        Raises:
            StorageError: the file cannot be read or made.
        """
        known = self.known()
        if known is None:
            self._make()
            known = self.known()
            assert known is not None
        return known

    def _make(self) -> None:
        # Written aside and then linked: whoever looks finds a whole secret, and of two who make one, one wins.
        draft = self.path.with_name(f".{FILE}.{secrets.token_hex(8)}")
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_urlsafe(32).encode())
                file.flush()
                # Whole on the disk before it has its name: a secret that a power cut halves locks every key out.
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(draft, self.path)
        except OSError as error:
            raise StorageError(f"{self.path} cannot be made ({error.strerror}); {_WHERE}") from error
        finally:
            # On a disk that takes nothing there is nothing to take away, and the reason above is the one to tell.
            with suppress(OSError):
                draft.unlink()
