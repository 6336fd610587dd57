"""Equal questions are answered once: from what was kept, or by joining one that is being answered.

Nothing that is kept holds the words of a note: a question is known by its HMAC under a secret, and an answer is written
down without the text it is about (``wordless.py``), to be told again about the text of whoever asks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from epicrisis.domain.documents import Document
from epicrisis.services.answer_memory import Memory, SharedAnswers
from epicrisis.services.core import Core
from epicrisis.services.outcomes import Failure
from epicrisis.services.queueing import Ticket, Work
from epicrisis.services.timings import CACHE, spending
from epicrisis.services.wordless import Wordless

Question = TypeVar("Question")
Answer = TypeVar("Answer")

# Longer ones are those of notes of dozens of pages, which nobody sends twice, and would crowd out hundreds of others.
LONGEST_KEPT = 64_000
# An answer takes some four times as much as it does written down.
_AS_IT_IS = 4
# What takes a millisecond or so to read back; more is read back in a thread.
_MUCH = 16_000


@dataclass(frozen=True, slots=True)
class _Fresh(Generic[Answer]):
    """An answer, and what is kept of it; empty where nothing is."""

    answer: Answer
    written: bytes


class Answers(Generic[Question, Answer]):
    """Asks the core what nobody asked lately and nobody else is asking.

    ``about`` says all of a question that its answer depends on, beside ``scope``: the work, and who does it in which
    version. ``kind`` is the type of the answers, a dataclass; where that has a ``document``, it is what ``text`` names,
    by default the document that is read.
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
        text: Callable[[Question], Document] | None = None,
    ) -> None:
        self.work = work
        self.core = core
        self.memory = memory
        self.scope = tuple(scope)
        self.about = about
        self.text = text or work.document
        self._form = Wordless(kind)
        self._reading: Work[Question, _Fresh[Answer]] = replace(work, many=self._read)  # type: ignore[arg-type, assignment]
        self._asked: dict[bytes, Ticket] = {}
        self._background: set[asyncio.Task[None]] = set()

    async def __call__(self, questions: Sequence[Question]) -> list[Answer | Failure]:
        """Return the outcome of each question, in order.

        Raises:
            Overloaded: the queue is full.
            DeadlineExceeded: there was no answer in the time a request has.
        """
        with spending(CACHE):
            keys = [self.memory.key(self.scope, self.about(question)) for question in questions]
            asked = dict(zip(keys, questions, strict=True))
            found = await self._kept(asked)
        for key in keys:
            self.core.observer.cached(self.work.name, key in found)
        if len(found) < len(asked):
            found |= await self._answered({key: asked[key] for key in asked if key not in found})
        return [self._own(question, found[key]) for key, question in zip(keys, questions, strict=True)]

    async def _kept(self, asked: Mapping[bytes, Question]) -> dict[bytes, Answer | Failure]:
        """Return the answers that are kept, here or where other servers put theirs."""
        kept = {key: each for key in asked if (each := self.memory.shelf.get(key)) is not None}
        if self.memory.shared is not None and len(kept) < len(asked):
            kept |= await self._shared(self.memory.shared, [key for key in asked if key not in kept])
        written = [each for each in kept.values() if isinstance(each, bytes)]
        if not written:
            return kept
        if sum(map(len, written)) > _MUCH:
            return await asyncio.to_thread(self._told, kept, asked)
        return self._told(kept, asked)

    async def _shared(self, shared: SharedAnswers, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """Return what other servers have answered, and keep it here."""
        opened = {
            key: written
            for key, kept in zip(keys, await shared.get(keys), strict=True)
            if kept is not None and (written := self.memory.opened(key, kept))
        }
        for key, written in opened.items():
            self.memory.shelf.put(key, written, size=len(written))
        return opened

    def _told(
        self, kept: Mapping[bytes, Answer | bytes], asked: Mapping[bytes, Question]
    ) -> dict[bytes, Answer | Failure]:
        return {key: answer for key, each in kept.items() if (answer := self._back(each, asked[key])) is not None}

    def _back(self, kept: Answer | bytes, question: Question) -> Answer | None:
        return self._form.read(kept, self.text(question)) if isinstance(kept, bytes) else kept

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
        for key, ticket in zip(own, self.core.enter(self._reading, [missing[key] for key in own]), strict=True):
            tickets[key] = self._asked[key] = ticket
        try:
            outcomes = await self.core.answers(list(tickets.values()))
        finally:
            for key, ticket in tickets.items():
                # Whoever comes now begins anew, unless somebody still waits.
                if not ticket.waiters and self._asked.get(key) is ticket:
                    del self._asked[key]
        answers = dict(zip(tickets, outcomes, strict=True))
        fresh = {key: each for key, each in answers.items() if isinstance(each, _Fresh)}
        for key, each in fresh.items():
            self._keep(key, each)
        if self.memory.shared is not None:
            self._share(self.memory.shared, {key: fresh[key].written for key in own if key in fresh})
        return {key: each.answer if isinstance(each, _Fresh) else each for key, each in answers.items()}

    def _keep(self, key: bytes, fresh: _Fresh[Answer]) -> None:
        if self._form.about_document:
            kept: object = fresh.written
            size = len(fresh.written)
        else:
            # As it is, for it has no words, and looking it up is all that most requests cost.
            kept, size = fresh.answer, _AS_IT_IS * len(fresh.written)
        if size:
            self.memory.shelf.put(key, kept, size=size)

    def _read(self, questions: Sequence[Question]) -> list[_Fresh[Answer] | Failure]:
        """Return each answer and what is kept of it, written down here, in the thread that read."""
        answers = self.work.many(questions)
        return [answer if isinstance(answer, Failure) else _Fresh(answer, self._written(answer)) for answer in answers]

    def _written(self, answer: Answer) -> bytes:
        written = self._form.written(answer) if self.memory.keeps else b""
        return written if len(written) <= LONGEST_KEPT else b""

    def _share(self, shared: SharedAnswers, written: Mapping[bytes, bytes]) -> None:
        sealed = {key: self.memory.sealed(key, each) for key, each in written.items() if each}
        if sealed:
            # Nobody waits for this: the answer is on its way already.
            task = asyncio.create_task(shared.put(sealed))
            self._background.add(task)
            task.add_done_callback(self._background.discard)

    def _own(self, question: Question, outcome: Answer | Failure) -> Answer | Failure:
        # Two may have sent one text under two names.
        if isinstance(outcome, Failure):
            return replace(outcome, id=self.work.document(question).id)
        return self._form.about(outcome, self.text(question))
