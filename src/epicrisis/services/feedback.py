"""Keeps what people say was right, and how often each engine agreed: codes and counts, never a word of a note."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
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
    version: str = ""


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
        return Verdict(self.engine, self.given, self.given is self.right, self.version)


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

    def arm_agreed(self, capability: str, arm: str, version: str, agreed: bool, times: int) -> None:
        """Show that ``times`` answers of an arm of an experiment are said to be right, or wrong."""
        ...


class Compared(Protocol):
    """Knows the engines of experiments."""

    def cards(self) -> Sequence[EngineCard]:
        """Return the cards of the engines that were arms since this process began."""
        ...

    def arms_of(self, engine: str, version: str) -> Iterable[tuple[str, str]]:
        """Return the arms, by capability and name, whose answers are those of ``engine`` in ``version``."""
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
        compared: Compared | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        """Take opinions about ``engines``; the first of them is meant where none is named."""
        self.store = store
        self.counts = counts
        self.given = given
        self.engines = tuple(engines)
        self.compared = compared
        self.clock = clock
        self._shown: set[tuple[str, Status, bool]] = set()
        self._shown_of_arms: set[tuple[str, str, str, bool]] = set()
        self._showing = asyncio.Lock()

    async def __call__(
        self,
        answer: Answered,
        *,
        given: Status,
        right: Status,
        engine: str | None,
        version: str | None = None,
        by: Principal,
        client: str = "",
    ) -> Opinion:
        """Keep that ``answer`` said ``given`` where ``right`` is right; saying so again replaces what was said.

        ``client`` tells those apart who did not say who they are. An answer that nobody here remembers may have been
        given before the server began, or never: what is said of it is kept, and counted nowhere.

        Raises:
            UnknownEngine: no engine of that name, or in that version, answers here.
            StorageError: it could not be kept.
        """
        card = self._meant(engine, version)
        opinion = Opinion(
            id=_id(answer, by, client),
            answer=answer,
            by=by.key_id or by.name,
            engine=card.name,
            version=card.version,
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
            self._show(totals)

    def _meant(self, engine: str | None, version: str | None) -> EngineCard:
        """Return the card of the engine that is meant: the first where none is named, in the first version there is."""
        cards = (*self.engines, *(self.compared.cards() if self.compared is not None else ()))
        for card in cards:
            if card.name == (engine or cards[0].name) and card.version == (version or card.version):
                return card
        versions = sorted({card.version for card in cards if card.name == engine})
        if versions:
            raise UnknownEngine(f"That engine never answered here in that version; name one of {versions}, or none.")
        known = sorted({card.name for card in cards})
        raise UnknownEngine(f"No such engine answers here; name one of {known}, or none.")

    def _show(self, totals: Mapping[Verdict, int]) -> None:
        shown, of_arms = Counter[tuple[str, Status, bool]](), Counter[tuple[str, str, str, bool]]()
        for verdict, times in totals.items():
            shown[verdict.engine, verdict.label, verdict.agreed] += times
            answered_by = f"{verdict.engine}-{verdict.version}"
            for capability, arm in self._arms_of(verdict):
                of_arms[capability, arm, answered_by, verdict.agreed] += times
        # What nobody says any more is said by none.
        for engine, label, agreed in self._shown | set(shown):
            self.counts.agreed(engine, label.value, agreed, shown[engine, label, agreed])
        for of_arm in self._shown_of_arms | set(of_arms):
            self.counts.arm_agreed(*of_arm, of_arms[of_arm])
        self._shown |= set(shown)
        self._shown_of_arms |= set(of_arms)

    def _arms_of(self, verdict: Verdict) -> Iterable[tuple[str, str]]:
        return () if self.compared is None else self.compared.arms_of(verdict.engine, verdict.version)


def _id(answer: Answered, by: Principal, client: str) -> str:
    who = f"{by.name} {client}" if isinstance(by, Anonymous) else by.key_id or by.name
    return str(uuid.uuid5(_OPINIONS, f"{who} {answer.request_id} {answer.item} {answer.target}"))
