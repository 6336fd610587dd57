"""What is kept of an API key, and the ports of what keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from epicrisis.services.access import Principal, Scope


class KeyState(StrEnum):
    """Whether a key works, and if not, why."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is kept of a key: everything but its secret.

    ``made_with`` names the secret of the installation that the digests were made with, and tells nothing about it.
    """

    id: str
    name: str
    scopes: frozenset[Scope]
    digest: bytes = field(repr=False)
    made_with: str
    created_at: datetime
    expires_at: datetime | None = None
    previous_digest: bytes | None = field(default=None, repr=False)
    previous_until: datetime | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    tenant: str = ""

    @property
    def principal(self) -> Principal:
        """Return who asks when this key is sent."""
        return Principal(self.name, self.scopes, self.id, self.tenant)


def state_of(key: ApiKey, *, now: datetime, made_with: str | None) -> KeyState:
    """Return whether ``key`` works ``now``, on an installation whose secret is called ``made_with``."""
    if key.revoked_at is not None:
        return KeyState.REVOKED
    if key.made_with != made_with:
        return KeyState.UNUSABLE
    if key.expires_at is not None and key.expires_at <= now:
        return KeyState.EXPIRED
    return KeyState.ACTIVE


class KeyStore(Protocol):
    """Keeps API keys; every method raises ``StorageError`` where it cannot."""

    async def add(self, key: ApiKey) -> None:
        """Keep ``key``, whose id is new."""
        ...

    async def find(self, key_id: str) -> ApiKey | None:
        """Return the key of that id, or ``None``."""
        ...

    async def all(self) -> list[ApiKey]:
        """Return every key, the oldest first."""
        ...

    async def rotate(
        self, key_id: str, *, digest: bytes, made_with: str, expires_at: datetime | None, previous_until: datetime
    ) -> bool:
        """Put ``digest`` in the place of the one kept, which becomes the previous one; not where the key was revoked.

        Returns whether it was done.
        """
        ...

    async def revoke(self, key_id: str, at: datetime) -> None:
        """Note that the key of that id was revoked; when it first was, stays."""
        ...

    async def use(self, key_id: str, at: datetime) -> None:
        """Note when the key of that id was last used."""
        ...


class Secret(Protocol):
    """The secret of an installation, which what is kept is hashed with."""

    def known(self) -> bytes | None:
        """Return the secret, or ``None`` where there is none yet."""
        ...

    def ensured(self) -> bytes:
        """Return the secret, made where there was none."""
        ...
