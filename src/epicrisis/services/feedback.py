"""Keeps what people say was right, and how often each engine agreed: codes and counts, never a word of a note."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from epicrisis.domain.assertions import Status
from epicrisis.engines.contracts import EngineCard
from epicrisis.errors import StorageError, UnknownEngine
from epicrisis.services.access import Anonymous, Principal

log = logging.getLogger(__name__)

# One opinion of one principal about one answer has one id, so that a second thought replaces the first.
_OPINIONS = uuid.UUID("0a6f2d5e-3a44-5d0b-9c53-2f7b0c9b9d41")


@dataclass(frozen=True, slots=True)
class Answered:
    """Which answer is meant: that of a request or, where it had several, a text of it and a finding in that."""

    request_id: str
    item: int | None = None
    target: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Verdict:
    """What is counted of an opinion: whether an engine that answered ``label`` was right."""

    engine: str
    label: Status
    agreed: bool


@dataclass(frozen=True, slots=True)
class Opinion:
    """What was answered, by which engine, what is right, who says so, and when."""

    id: str
    answer: Answered
    by: str
    engine: str
    version: str
    given: Status
    right: Status
    at: datetime
    known: bool
    """Whether the answer it is about was remembered when it was given: else nobody knows that there was one."""

    @property
    def verdict(self) -> Verdict:
        """Return what is counted of it."""
        return Verdict(self.engine, self.given, self.given is self.right)


class FeedbackStore(Protocol):
    """Keeps opinions; every method raises ``StorageError`` where it cannot."""

    async def keep(self, opinion: Opinion) -> Opinion | None:
        """Keep ``opinion`` in the place of the one with its id, and return that one; what was known stays known."""
        ...

    async def totals(self) -> Mapping[Verdict, int]:
        """Return how many of the opinions about known answers say so."""
        ...


class GivenAnswers(Protocol):
    """Remembers for a while which requests were answered."""

    def note(self, request_id: str, *, tenant: str = "") -> None:
        """Remember that the request was answered, to somebody of ``tenant``."""
        ...

    async def holds(self, request_id: str, *, tenant: str = "") -> bool:
        """Return whether the request was answered, to somebody of ``tenant``; those of none see all."""
        ...

    async def close(self) -> None:
        """Let go of what is on its way."""
        ...


class Counts(Protocol):
    """Shows verdicts where they can be watched."""

    def agreed(self, engine: str, label: str, agreed: bool, times: int) -> None:
        """Show that ``times`` answers of ``engine`` are said to be right, or wrong."""
        ...


def _now() -> datetime:
    return datetime.now(UTC)


class Feedback:
    """Keeps each opinion, and shows how many say what."""

    def __init__(
        self,
        *,
        store: FeedbackStore,
        counts: Counts,
        given: GivenAnswers,
        engines: Sequence[EngineCard],
        clock: Callable[[], datetime] = _now,
    ) -> None:
        """Take opinions about ``engines``; the first of them is meant where none is named."""
        self.store = store
        self.counts = counts
        self.given = given
        self.versions = {card.name: card.version for card in reversed(engines)}
        self.usual = engines[0].name
        self.clock = clock
        self._shown: set[Verdict] = set()
        self._showing = asyncio.Lock()

    async def __call__(
        self, answer: Answered, *, given: Status, right: Status, engine: str | None, by: Principal, client: str = ""
    ) -> Opinion:
        """Keep that ``answer`` said ``given`` where ``right`` is right; saying so again replaces what was said.

        ``client`` tells those apart who did not say who they are. An answer that nobody here remembers may have been
        given before the server began, or never: what is said of it is kept, and counted nowhere.

        Raises:
            UnknownEngine: no engine of that name answers here.
            StorageError: it could not be kept.
        """
        name = engine or self.usual
        if name not in self.versions:
            raise UnknownEngine(f"No such engine answers here; name one of {sorted(self.versions)}, or none.")
        opinion = Opinion(
            id=_id(answer, by, client),
            answer=answer,
            by=by.key_id or by.name,
            engine=name,
            version=self.versions[name],
            given=given,
            right=right,
            at=self.clock(),
            known=await self.given.holds(answer.request_id, tenant=by.tenant),
        )
        before = await self.store.keep(opinion)
        await self.recall()
        return replace(opinion, known=True) if before is not None and before.known else opinion

    async def recall(self) -> None:
        """Show how many opinions about known answers say what; where they cannot be read, what was shown stands."""
        # One after the other, so that what was read last is shown last.
        async with self._showing:
            try:
                totals = await self.store.totals()
            except StorageError:
                log.warning("feedback not recalled")
                return
            # What nobody says any more is said by none.
            for verdict in self._shown | set(totals):
                self.counts.agreed(verdict.engine, verdict.label.value, verdict.agreed, totals.get(verdict, 0))
            self._shown |= set(totals)


def _id(answer: Answered, by: Principal, client: str) -> str:
    who = f"{by.name} {client}" if isinstance(by, Anonymous) else by.key_id or by.name
    return str(uuid.uuid5(_OPINIONS, f"{who} {answer.request_id} {answer.item} {answer.target}"))
