"""Keeps what clinicians say of the conditions of a differential, and do with its cards: codes and counts, no words."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from anyio import to_thread

from epicrisis.engines.contracts import EngineCard
from epicrisis.errors import StorageError
from epicrisis.services.access import Anonymous, Principal
from epicrisis.services.feedback import GivenAnswers
from epicrisis.services.interactions import Interactions

log = logging.getLogger(__name__)

# One judgement of one principal about one condition of one answer has one id: a second thought replaces the first.
_JUDGEMENTS = uuid.UUID("6c1b3a52-0d51-5f1c-8f1e-6f4a7d3c2b90")


class Judged(StrEnum):
    """What somebody says of a condition, or does with a card."""

    CONFIRMED = "CONFIRMED"
    RULED_OUT = "RULED_OUT"
    MISSED = "MISSED"
    ACCEPTED = "ACCEPTED"
    OVERRIDDEN = "OVERRIDDEN"


@dataclass(frozen=True, slots=True)
class Said:
    """What is said: ``about`` which request or card, of which ``subject``, and what the patient turned out to have.

    ``subject`` is the code of a condition, or the service a card is of; ``reason`` is the code why that was set aside.
    """

    about: str
    subject: str
    judged: Judged
    final: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was said, by whom, when, and of what which engine answered."""

    id: str
    said: Said
    by: str
    tenant: str
    engine: str
    version: str
    at: datetime
    known: bool
    """Whether the answer it is about was known when it was given: else nobody knows that there was one."""

    @property
    def counted(self) -> Counted:
        """Return what is counted of it."""
        return Counted(self.engine, self.version, self.said.judged)


@dataclass(frozen=True, slots=True, order=True)
class Counted:
    """What is counted of a judgement."""

    engine: str
    version: str
    judged: Judged


class JudgementStore(Protocol):
    """Keeps judgements; every method raises ``StorageError`` where it cannot."""

    async def keep(self, judgement: Judgement) -> Judgement | None:
        """Keep ``judgement`` in the place of the one with its id, and return that one; what was known stays known."""
        ...

    async def about(self, ids: Sequence[str], *, tenant: str = "") -> Sequence[Judgement]:
        """Return those about any of ``ids``, the first said first; to a ``tenant``, what is another's is not there."""
        ...

    async def totals(self) -> Mapping[Counted, int]:
        """Return how many of the judgements about known answers say so."""
        ...


class CountsJudgements(Protocol):
    """Shows how many judgements say what, where they can be watched."""

    def judged(self, engine: str, version: str, judged: str, times: int) -> None:
        """Show that so many judgements of this version of ``engine`` say so."""
        ...


class Judge:
    """Keeps each judgement, and shows how many say what."""

    def __init__(
        self,
        *,
        store: JudgementStore,
        counts: CountsJudgements,
        given: GivenAnswers,
        interactions: Interactions,
        card: Callable[[], EngineCard],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Take judgements about answers of the engine of ``card``; ``interactions`` tell which one answered earlier."""
        self.store = store
        self.counts = counts
        self.given = given
        self.interactions = interactions
        self.card = card
        self.clock = clock
        self._shown: set[Counted] = set()
        self._showing = asyncio.Lock()

    async def __call__(self, said: Said, *, by: Principal, client: str = "") -> Judgement:
        """Keep what is ``said``; saying so again replaces what was said.

        ``client`` tells those apart who did not say who they are. What is said of an answer that nobody here remembers
        is kept, and counted nowhere.

        Raises:
            StorageError: it could not be kept.
        """
        answered = await self.interactions.answered(said.about, tenant=by.tenant)
        card = await to_thread.run_sync(self.card)
        judgement = Judgement(
            id=_id(said, by, client),
            said=said,
            by=by.key_id or by.name,
            tenant=by.tenant,
            engine=card.name if answered is None else answered.engine,
            version=card.version if answered is None else answered.version,
            at=self.clock(),
            known=answered is not None or await self.given.holds(said.about, tenant=by.tenant),
        )
        before = await self.store.keep(judgement)
        await self.recall()
        return replace(judgement, known=True) if before is not None and before.known else judgement

    async def recall(self) -> None:
        """Show how many judgements say what; where they cannot be read, what was shown stands."""
        # One after the other, so that what was read last is shown last.
        async with self._showing:
            try:
                totals = await self.store.totals()
            except StorageError:
                log.warning("judgements not recalled")
                return
            # What nobody says any more is said by none.
            for each in self._shown | set(totals):
                self.counts.judged(each.engine, each.version, each.judged.value, totals.get(each, 0))
            self._shown |= set(totals)


def _id(said: Said, by: Principal, client: str) -> str:
    who = f"{by.name} {client}" if isinstance(by, Anonymous) else by.key_id or by.name
    return str(uuid.uuid5(_JUDGEMENTS, f"{by.tenant} {who} {said.about} {said.subject}"))
