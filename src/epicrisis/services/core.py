"""One bounded queue in front of the engines, and threads that read what waits in batches across requests.

docs/explanation/serving.md tells the story; docs/decisions/0011-one-queue-before-the-engines.md says why it is ours.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, TypeVar

from epicrisis.engines.counting import Counts, counting
from epicrisis.engines.stages import timing
from epicrisis.errors import DeadlineExceeded, Overloaded
from epicrisis.services.observing import UNOBSERVED, Observer
from epicrisis.services.outcomes import UNREAD, Failure, answer_each
from epicrisis.services.queueing import Lane, Queue, Ticket, Work, deliver, refuse
from epicrisis.services.timings import add_reading
from epicrisis.text.sizes import about_pieces

Question = TypeVar("Question")
Answer = TypeVar("Answer")

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Crew:
    """The workers until the core is closed, and what they are at: who leaves late is counted with his own crew."""

    threads: set[threading.Thread] = field(default_factory=set)
    idle: int = 0
    busy: int = 0
    long: int = 0


class Core:
    """Questions in, answers out; what cannot be taken is refused at once, and who leaves is forgotten at once.

    At most ``queue`` texts of ``queue_chars`` characters, which is what waiting costs, wait for ``threads`` workers. A
    worker takes whoever's turn it is and everything of the same kind that waits, up to about ``batch_tokens``, which is
    what reading costs. With ``wait_seconds`` an idle worker gives a batch that much time to fill; with none it starts
    at once. Threads start with the first question.
    """

    def __init__(
        self,
        *,
        threads: int,
        queue: int,
        queue_chars: int,
        batch_tokens: int,
        deadline_seconds: float,
        wait_seconds: float = 0.0,
        observer: Observer = UNOBSERVED,
    ) -> None:
        self.threads = threads
        self.queue = queue
        self.queue_chars = queue_chars
        self.wait_seconds = wait_seconds
        self.deadline_seconds = deadline_seconds
        self.observer = observer
        self._waiting = Queue(batch_tokens=batch_tokens)
        self._changed = threading.Condition(threading.Lock())
        self._crew = _Crew()

    async def ask(self, work: Work[Question, Answer], question: Question) -> Answer | Failure:
        """Return the answer to ``question``, or its failure.

        Raises:
            Overloaded: the queue is full.
            DeadlineExceeded: there was no answer within ``deadline_seconds``.
        """
        [answer] = await self.answers(self.enter(work, (question,)))
        return answer  # type: ignore[no-any-return]

    async def ask_all(self, work: Work[Question, Answer], questions: Sequence[Question]) -> list[Answer | Failure]:
        """Return the outcome of each question, in order; they are taken together or refused together, as ``ask``."""
        return await self.answers(self.enter(work, questions))

    def enter(self, work: Work[Question, Answer], questions: Sequence[Question]) -> list[Ticket]:
        """Put ``questions`` into the queue, all or none, and return their tickets: wait for them with ``answers``.

        Raises:
            Overloaded: the queue is full.
        """
        if not questions:
            return []
        texts = [work.document(question).text for question in questions]
        sizes = [about_pieces(text) for text in texts]
        together = sum(sizes)
        with self._changed:
            if not self._has_room(len(texts), sum(map(len, texts))):
                for _ in texts:
                    self.observer.refused()
                raise Overloaded
            loop, now = asyncio.get_running_loop(), perf_counter()
            tickets = [
                Ticket(work, question, len(text), size, self._waiting.lane_of(size, together=together), loop, now)
                for question, text, size in zip(questions, texts, sizes, strict=True)
            ]
            for ticket in tickets:
                self._waiting.put(ticket)
            self.observer.queued(self._waiting.texts, self._waiting.characters)
            self._wake()
            stranded = self._stranded()
        refuse(stranded)
        return tickets

    def require_room(self) -> None:
        """Refuse whoever comes now if even the shortest text would be refused, before any work is spent on it.

        Raises:
            Overloaded: the queue is full, or the server is about to stop.
        """
        # A glance without the lock: whoever passes here by a hair is refused by `enter`.
        if not self._has_room(1, 0):
            self.observer.refused()
            raise Overloaded

    @property
    def is_busy(self) -> bool:
        """Whether somebody waits, or would wait if one more came now: for what is done beside requests."""
        return self._waiting.texts > 0 or self._crew.busy >= self.threads

    async def answers(self, tickets: Sequence[Ticket]) -> list[Any]:
        """Return the outcome of each ticket, in order; several tasks of one event loop may wait for the same ticket.

        A ticket nobody waits for any longer leaves the queue unread.

        Raises:
            DeadlineExceeded: there was no answer within ``deadline_seconds``.
        """
        began = perf_counter()
        places = [(ticket, ticket.loop.create_future()) for ticket in tickets if not ticket.answered]
        for ticket, place in places:
            ticket.waiters.append(place)
        try:
            async with asyncio.timeout(self.deadline_seconds):
                for _, place in places:
                    await place
        except TimeoutError:
            raise DeadlineExceeded from None
        finally:
            self._leave(places)
        if places:
            add_reading(began, {ticket.read for ticket, _ in places})
        return [ticket.outcome for ticket in tickets]

    def close(self) -> None:
        """Let the threads go, and refuse what still waits; a core that is asked again begins again."""
        with self._changed:
            left = self._waiting.clear()
            self._crew = _Crew()
            self._changed.notify_all()
        refuse(left)

    def _has_room(self, texts: int, characters: int) -> bool:
        waiting, idle = self._waiting, self.threads - self._crew.busy
        # A text that an idle worker takes at once does not wait.
        if waiting.texts + texts <= self.queue + idle and waiting.characters + characters <= self.queue_chars:
            return True
        # One request that is larger than the whole queue must still be read one day.
        return not waiting.texts and (self.queue > 0 or idle > 0)

    def _wake(self) -> None:
        crew = self._crew
        if crew.idle:
            self._changed.notify()
        elif len(crew.threads) < self.threads:
            # Daemons: a process that is told to stop does not wait for a reader that hangs.
            thread = threading.Thread(target=self._serve, args=(crew,), name="epicrisis-worker", daemon=True)
            try:
                thread.start()
            except RuntimeError as error:
                # The system gives no more; who works already goes on, and the next question tries again.
                log.error("worker not started", extra={"error": type(error).__name__})
                return
            crew.threads.add(thread)

    def _stranded(self) -> list[Ticket]:
        """Return what waits where nobody works, and take it out of the queue."""
        return [] if self._crew.threads else self._waiting.clear()

    def _leave(self, places: Sequence[tuple[Ticket, asyncio.Future[Any]]]) -> None:
        for ticket, place in places:
            ticket.waiters.remove(place)
        abandoned = [ticket for ticket, _ in places if not ticket.waiters and not ticket.taken]
        if abandoned:
            with self._changed:
                for ticket in abandoned:
                    self._waiting.drop(ticket)
                self.observer.queued(self._waiting.texts, self._waiting.characters)

    def _serve(self, crew: _Crew) -> None:
        """Read batch after batch: the life of a worker, and who takes its place where it ends too early."""
        try:
            while batch := self._next(crew):
                self._read(batch, crew)
        finally:
            with self._changed:
                crew.threads.discard(threading.current_thread())
                if self._waiting.texts:
                    self._wake()
                stranded = self._stranded()
            refuse(stranded)

    def _read(self, batch: Sequence[Ticket], crew: _Crew) -> None:
        work, long = batch[0].work, batch[0].lane is Lane.LONG
        outcomes: Sequence[Any] = [UNREAD] * len(batch)
        try:
            with counting() as counts, timing() as clock:
                outcomes = answer_each(work.many, [ticket.question for ticket in batch], document=work.document)
            for ticket in batch:
                ticket.stages = clock.seconds
            self._observe(batch, counts)
        finally:
            with self._changed:
                crew.busy -= 1
                crew.long -= long
            deliver(batch, outcomes)

    def _next(self, crew: _Crew) -> list[Ticket]:
        """Return the next batch as soon as there is one; none once the crew may go."""
        with self._changed:
            while crew is self._crew:
                patience = self._patience()
                batch = [] if patience else self._waiting.take(long=crew.long < max(1, self.threads - 1))
                if batch:
                    now = perf_counter()
                    for ticket in batch:
                        ticket.taken = now
                    crew.busy += 1
                    crew.long += batch[0].lane is Lane.LONG
                    self.observer.queued(self._waiting.texts, self._waiting.characters)
                    if self._waiting.texts:
                        self._wake()
                    return batch
                crew.idle += 1
                self._changed.wait(patience or None)
                crew.idle -= 1
        return []

    def _patience(self) -> float:
        """Return how long the oldest text should still wait for company."""
        since = self._waiting.oldest() if self.wait_seconds else None
        if since is None or self._waiting.tokens >= self._waiting.batch_tokens:
            return 0.0
        return max(0.0, since + self.wait_seconds - perf_counter())

    def _observe(self, batch: Sequence[Ticket], counts: Counts) -> None:
        for ticket in batch:
            self.observer.waited(ticket.taken - ticket.since)
        characters = sum(ticket.characters for ticket in batch)
        self.observer.batch(batch[0].work.name, len(batch), characters, perf_counter() - batch[0].taken)
        self.observer.stages(batch[0].stages)
        if counts:
            self.observer.tokens(counts)
