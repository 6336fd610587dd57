"""Keeps interactions also while the database is down: aside, encrypted, and in their place later."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

import msgspec

from epicrisis.errors import StorageError
from epicrisis.services.interactions import ALL, Interaction, InteractionStore, Looked, SealedInteraction
from epicrisis.services.spooling import Spool

log = logging.getLogger(__name__)


class SpoolingInteractions:
    """An ``InteractionStore`` that keeps aside what the database of another cannot take now."""

    def __init__(self, store: InteractionStore, *, spool: Spool) -> None:
        self.store = store
        self.spool = spool

    @property
    def pending(self) -> bool:
        """Whether interactions are aside."""
        return self.spool.pending

    async def keep(self, sealed: SealedInteraction) -> None:
        """Keep ``sealed``; aside, where the database is down.

        Raises:
            StorageError: it can be kept neither there nor here.
        """
        if not self.spool.pending:
            try:
                await self.store.keep(sealed)
            except StorageError:
                log.info("interaction kept aside")
            else:
                return
        await self.spool.put(msgspec.json.encode(sealed))

    async def find(self, interaction_id: str, *, tenant: str = "") -> SealedInteraction | None:
        """Return the interaction of that id, or ``None``; those aside are not among them."""
        return await self.store.find(interaction_id, tenant=tenant)

    async def page(self, looked: Looked = ALL, *, after: int = 0, limit: int = 100) -> Sequence[Interaction]:
        """Return up to ``limit`` of those ``looked`` for; those aside are not among them."""
        return await self.store.page(looked, after=after, limit=limit)

    async def purge(self, before: datetime) -> int:
        """Forget those from before ``before``, and return how many that were; what is aside goes the next time."""
        return await self.store.purge(before)

    async def drain(self) -> int:
        """Put the interactions that are aside into their place, in order, and return how many that were."""
        drained = 0
        while (batch := await self.spool.claim()) is not None:
            for kept in batch.records:
                # One that is there already, by its id, stays as it is.
                await self.store.keep(msgspec.json.decode(kept, type=SealedInteraction))
                drained += 1
            await self.spool.done()
        return drained
