"""One request and its arms: what answers it, what is asked beside it, and how far both agree."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass, field
from time import perf_counter
from typing import Generic, TypeVar

from epicrisis.engines.contracts import EngineCard
from epicrisis.errors import EpicrisisError
from epicrisis.services.agreement import Answer, Comparison
from epicrisis.services.arms import Arms, CountsArms, Unit
from epicrisis.services.experiment_table import Experiments
from epicrisis.services.experiments import ALONE, Arm, Capability, Experiment, draws
from epicrisis.services.key_records import Secret
from epicrisis.services.outcomes import Failure, answered

# A shadow never costs a request its place: one is asked at a time, a few wait, and a long note is not asked about.
MOST_WAITING = 8
MOST_CHARACTERS = 20_000

log = logging.getLogger(__name__)

# Whatever answers, with the engine of an arm in the place of one: a pipeline.
Answering = TypeVar("Answering")


class Trials(Generic[Answering]):
    """Chooses arms, and asks the shadows."""

    def __init__(self, arms: Arms[Answering], *, experiments: Experiments, secret: Secret, counts: CountsArms) -> None:
        self.arms = arms
        self.experiments = experiments
        self.secret = secret
        self.counts = counts
        self._turn = asyncio.Semaphore(1)
        self._waiting: set[asyncio.Task[None]] = set()

    def key(self) -> bytes:
        """Return what assignments are made with; raises ``StorageError`` where the installation has no secret."""
        return hmac.digest(self.secret.ensured(), b"arms of experiments", "sha256")

    def prove(self, experiments: Mapping[Capability, Experiment]) -> None:
        """See that whoever is in one of ``experiments`` can be answered.

        Raises:
            UnknownEngine: an arm names an engine that is not here.
            ArtifactError: a file of it is not what its card says, or it failed its self-test.
            StorageError: the installation has no secret to choose arms with.
        """
        self.key()
        for capability, experiment in experiments.items():
            for arm in experiment.arms:
                if arm.engine:
                    self.arms.prove(capability, arm.engine)

    def cards(self) -> Sequence[EngineCard]:
        """Return the cards of the engines that were arms since this process began."""
        return self.arms.cards

    def arms_of(self, engine: str, version: str) -> Iterator[tuple[str, str]]:
        """Yield the arms, by capability and name, whose answers are those of ``engine`` in ``version``."""
        for capability, experiment in self.experiments.latest.items():
            for arm in experiment.arms:
                # One that another server set may name what is not here.
                with suppress(EpicrisisError):
                    if (engine, version) in {(card.name, card.version) for card in self.cards_of(capability, arm)}:
                        yield capability, arm.name

    def cards_of(self, capability: Capability, arm: Arm) -> Sequence[EngineCard]:
        """Return the cards of the engines that answer in ``arm``; raises ``UnknownEngine``."""
        if not arm.engine:
            return self.arms.cards_of_control(capability)
        return (self.arms.card(capability, arm.engine),)

    def arm(self, capability: Capability, experiment: Experiment, unit: Unit) -> Arm:
        """Return the live arm ``unit`` is in."""
        return experiment.arm_of(draws(self.key(), capability, unit.name))

    async def ask(
        self,
        unit: Unit,
        comparison: Comparison[Answer],
        question: Callable[[Answering], Awaitable[Sequence[Answer | Failure]]],
        *,
        characters: int,
        beside: bool = True,
    ) -> Sequence[Answer | Failure]:
        """Return what the arm of ``unit`` answers to ``question``, which is put to the shadows once it has.

        It is about so many ``characters``. Where ``beside`` is not true, no shadow is asked.

        Raises:
            Exception: what the question raises.
        """
        capability = comparison.capability
        experiment = (await self.experiments.current()).get(capability)
        if experiment is None:
            return await question(self.arms.control)
        arm = self.arm(capability, experiment, unit)
        asked = _Asked(capability, comparison, question, characters)
        answers = await self._timed(arm, asked)
        for shadow in experiment.shadows if beside else ():
            self._put_beside(shadow, asked, answers)
        return answers

    async def live(self, unit: Unit, capability: Capability) -> Answering:
        """Return what answers for ``unit``, for what is asked about an answer it gave."""
        experiment = (await self.experiments.current()).get(capability)
        if experiment is None:
            return self.arms.control
        return self._had(capability, self.arm(capability, experiment, unit))[0]

    async def ask_one(
        self,
        unit: Unit,
        comparison: Comparison[Answer],
        question: Callable[[Answering], Awaitable[Answer]],
        *,
        characters: int,
        beside: bool = True,
    ) -> Answer:
        """Return what ``ask`` does, for a question that has one answer."""

        async def alone(answering: Answering) -> list[Answer | Failure]:
            return [await question(answering)]

        [answer] = await self.ask(unit, comparison, alone, characters=characters, beside=beside)
        return answered(answer)

    async def close(self) -> None:
        """Let go of what is asked beside."""
        left = list(self._waiting)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self.experiments.close()

    async def _timed(self, arm: Arm, asked: _Asked[Answering, Answer]) -> Sequence[Answer | Failure]:
        began, version = perf_counter(), ""
        answering, arm = self._had(asked.capability, arm)
        try:
            answers = await asked.question(answering)
            version = asked.comparison.version(answers)
        finally:
            self.counts.arm_answered(asked.capability, arm.name, version, perf_counter() - began)
        return answers

    def _had(self, capability: Capability, arm: Arm) -> tuple[Answering, Arm]:
        """Return what answers for ``arm``, or the control where this server does not have its engine."""
        try:
            return self._answering(capability, arm), arm
        except EpicrisisError as error:
            # Set on a server that has it: the patient is answered all the same.
            log.warning("arm not here", extra={"code": error.code})
            return self.arms.control, ALONE

    def _answering(self, capability: Capability, arm: Arm) -> Answering:
        return self.arms.answering(capability, arm.engine) if arm.engine else self.arms.control

    def _put_beside(self, shadow: Arm, asked: _Asked[Answering, Answer], answers: Sequence[Answer | Failure]) -> None:
        if len(self._waiting) >= MOST_WAITING or asked.characters > MOST_CHARACTERS:
            self.counts.shadow_asked(asked.capability, shadow.name, "", "dropped")
            return
        # In a context of its own: what it costs is no part of the request, and it logs under no request.
        beside = self._beside(shadow, asked, answers)
        task = asyncio.get_running_loop().create_task(beside, context=Context())
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    async def _beside(self, shadow: Arm, asked: _Asked[Answering, Answer], answers: Sequence[Answer | Failure]) -> None:
        outcome, version = "dropped", ""
        try:
            async with self._turn:
                # The answer first: it is written while this task waits.
                await asyncio.sleep(0)
                if self.arms.is_busy:
                    return
                outcome = "failed"
                others = await asked.question(self._answering(asked.capability, shadow))
            version = asked.comparison.version(others)
            for label, agreed in asked.comparison.of(answers, others):
                self.counts.shadow_agreed(asked.capability, shadow.name, version, label, agreed)
            outcome = "compared" if version else "failed"
        except EpicrisisError as error:
            # An engine that cannot is what shadows are there to find out.
            log.warning("shadow failed", extra={"code": error.code})
        except Exception as error:  # noqa: BLE001
            # The message of a foreign error may quote the note, so only its kind is told.
            log.warning("shadow failed", extra={"error": type(error).__name__})
        finally:
            self.counts.shadow_asked(asked.capability, shadow.name, version, outcome)


@dataclass(frozen=True, slots=True)
class _Asked(Generic[Answering, Answer]):
    capability: Capability
    comparison: Comparison[Answer]
    question: Callable[[Answering], Awaitable[Sequence[Answer | Failure]]] = field(repr=False)
    characters: int


@dataclass(frozen=True, slots=True)
class Trial(Generic[Answering]):
    """The trials of one request."""

    trials: Trials[Answering]
    unit: Unit

    @property
    def control(self) -> Answering:
        """Return what answers with the engines of the settings."""
        return self.trials.arms.control

    async def live(self, capability: Capability) -> Answering:
        """Return what answers this request, for what is asked about an answer it gave."""
        return await self.trials.live(self.unit, capability)

    async def ask(
        self,
        comparison: Comparison[Answer],
        question: Callable[[Answering], Awaitable[Sequence[Answer | Failure]]],
        *,
        characters: int = 0,
        beside: bool = True,
    ) -> Sequence[Answer | Failure]:
        """Return what ``Trials.ask`` does for this request."""
        return await self.trials.ask(self.unit, comparison, question, characters=characters, beside=beside)

    async def ask_one(
        self,
        comparison: Comparison[Answer],
        question: Callable[[Answering], Awaitable[Answer]],
        *,
        characters: int = 0,
        beside: bool = True,
    ) -> Answer:
        """Return what ``Trials.ask_one`` does for this request."""
        return await self.trials.ask_one(self.unit, comparison, question, characters=characters, beside=beside)
