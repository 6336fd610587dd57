"""What waits for a worker: tickets in three lanes that are served in turn, one kind of work at a time."""

from __future__ import annotations

from asyncio import AbstractEventLoop, Future
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from time import perf_counter
from typing import Any, Generic, TypeVar

from epicrisis.domain.documents import Document
from epicrisis.errors import Overloaded
from epicrisis.services.outcomes import Failure
from epicrisis.services.timings import Read

Question = TypeVar("Question", contravariant=True)
Answer = TypeVar("Answer", covariant=True)


@dataclass(frozen=True, slots=True, eq=False)
class Work(Generic[Question, Answer]):
    """A kind of work: ``many`` answers several questions in one go, each of them about one ``document``.

    ``many`` may raise; who runs it asks again in smaller batches, so that one bad question fails alone.
    """

    name: str
    many: Callable[[Sequence[Question]], Sequence[Answer | Failure]]
    document: Callable[[Question], Document]


class Lane(Enum):
    """Who waits with whom."""

    PROMPT = auto()
    """Requests that fit into one batch."""
    BULK = auto()
    """Requests of several batches, so that a hundred notes at once are one of three in turn and not a hundred."""
    LONG = auto()
    """Texts longer than a batch, each read alone."""


@dataclass(slots=True, eq=False)
class Ticket:
    """A question in the queue, who waits for its answer, and what happened to it when.

    ``tokens`` are an estimate; ``stages`` says how long each stage of the batch took that read it.
    """

    work: Work[Any, Any]
    question: Any
    characters: int
    tokens: int
    lane: Lane
    loop: AbstractEventLoop
    since: float
    taken: float = 0.0
    answered: float = 0.0
    stages: Mapping[str, float] = field(default_factory=dict)
    outcome: Any = None
    waiters: list[Future[Any]] = field(default_factory=list)

    @property
    def read(self) -> Read:
        """Return when it was read; one that was refused while it waited never was."""
        return Read(self.taken or self.answered, self.answered, self.stages)

    def deliver(self, outcome: Any, answered: float) -> None:
        """Hand ``outcome`` to everybody who waits; only ever called in the event loop of the ticket."""
        self.outcome, self.answered = outcome, answered
        for waiter in self.waiters:
            if not waiter.done():
                waiter.set_result(outcome)


class Queue:
    """Tickets by lane and kind of work, oldest first; knows how much it holds, and leaves locking to its owner."""

    def __init__(self, *, batch_tokens: int) -> None:
        self.batch_tokens = batch_tokens
        self.texts = 0
        self.characters = 0
        self.tokens = 0
        self._lanes: dict[Lane, dict[Work[Any, Any], OrderedDict[Ticket, None]]] = {lane: {} for lane in Lane}
        self._turns = deque(Lane)

    def lane_of(self, tokens: int, *, together: int) -> Lane:
        """Return where a text of ``tokens`` waits that came in a request of ``together``."""
        if tokens > self.batch_tokens:
            return Lane.LONG
        return Lane.BULK if together > self.batch_tokens else Lane.PROMPT

    def put(self, ticket: Ticket) -> None:
        """Let ``ticket`` wait."""
        self._lanes[ticket.lane].setdefault(ticket.work, OrderedDict())[ticket] = None
        self.texts += 1
        self.characters += ticket.characters
        self.tokens += ticket.tokens

    def drop(self, ticket: Ticket) -> None:
        """Forget ``ticket`` if it still waits."""
        waiting = self._lanes[ticket.lane].get(ticket.work, ())
        if ticket in waiting:
            self._remove(ticket)

    def take(self, *, long: bool) -> list[Ticket]:
        """Return the next batch, without the ``long`` lane where that must wait; empty where nothing else does."""
        for _ in Lane:
            lane = self._turns[0]
            self._turns.rotate(-1)
            if self._lanes[lane] and (long or lane is not Lane.LONG):
                return self._batch(lane)
        return []

    def oldest(self) -> float | None:
        """Return since when the oldest ticket has waited, or ``None`` where none does."""
        heads = (next(iter(waiting)).since for lane in self._lanes.values() for waiting in lane.values())
        return min(heads, default=None)

    def clear(self) -> list[Ticket]:
        """Forget every ticket, and return them."""
        left = [ticket for lane in self._lanes.values() for waiting in lane.values() for ticket in waiting]
        for ticket in left:
            self._remove(ticket)
        return left

    def _batch(self, lane: Lane) -> list[Ticket]:
        work = min(self._lanes[lane], key=lambda work: next(iter(self._lanes[lane][work])).since)
        batch = [self._remove(next(iter(self._lanes[lane][work])))]
        if lane is not Lane.LONG:
            # Whoever's turn it is goes first; what room is left goes to the others, or batches would stay half empty.
            batch += self._fill(work, (lane, Lane.PROMPT, Lane.BULK), self.batch_tokens - batch[0].tokens)
        return batch

    def _fill(self, work: Work[Any, Any], lanes: Sequence[Lane], room: int) -> Iterator[Ticket]:
        for lane in lanes:
            while waiting := self._lanes[lane].get(work):
                ticket = next(iter(waiting))
                if ticket.tokens > room:
                    break
                room -= ticket.tokens
                yield self._remove(ticket)

    def _remove(self, ticket: Ticket) -> Ticket:
        waiting = self._lanes[ticket.lane][ticket.work]
        del waiting[ticket]
        if not waiting:
            del self._lanes[ticket.lane][ticket.work]
        self.texts -= 1
        self.characters -= ticket.characters
        self.tokens -= ticket.tokens
        return ticket


def deliver(tickets: Sequence[Ticket], outcomes: Sequence[Any]) -> None:
    """Hand over in the event loop of each ticket: one call a loop, because each one wakes the loop up."""
    answered = perf_counter()
    told: dict[AbstractEventLoop, list[tuple[Ticket, Any]]] = {}
    for ticket, outcome in zip(tickets, outcomes, strict=True):
        told.setdefault(ticket.loop, []).append((ticket, outcome))
    for loop, pairs in told.items():
        # Where the loop has ended meanwhile, nobody waits any longer.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_deliver_here, pairs, answered)


def refuse(tickets: Sequence[Ticket]) -> None:
    """Tell whoever waits for ``tickets`` that nobody will read them."""
    deliver(tickets, [Failure.of(ticket.work.document(ticket.question).id, Overloaded()) for ticket in tickets])


def _deliver_here(pairs: Sequence[tuple[Ticket, Any]], answered: float) -> None:
    for ticket, outcome in pairs:
        ticket.deliver(outcome, answered)
