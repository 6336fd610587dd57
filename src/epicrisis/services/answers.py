"""Equal questions are answered once: from what was kept, or by joining one that is being answered.

Nothing here holds the words of a note: a question is known by its HMAC under a secret, and an answer has none.
"""

from __future__ import annotations

import asyncio
import hmac
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from time import monotonic
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from epicrisis.services.core import Core
from epicrisis.services.outcomes import Failure
from epicrisis.services.queueing import Ticket, Work

Question = TypeVar("Question")
Answer = TypeVar("Answer")

_SEAL = 32


class SharedAnswers(Protocol):
    """Keeps answers where several servers find them; one that is down or slow finds nothing, and soon says so."""

    @property
    def degraded(self) -> bool:
        """Whether it is out of reach at the moment."""
        ...

    async def get(self, keys: Sequence[bytes]) -> Sequence[bytes | None]:
        """Return what is kept under each key, in order."""
        ...

    async def put(self, answers: Mapping[bytes, bytes]) -> None:
        """Keep ``answers`` for a while."""
        ...

    async def close(self) -> None:
        """Let go of connections; the next call opens new ones."""
        ...


class Shelf:
    """The answers kept in this process: the ``entries`` used last, for ``seconds`` each.

    A dictionary of ours, because a lookup in cashews' memory costs some thirty times as much, and importing cashews a
    good part of the time a server has to start: docs/explanation/serving.md has both figures.
    """

    def __init__(self, *, entries: int, seconds: float) -> None:
        self.entries = entries
        self.seconds = seconds
        self._kept: OrderedDict[bytes, tuple[float, Any]] = OrderedDict()

    def get(self, key: bytes) -> Any:
        """Return what is kept under ``key``, or ``None``."""
        until, answer = self._kept.get(key, (0.0, None))
        if answer is None:
            return None
        if until < monotonic():
            del self._kept[key]
            return None
        self._kept.move_to_end(key)
        return answer

    def put(self, key: bytes, answer: object) -> None:
        """Keep ``answer``, and let go of what was not asked for the longest."""
        self._kept[key] = (monotonic() + self.seconds, answer)
        self._kept.move_to_end(key)
        while len(self._kept) > self.entries:
            self._kept.popitem(last=False)


class Memory:
    """Where answers are kept, and the secret their keys are made with."""

    def __init__(self, *, secret: bytes, shelf: Shelf, shared: SharedAnswers | None = None) -> None:
        self.shelf = shelf
        self.shared = shared
        # Begun once and copied: the one call that does it all lets go of the interpreter lock each time, and gets it
        # back when the worker threads are done with it.
        self._keyed = hmac.new(secret, digestmod="sha256")

    @property
    def degraded(self) -> bool:
        """Whether answers should be shared, and what shares them is out of reach."""
        return self.shared is not None and self.shared.degraded

    def key(self, *parts: object) -> bytes:
        """Return the HMAC of ``parts``: who sees it learns nothing of them, and cannot try out texts."""
        return self._hashed(msgspec.json.encode(parts))

    def sealed(self, key: bytes, answer: object) -> bytes:
        """Return ``answer`` written down for the servers that know the secret, and for ``key`` alone."""
        written = msgspec.json.encode(answer)
        return self._hashed(key + written) + written

    def opened(self, key: bytes, kept: bytes) -> bytes:
        """Return what was ``sealed`` for ``key``; empty where it was not: an answer must not be planted."""
        seal, written = kept[:_SEAL], kept[_SEAL:]
        return written if hmac.compare_digest(seal, self._hashed(key + written)) else b""

    def _hashed(self, message: bytes) -> bytes:
        keyed = self._keyed.copy()
        keyed.update(message)
        return keyed.digest()


