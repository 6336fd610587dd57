"""Who answers in an experiment, who is asked beside, and what is told of both."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from epicrisis.domain.assertions import Assertion, Status
from epicrisis.domain.assessments import Assessment
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import EngineCard
from epicrisis.errors import StorageError, UnknownEngine
from epicrisis.services.agreement import NAMED_FINDINGS
from epicrisis.services.arms import Unit
from epicrisis.services.experiment_table import LOOKED_AT_EVERY, Experiments, KeptExperiment
from epicrisis.services.experiments import Arm, Capability, Experiment, Mode
from epicrisis.services.outcomes import Failure
from epicrisis.services.trials import MOST_CHARACTERS, MOST_WAITING, Trial, Trials
from epicrisis.storage.memory import MemoryExperiments, MemorySecret

pytestmark = pytest.mark.anyio

NOTE = Document("1", "Denies fever.", "en")
FEVER = Span(7, 12)
STATUS = {"control": Status.ABSENT, "agrees": Status.ABSENT, "differs": Status.PRESENT}
ANA = Unit("0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11", patient="Ana Ruiz Prueba")


class Engine:
    """Judges everything alike; ``breaks`` and ``waits`` are engines that do."""

    def __init__(self, name: str, held: asyncio.Event) -> None:
        self.name = name
        self.held = held

    async def __call__(self) -> list[Assessment | Failure]:
        if self.name == "breaks":
            raise ValueError("cannot parse 'Denies fever.'")
        if self.name == "waits":
            await self.held.wait()
        judged = Assertion(FEVER, STATUS.get(self.name, Status.ABSENT), 0.9)
        return [Assessment(NOTE, (judged,), (None,), None, engine=self.name, version="1")]


class Few:
    """A handful of engines, as busy as a test says."""

    def __init__(self) -> None:
        self.held = asyncio.Event()
        self.is_busy = False
        self.cards: Sequence[EngineCard] = ()

    @property
    def control(self) -> Engine:
        return Engine("control", self.held)

    def answering(self, capability: Capability, engine: str) -> Engine:
        if engine == "unknown":
            raise UnknownEngine
        return Engine(engine, self.held)

    def card(self, capability: Capability, engine: str) -> EngineCard:
        if engine == "unknown":
            raise UnknownEngine
        return EngineCard(engine, "1", "Judges.", ("en",))

    def cards_of_control(self, capability: Capability) -> Sequence[EngineCard]:
        return [self.card(capability, "control")]

    def prove(self, capability: Capability, engine: str) -> EngineCard:
        return self.card(capability, engine)


class Counted:
    """Counts as the metrics do."""

    def __init__(self) -> None:
        self.answers: Counter[Any] = Counter()
        self.shadows: Counter[Any] = Counter()
        self.verdicts: Counter[Any] = Counter()

    def arm_answered(self, capability: str, arm: str, version: str, seconds: float) -> None:
        assert seconds >= 0
        self.answers[capability, arm, version] += 1

    def shadow_asked(self, capability: str, arm: str, version: str, outcome: str) -> None:
        self.shadows[arm, outcome] += 1

    def shadow_agreed(self, capability: str, arm: str, version: str, label: str, agreed: bool) -> None:
        self.verdicts[arm, label, agreed] += 1


def trials(*arms: Arm, store: Any = None) -> tuple[Trials[Engine], Few, Counted]:
    few, counted = Few(), Counted()
    of_settings = {Capability.ASSERTION: Experiment(arms)} if arms else {}
    experiments = Experiments(store or MemoryExperiments(), of_settings=of_settings)
    return Trials(few, experiments=experiments, secret=MemorySecret(), counts=counted), few, counted


async def asked(trials: Trials[Engine], unit: Unit = ANA, *, characters: int = 13) -> str:
    [answer] = await Trial(trials, unit).ask(NAMED_FINDINGS, lambda engine: engine(), characters=characters)
    assert isinstance(answer, Assessment)
    return answer.engine


async def settled(counted: Counted, *, shadows: int) -> None:
    async with asyncio.timeout(5):
        while sum(counted.shadows.values()) < shadows:
            await asyncio.sleep(0.001)


async def test_without_an_experiment_the_control_answers_and_nothing_is_counted() -> None:
    several, _, counted = trials()

    assert await asked(several) == "control"
    assert not counted.answers


async def test_one_arm_answers_and_its_version_is_counted() -> None:
    several, _, counted = trials(Arm("new", "agrees"))

    assert await asked(several) == "agrees"
    assert counted.answers == {("assertion", "new", "agrees-1"): 1}


async def test_a_patient_stays_and_requests_without_one_are_dealt_out_by_their_ids() -> None:
    several, _, _ = trials(Arm("control"), Arm("new", "agrees"))
    ids = [f"{number:08d}-6f0e-4e2c-9d0b-3c2c5a7f9a11" for number in range(40)]

    of_ana = {await asked(several, Unit(each, "Ana Ruiz Prueba")) for each in ids}
    of_nobody = [await asked(several, Unit(each)) for each in ids]

    assert len(of_ana) == 1
    assert set(of_nobody) == {"control", "agrees"}
    assert of_nobody == [await asked(several, Unit(each)) for each in ids]


async def test_one_name_of_two_tenants_is_two_patients() -> None:
    several, _, _ = trials(Arm("control"), Arm("new", "agrees"))
    patients = [f"patient {number}" for number in range(40)]

    north = [await asked(several, Unit("r", each, "north")) for each in patients]
    south = [await asked(several, Unit("r", each, "south")) for each in patients]

    assert north != south


async def test_a_shadow_is_compared_and_never_answers() -> None:
    several, _, counted = trials(Arm("same", "agrees", mode=Mode.SHADOW), Arm("other", "differs", mode=Mode.SHADOW))

    assert await asked(several) == "control"
    await settled(counted, shadows=2)

    assert counted.shadows == {("same", "compared"): 1, ("other", "compared"): 1}
    assert counted.verdicts == {("same", "ABSENT", True): 1, ("other", "ABSENT", False): 1}


async def test_a_shadow_that_fails_costs_nobody_an_answer_and_tells_no_word(caplog: pytest.LogCaptureFixture) -> None:
    several, _, counted = trials(Arm("new", "breaks", mode=Mode.SHADOW))

    assert await asked(several) == "control"
    await settled(counted, shadows=1)

    assert counted.shadows == {("new", "failed"): 1}
    assert "fever" not in caplog.text


async def test_shadows_are_dropped_while_requests_wait_for_a_long_note_and_when_too_many_wait() -> None:
    several, few, counted = trials(Arm("new", "waits", mode=Mode.SHADOW))

    few.is_busy = True
    await asked(several)
    await settled(counted, shadows=1)
    few.is_busy = False
    await asked(several, characters=MOST_CHARACTERS + 1)
    assert counted.shadows == {("new", "dropped"): 2}

    for _ in range(MOST_WAITING + 3):
        await asked(several)
    assert counted.shadows == {("new", "dropped"): 5}

    few.held.set()
    await settled(counted, shadows=5 + MOST_WAITING)
    assert counted.shadows["new", "compared"] == MOST_WAITING


async def test_an_arm_that_fails_is_counted_and_its_error_is_told() -> None:
    several, _, counted = trials(Arm("new", "breaks"))

    with pytest.raises(ValueError, match="cannot parse"):
        await asked(several)

    assert counted.answers == {("assertion", "new", ""): 1}


async def test_an_arm_that_is_not_installed_here_leaves_the_patient_to_the_control() -> None:
    several, _, counted = trials(Arm("new", "unknown"))

    assert await asked(several) == "control"
    assert counted.answers == {("assertion", "control", "control-1"): 1}


async def test_the_arms_of_an_engine_are_found_by_its_version() -> None:
    several, _, _ = trials(Arm("control"), Arm("new", "agrees"), Arm("gone", "unknown"))

    assert [*several.arms_of("agrees", "1")] == [("assertion", "new")]
    assert [*several.arms_of("control", "1")] == [("assertion", "control")]
    assert [*several.arms_of("agrees", "2")] == []


async def test_what_is_set_goes_before_the_settings_and_an_end_is_the_control() -> None:
    several, _, _ = trials(Arm("new", "agrees"))

    await several.experiments.set(Capability.ASSERTION, Experiment((Arm("other", "differs"),)))
    assert await asked(several) == "differs"
    await several.experiments.set(Capability.ASSERTION, Experiment())
    assert await asked(several) == "control"


class Flaky(MemoryExperiments):
    """A store that is down when told to."""

    is_down = False

    async def all(self) -> dict[Capability, KeptExperiment]:
        if self.is_down:
            raise StorageError
        return await super().all()

    async def put(self, capability: Capability, kept: KeptExperiment) -> None:
        if self.is_down:
            raise StorageError
        await super().put(capability, kept)


async def test_another_server_follows_after_a_moment_and_goes_on_as_before_while_the_store_is_down() -> None:
    now, store = 0.0, Flaky()
    here, there = (Experiments(store, clock=lambda: now) for _ in range(2))
    experiment: Mapping[Capability, Experiment] = {Capability.READERS: Experiment((Arm("new", "rules"),))}

    assert await there.current() == {}
    await here.set(Capability.READERS, experiment[Capability.READERS])
    assert await here.current() == experiment
    assert await there.current() == {}
    now += LOOKED_AT_EVERY
    assert await there.current() == experiment

    store.is_down = True
    now += 3600
    assert await there.current() == experiment
    with pytest.raises(StorageError):
        await here.set(Capability.READERS, Experiment())
    assert await here.current() == experiment
