"""Who writes a summary: a model where one was asked for and can, and the rules where it cannot, or not in time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event
from time import perf_counter
from typing import Protocol

from epicrisis.domain.summaries import Baseline, Delta, Mode, Statement, SummarySection
from epicrisis.errors import DeadlineExceeded, EpicrisisError, MissingDependency, Overloaded
from epicrisis.services.hands import Hands
from epicrisis.services.lending import why_not

RULES = "rules"
# Of the time there is, what the slower mode may use before the quicker one gets its chance.
_SHARE_OF_HQ = 0.6
_TO_END = 0.5


@dataclass(frozen=True, slots=True)
class Narrated:
    """A plan in a model's words, and what it said that the record does not bear out.

    ``kept`` sentences are the model's; where it ``is_whole`` no more, the rest is in the words of the rules.
    """

    sections: tuple[SummarySection, ...]
    unsupported: tuple[Statement, ...] = ()
    kept: int = 0
    is_whole: bool = True


class Writer(Protocol):
    """A model that says a plan in its own words, each sentence of which is checked against the record."""

    name: str
    """The model and its version, as the answer names them."""

    def write(
        self,
        plan: Sequence[SummarySection],
        *,
        baseline: Baseline,
        delta: Delta,
        mode: Mode,
        language: str,
        stop: Event,
        seconds: float,
        progress: Callable[[float], None],
    ) -> Narrated:
        """Return ``plan`` reworded, as far as ``seconds`` reach, or until ``stop`` is set.

        ``progress`` hears which part of it is done.
        """
        ...


FindWriter = Callable[[str, str], Writer]
"""Returns the model of that name and type; raises an ``EpicrisisError`` where it cannot be had."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a summary has to say, and what it rests on."""

    sections: tuple[SummarySection, ...]
    baseline: Baseline
    delta: Delta
    language: str


@dataclass(frozen=True, slots=True)
class Written:
    """A summary as somebody wrote it: which mode, which model, and why no better one."""

    sections: tuple[SummarySection, ...]
    mode: Mode = Mode.RULE
    model: str = RULES
    fallbacks: tuple[str, ...] = ()
    unsupported: tuple[Statement, ...] = ()


class Writing:
    """Lets models write within their time, and falls back from ``hq`` to ``fast`` to the plan as the rules have it."""

    def __init__(self, *, find: FindWriter | None, hands: Hands) -> None:
        self.find = find
        self.hands = hands

    async def __call__(
        self,
        plan: Plan,
        *,
        asked: Mode,
        model: str,
        model_type: str,
        seconds: float,
        progress: Callable[[float], None],
    ) -> Written:
        """Return ``plan`` as written in the mode ``asked``, or the best below it that answers within ``seconds``."""
        fallbacks, end = list[str](), perf_counter() + seconds
        for mode in _ladder(asked):
            left = end - perf_counter()
            share = left * _SHARE_OF_HQ if mode is Mode.HQ else left
            try:
                name, narrated = await self._write(plan, mode, model, model_type, share, progress)
                if narrated.kept:
                    if not narrated.is_whole:
                        fallbacks.append(
                            f"{mode}: not all of it in {share:.0f} s; the rest is in the words of the rules."
                        )
                    return Written(narrated.sections, mode, name, tuple(fallbacks), narrated.unsupported)
                fallbacks.append(f"{mode}: the model wrote nothing that the record bears out.")
            except Exception as error:  # noqa: BLE001  whatever a model does, the rules have an answer
                fallbacks.append(f"{mode}: {why_not(error, seconds=share)}")
                if isinstance(error, EpicrisisError) and not isinstance(error, DeadlineExceeded | Overloaded):
                    # What cannot be loaded for one mode cannot be for the other.
                    break
        return Written(plan.sections, fallbacks=tuple(fallbacks))

    async def _write(
        self, plan: Plan, mode: Mode, model: str, model_type: str, seconds: float, progress: Callable[[float], None]
    ) -> tuple[str, Narrated]:
        if self.find is None:
            raise MissingDependency("No model is set up here; EPICRISIS_SUMMARY_MODEL names one.")
        find, loop, end = self.find, asyncio.get_running_loop(), perf_counter() + seconds

        def tell(done: float) -> None:
            loop.call_soon_threadsafe(progress, done)

        def work(stop: Event) -> tuple[str, Narrated]:
            writer = find(model, model_type)
            narrated = writer.write(
                plan.sections,
                baseline=plan.baseline,
                delta=plan.delta,
                mode=mode,
                language=plan.language,
                stop=stop,
                # A little less: what was written until then is worth having.
                seconds=max(0.0, end - perf_counter() - _TO_END),
                progress=tell,
            )
            return writer.name, narrated

        return await self.hands.do(work, seconds=seconds)


def _ladder(asked: Mode) -> tuple[Mode, ...]:
    return {Mode.HQ: (Mode.HQ, Mode.FAST), Mode.FAST: (Mode.FAST,), Mode.RULE: ()}[asked]