class Answers(Generic[Question, Answer]):
    """Asks the core what nobody asked lately and nobody else is asking.

    ``about`` says all of a question that its answer depends on, beside ``scope``: the work, and who does it in which
    version. ``kind`` is the type of the answers, which must hold no words.
    """

    def __init__(
        self,
        work: Work[Question, Answer],
        *,
        core: Core,
        memory: Memory,
        scope: Sequence[object],
        about: Callable[[Question], Sequence[object]],
        kind: type[Answer],
    ) -> None:
        self.work = work
        self.core = core
        self.memory = memory
        self.scope = tuple(scope)
        self.about = about
        self._decoder = msgspec.json.Decoder(kind)
        self._asked: dict[bytes, Ticket] = {}
        self._background: set[asyncio.Task[None]] = set()

    async def __call__(self, questions: Sequence[Question]) -> list[Answer | Failure]:
        """Return the outcome of each question, in order.

        Raises:
            Overloaded: the queue is full.
            DeadlineExceeded: there was no answer in the time a request has.
        """
        keys = [self.memory.key(self.scope, self.about(question)) for question in questions]
        found: dict[bytes, Answer | Failure] = {}
        missing: dict[bytes, Question] = {}
        for key, question in zip(keys, questions, strict=True):
            kept = self.memory.shelf.get(key)
            self.core.observer.cached(kept is not None)
            if kept is None:
                missing[key] = question
            else:
                found[key] = kept
        if missing and self.memory.shared is not None:
            await self._look_up(self.memory.shared, missing, found)
        if missing:
            found |= await self._answered(missing)
        return [self._own(question, found[key]) for key, question in zip(keys, questions, strict=True)]

    async def _look_up(
        self, shared: SharedAnswers, missing: dict[bytes, Question], found: dict[bytes, Answer | Failure]
    ) -> None:
        """Move what other servers have answered from ``missing`` to ``found``."""
        keys = list(missing)
        for key, kept in zip(keys, await shared.get(keys), strict=True):
            # What another version wrote, or somebody else, is nothing we know.
            with suppress(msgspec.DecodeError):
                if kept is not None:
                    found[key] = answer = self._decoder.decode(self.memory.opened(key, kept))
                    self.memory.shelf.put(key, answer)
                    del missing[key]

    async def _answered(self, missing: Mapping[bytes, Question]) -> dict[bytes, Answer | Failure]:
        """Return the outcomes of the core, joining what it was asked already."""
        here = asyncio.get_running_loop()
        tickets: dict[bytes, Ticket] = {}
        own: list[bytes] = []
        for key in missing:
            ticket = self._asked.get(key)
            if ticket is not None and ticket.loop is here:
                tickets[key] = ticket
            else:
                own.append(key)
        for key, ticket in zip(own, self.core.enter(self.work, [missing[key] for key in own]), strict=True):
            tickets[key] = self._asked[key] = ticket
        try:
            outcomes = await self.core.answers(list(tickets.values()))
        finally:
            for key, ticket in tickets.items():
                # Whoever comes now begins anew, unless somebody still waits.
                if not ticket.waiters and self._asked.get(key) is ticket:
                    del self._asked[key]
        answers = dict(zip(tickets, outcomes, strict=True))
        for key, answer in answers.items():
            if not isinstance(answer, Failure):
                self.memory.shelf.put(key, answer)
        if self.memory.shared is not None:
            self._share(self.memory.shared, {key: answers[key] for key in own})
        return answers

    def _share(self, shared: SharedAnswers, answers: Mapping[bytes, Answer | Failure]) -> None:
        good = {key: answer for key, answer in answers.items() if not isinstance(answer, Failure)}
        if good:
            # Nobody waits for this: the answer is on its way already.
            put = shared.put({key: self.memory.sealed(key, answer) for key, answer in good.items()})
            task = asyncio.create_task(put)
            self._background.add(task)
            task.add_done_callback(self._background.discard)

    def _own(self, question: Question, outcome: Answer | Failure) -> Answer | Failure:
        # Two may have sent one text under two names.
        return replace(outcome, id=self.work.document(question).id) if isinstance(outcome, Failure) else outcome
