"""Keeps what was asked of a differential and what was answered, sealed, for whoever has to look at it later.

In the clear stand codes and times alone: which request it was, whose, through which route, what answered, and the codes
of the conditions in their order. Reading one is recorded in the audit log before it is shown.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import msgspec

from epicrisis.errors import BrokenSeal, StorageError, UnknownRecord
from epicrisis.services.asking import Asker
from epicrisis.services.audit import Audit
from epicrisis.services.seals import Place, Seals

CONTENT = ("interactions", "content")
READ, PURGE = "interactions.read", "interactions.purge"
MOST_CODES = 20
PURGED_EVERY_SECONDS = 3_600.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Interaction:
    """One answered request: the part of it that anybody who holds the database may read.

    ``number`` is its place among those kept, given by the store; ``codes`` are those of the conditions, the likeliest
    first, or what was said of a card.
    """

    id: str
    at: datetime
    request_id: str
    route: str
    owner: str = ""
    tenant: str = ""
    engine: str = ""
    version: str = ""
    codes: tuple[str, ...] = ()
    number: int = 0

    def to_plain(self) -> dict[str, object]:
        """Return it for JSON, with the time in words."""
        at = self.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {**asdict(self), "at": at, "codes": list(self.codes)}


@dataclass(frozen=True, slots=True)
class SealedInteraction:
    """An interaction, and what was asked and answered, sealed for its place."""

    interaction: Interaction
    content: bytes


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was asked and what was answered, each as JSON; by which engine, and the codes it ranked."""

    asked: bytes
    answered: bytes = b"null"
    engine: str = ""
    version: str = ""
    codes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """An interaction with what was asked and answered."""

    interaction: Interaction
    asked: object
    answered: object


@dataclass(frozen=True, slots=True)
class Looked:
    """Which interactions are looked for: from ``since`` on, before ``until``, of one request, of one tenant."""

    since: datetime | None = None
    until: datetime | None = None
    request_id: str = ""
    tenant: str = ""

    def takes(self, each: Interaction) -> bool:
        """Return whether ``each`` is one of them; whoever is of no tenant sees those of all."""
        return (
            (self.since is None or each.at >= self.since)
            and (self.until is None or each.at < self.until)
            and (not self.request_id or each.request_id == self.request_id)
            and (not self.tenant or each.tenant == self.tenant)
        )


ALL = Looked()


class InteractionStore(Protocol):
    """Keeps interactions; every method raises ``StorageError`` where it cannot."""

    async def keep(self, sealed: SealedInteraction) -> None:
        """Keep ``sealed``; one whose id is kept already stays as it is."""
        ...

    async def find(self, interaction_id: str, *, tenant: str = "") -> SealedInteraction | None:
        """Return the interaction of that id, or ``None``; to a ``tenant``, what is another's is not there."""
        ...

    async def page(self, looked: Looked = ALL, *, after: int = 0, limit: int = 100) -> Sequence[Interaction]:
        """Return up to ``limit`` of those ``looked`` for, whose numbers come after ``after``, in their order."""
        ...

    async def purge(self, before: datetime) -> int:
        """Forget those from before ``before``, and return how many that were."""
        ...


class Interactions:
    """Keeps interactions where the installation keeps any, and opens them for whoever audits."""

    def __init__(
        self,
        store: InteractionStore,
        *,
        audit: Audit,
        seals: Seals | None = None,
        keeps: bool = False,
        days: int = 0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Keep what is to be kept where this ``keeps`` any; what is older than ``days`` is to go, 0 keeps all of it."""
        self.store = store
        self.audit = audit
        self.seals = seals
        self.keeps = keeps and seals is not None
        self.days = days
        self.now = now

    async def keep(self, exchange: Exchange, asker: Asker) -> None:
        """Keep ``exchange``, where any are kept; do so before its answer is handed over.

        Raises:
            StorageError: it cannot be kept.
        """
        if not self.keeps or self.seals is None:
            return
        interaction = Interaction(
            id=str(uuid.uuid4()),
            at=self.now(),
            request_id=asker.request_id,
            route=asker.route,
            owner=asker.who,
            tenant=asker.tenant,
            engine=exchange.engine,
            version=exchange.version,
            codes=tuple(exchange.codes[:MOST_CODES]),
        )
        whole = {"asked": msgspec.Raw(exchange.asked), "answered": msgspec.Raw(exchange.answered)}
        content = self.seals.seal(msgspec.json.encode(whole), _place(interaction.id))
        await self.store.keep(SealedInteraction(interaction, content))

    async def read(self, interaction_id: str, asker: Asker) -> Opened:
        """Return one interaction with what was asked and answered, once it is recorded that ``asker`` read it.

        Raises:
            UnknownRecord: there is none of that id, or not for the tenant of ``asker``.
            BrokenSeal: it was changed, or its key is not at hand; that somebody tried is recorded too.
            StorageError: it cannot be read, or the reading not be recorded.
        """
        found = await self.store.find(interaction_id, tenant=asker.tenant)
        if found is None:
            raise UnknownRecord
        entry = self.audit.entry(asker, READ, counts={"rows": 1}, subject=interaction_id)
        async with self.audit.recording(entry):
            return self.opened(found)

    async def page(self, looked: Looked, asker: Asker, *, after: int = 0, limit: int = 100) -> Sequence[Interaction]:
        """Return the clear part of those ``looked`` for, once it is recorded that ``asker`` read it.

        Raises:
            StorageError: they cannot be read, or the reading not be recorded.
        """
        found = await self.store.page(looked, after=after, limit=limit)
        await self.audit.record(self.audit.entry(asker, READ, counts={"rows": len(found)}))
        return found

    async def answered(self, request_id: str, *, tenant: str = "") -> Interaction | None:
        """Return the interaction in which a request was answered, or ``None`` where none is kept of it."""
        found = await self.store.page(Looked(request_id=request_id, tenant=tenant), limit=1)
        return found[0] if found else None

    def opened(self, sealed: SealedInteraction) -> Opened:
        """Return what was sealed; raises ``BrokenSeal`` where it does not open here."""
        if self.seals is None:
            raise BrokenSeal(
                "Interactions are sealed; run: pip install 'epicrisis[server]', which brings what opens them."
            )
        told = msgspec.json.decode(self.seals.open(sealed.content, _place(sealed.interaction.id)))
        return Opened(sealed.interaction, told["asked"], told["answered"])

    async def purge(self, asker: Asker, *, before: datetime | None = None) -> int:
        """Forget what is older than ``days``, or from before ``before``; record that it was done, and return how many.

        Raises:
            StorageError: it cannot be done, or not be recorded.
        """
        if before is None:
            if not self.days:
                return 0
            before = self.now() - timedelta(days=self.days)
        gone = await self.store.purge(before)
        if gone:
            await self.audit.record(self.audit.entry(asker, PURGE, counts={"rows": gone}))
        return gone


async def keep_purging(interactions: Interactions, *, every: float = PURGED_EVERY_SECONDS) -> None:
    """Forget what is older than it is to become, now and then, until cancelled."""
    while interactions.days:
        try:
            gone = await interactions.purge(Asker("server", "retention"))
        except StorageError as error:
            log.warning("interactions not purged", extra={"error": error.code})
        else:
            if gone:
                log.info("interactions purged", extra={"records": gone})
        await asyncio.sleep(every)


def _place(interaction_id: str) -> Place:
    return Place(*CONTENT, interaction_id)
