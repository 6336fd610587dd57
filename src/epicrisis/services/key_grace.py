"""While what keeps API keys cannot be asked, those it vouched for a moment ago go on, for so long and no longer."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime

from epicrisis.errors import StorageError
from epicrisis.services.key_records import ApiKey, KeyStore

MOST_KEYS = 4_096

log = logging.getLogger(__name__)


class GracedKeys:
    """Fits ``KeyStore``: another store, and what it said of each key last, good for ``seconds`` after it said so.

    A key is checked as ever: what it was hashed to, whether it was revoked or has expired. One that the store was not
    asked for lately is not known here. As soon as the store answers, what it says counts.
    """

    def __init__(
        self, store: KeyStore, *, seconds: float, most: int = MOST_KEYS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.store = store
        self.seconds = seconds
        self.most = most
        self.clock = clock
        self._seen: dict[str, tuple[ApiKey, float]] = {}
        self._alone = False

    async def add(self, key: ApiKey) -> None:
        """Keep ``key``, whose id is new."""
        await self.store.add(key)

    async def find(self, key_id: str) -> ApiKey | None:
        """Return the key of that id, or ``None``; while the store is down, as it was when it was asked last.

        Raises:
            StorageError: the store is down, and was not asked for this key in the time of grace.
        """
        # Counted from before it is asked: what changes while the answer is on its way is not in it.
        since = self.clock()
        try:
            key = await self.store.find(key_id)
        except StorageError as error:
            return self._vouched(key_id, error)
        self._alone = False
        self._seen.pop(key_id, None)
        if key is not None and self.seconds > 0:
            self._seen[key_id] = (key, since)
            if len(self._seen) > self.most:
                # The one nobody has shown for longest.
                del self._seen[next(iter(self._seen))]
        return key

    async def all(self) -> list[ApiKey]:
        """Return every key, the oldest first."""
        return await self.store.all()

    async def rotate(
        self, key_id: str, *, digest: bytes, made_with: str, expires_at: datetime | None, previous_until: datetime
    ) -> bool:
        """Put ``digest`` in the place of the one kept, unless the key was revoked."""
        self._seen.pop(key_id, None)
        return await self.store.rotate(
            key_id, digest=digest, made_with=made_with, expires_at=expires_at, previous_until=previous_until
        )

    async def revoke(self, key_id: str, at: datetime) -> None:
        """Note that the key was revoked; here it gets no grace, also where that cannot be noted."""
        self._seen.pop(key_id, None)
        await self.store.revoke(key_id, at)

    async def use(self, key_id: str, at: datetime) -> None:
        """Note when the key was last used."""
        await self.store.use(key_id, at)

    def _vouched(self, key_id: str, error: StorageError) -> ApiKey:
        """Return the key as it was told last, or raise ``error`` where that is too long ago."""
        key, since = self._seen.get(key_id, (None, 0.0))
        if key is None or not 0 <= self.clock() - since < self.seconds:
            self._seen.pop(key_id, None)
            raise error
        if not self._alone:
            self._alone = True
            log.warning("api keys go on as they were; their store is down")
        return key
