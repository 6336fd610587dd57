from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from threading import Event
from typing import Any

import pytest

from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import Identity, Source
from epicrisis.domain.summaries import Baseline, Delta, Heading, Mode, Statement, SummarySection
from epicrisis.errors import UnknownModel
from epicrisis.services.hands import Hands
from epicrisis.services.summary_modes import FindWriter, Narrated, Plan, Writing, Written

pytestmark = pytest.mark.anyio

NOW = Moment.told("2031-03-04")
assert NOW is not None
RULES = (SummarySection(Heading.ASSESSMENT, (Statement("Gout.", (Source("Condition/1"),)),)),)
PLAN = Plan(RULES, Baseline(NOW, Identity(Source("Patient/1"))), Delta(None, NOW), "en")
WORDED = (SummarySection(Heading.ASSESSMENT, (Statement("She has gout.", (Source("Condition/1"),)),)),)
LIE = Statement("She has two heads.")


class Model:
    """A writer that does in each mode as a test says: seconds it takes, an error, or what it writes."""

    name = "model/1"

    def __init__(self, **does: Any) -> None:
        self.does = does
        self.stopped = Event()

    def write(
        self, plan: Sequence[SummarySection], *, mode: Mode, stop: Event, progress: Callable[[float], None], **_: Any
    ) -> Narrated:
        does = self.does.get(mode.value)
        progress(0.5)
        if isinstance(does, float):
            until = time.monotonic() + does
            while time.monotonic() < until:
                if stop.wait(0.01):
                    self.stopped.set()
                    break
        if isinstance(does, Exception):
            raise does
        return does if isinstance(does, Narrated) else Narrated(WORDED, kept=1)


async def written(find: FindWriter | None, mode: Mode, *, seconds: float = 5.0) -> Written:
    hands = Hands(threads=2, waiting=2, name="test")
    try:
        return await Writing(find=find, hands=hands)(
            PLAN, asked=mode, model="", model_type="", seconds=seconds, progress=lambda done: None
        )
    finally:
        hands.close()


async def test_rule_mode_asks_no_model() -> None:
    def find(name: str, kind: str) -> Model:
        raise AssertionError

    answer = await written(find, Mode.RULE)

    assert answer == Written(RULES)


@pytest.mark.parametrize("mode", [Mode.FAST, Mode.HQ])
async def test_a_model_that_is_in_time_writes_in_the_mode_that_was_asked(mode: Mode) -> None:
    answer = await written(lambda *_: Model(), mode)

    assert (answer.sections, answer.mode, answer.model, answer.fallbacks) == (WORDED, mode, "model/1", ())


async def test_what_the_record_does_not_bear_out_is_named() -> None:
    answer = await written(lambda *_: Model(fast=Narrated(WORDED, (LIE,), kept=1)), Mode.FAST)

    assert answer.unsupported == (LIE,)


async def test_hq_that_is_too_slow_falls_back_to_fast_and_is_told_to_stop() -> None:
    model = Model(hq=20.0)

    answer = await written(lambda *_: model, Mode.HQ, seconds=0.5)

    assert (answer.mode, answer.sections) == (Mode.FAST, WORDED)
    assert answer.fallbacks[0].startswith("hq: ")
    assert model.stopped.wait(2)


async def test_a_model_that_never_ends_leaves_the_rules_in_time() -> None:
    began = time.monotonic()

    answer = await written(lambda *_: Model(hq=20.0, fast=20.0), Mode.HQ, seconds=0.5)

    assert (answer.mode, answer.sections, answer.model) == (Mode.RULE, RULES, "rules")
    assert [each.partition(":")[0] for each in answer.fallbacks] == ["hq", "fast"]
    assert time.monotonic() - began < 2


async def test_a_model_that_fails_says_which_kind_of_failure_and_no_word_of_it() -> None:
    answer = await written(lambda *_: Model(hq=ValueError("She has gout"), fast=ValueError("gout")), Mode.HQ)

    assert answer.mode is Mode.RULE
    assert answer.fallbacks == ("hq: the model failed (ValueError).", "fast: the model failed (ValueError).")


async def test_a_model_whose_every_sentence_is_wrong_leaves_the_rules() -> None:
    answer = await written(lambda *_: Model(fast=Narrated(RULES, (LIE,))), Mode.FAST)

    assert (answer.mode, answer.sections) == (Mode.RULE, RULES)
    assert "bears out" in answer.fallbacks[0]


async def test_a_model_that_is_not_there_is_looked_for_once() -> None:
    asked = list[str]()

    def find(name: str, kind: str) -> Model:
        asked.append(name)
        raise UnknownModel("There is none of that name.")

    answer = await written(find, Mode.HQ)

    assert len(asked) == 1
    assert answer.fallbacks == ("hq: unknown-model: There is none of that name.",)
    assert (await written(None, Mode.FAST)).fallbacks[0].startswith("fast: missing-dependency: ")


async def test_what_came_of_a_model_when_time_was_over_is_told_as_that() -> None:
    answer = await written(lambda *_: Model(fast=Narrated(WORDED, kept=1, is_whole=False)), Mode.FAST)

    assert (answer.mode, answer.sections) == (Mode.FAST, WORDED)
    assert "rest is in the words of the rules" in answer.fallbacks[0]
