from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from epicrisis.domain.assertions import Status
from epicrisis.engines.contracts import EngineCard
from epicrisis.errors import StorageError, UnknownEngine
from epicrisis.services.access import ANYONE, Principal
from epicrisis.services.feedback import Answered, Feedback, Opinion, Verdict
from epicrisis.storage.given import MemoryGiven
from epicrisis.storage.memory import MemoryFeedback

pytestmark = pytest.mark.anyio

NOON = datetime(2031, 2, 3, 12, tzinfo=UTC)
ENGINES = [EngineCard(name, version, "Reads.", ("en",)) for name, version in [("model", "2"), ("rules", "1")]]
ANSWER = Answered("0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11", target=0)
OTHER = Answered("0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a12", target=0)
UNKNOWN = Answered("0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a13", target=0)
WARD = Principal("ward 3", ANYONE.scopes, "aaaaaaaaaaaa")


class Counted(dict[tuple[str, str, bool], int]):
    """Shows as the metrics do."""

    def __init__(self) -> None:
        self.of_arms: dict[tuple[str, str, str, bool], int] = {}

    def arm_agreed(self, capability: str, arm: str, version: str, agreed: bool, times: int) -> None:
        self.of_arms[capability, arm, version, agreed] = times

    def agreed(self, engine: str, label: str, agreed: bool, times: int) -> None:
        self[engine, label, agreed] = times


class Unreadable(MemoryFeedback):
    """A store whose disk is gone."""

    async def totals(self) -> Mapping[Verdict, int]:  # type: ignore[override]
        raise StorageError


def service(store: MemoryFeedback | None = None) -> tuple[Feedback, Counted]:
    """Return a service that remembers the answers of these tests."""
    counts, given = Counted(), MemoryGiven()
    for answer in (ANSWER, OTHER):
        given.note(answer.request_id)
    return Feedback(
        store=store or MemoryFeedback(), counts=counts, given=given, engines=ENGINES, clock=lambda: NOON
    ), counts


async def said(feedback: Feedback, right: Status, *, answer: Answered = ANSWER, by: Principal = WARD) -> Opinion:
    return await feedback(answer, given=Status.ABSENT, right=right, engine="rules", by=by)


async def test_keeps_what_was_said_of_which_answer_by_whom_and_when() -> None:
    feedback, counts = service()

    opinion = await said(feedback, Status.PRESENT)

    assert opinion == Opinion(
        opinion.id, ANSWER, WARD.key_id or "", "rules", "1", Status.ABSENT, Status.PRESENT, NOON, known=True
    )
    assert counts == {("rules", "ABSENT", False): 1}


async def test_what_is_said_of_an_answer_nobody_remembers_is_kept_and_not_counted() -> None:
    feedback, counts = service()

    opinion = await said(feedback, Status.PRESENT, answer=UNKNOWN)

    assert not opinion.known
    assert counts == {}
    assert await feedback.store.keep(opinion) == opinion


async def test_an_answer_that_was_known_when_it_was_first_spoken_of_stays_known() -> None:
    store = MemoryFeedback()
    before, _ = service(store)
    await said(before, Status.PRESENT)

    begun_anew, counts = service(store)
    begun_anew.given = MemoryGiven()
    opinion = await said(begun_anew, Status.ABSENT)

    assert opinion.known
    assert counts == {("rules", "ABSENT", True): 1}


async def test_the_answer_of_another_tenant_is_not_known() -> None:
    feedback, counts = service()
    feedback.given.note(UNKNOWN.request_id, tenant="north")

    theirs, ours = [
        await said(feedback, Status.PRESENT, answer=UNKNOWN, by=replace(WARD, tenant=tenant, key_id=tenant))
        for tenant in ("south", "north")
    ]

    assert (theirs.known, ours.known) == (False, True)
    assert counts == {("rules", "ABSENT", False): 1}


async def test_the_engine_that_usually_answers_is_meant_where_none_is_named() -> None:
    feedback, _ = service()

    opinion = await feedback(ANSWER, given=Status.ABSENT, right=Status.ABSENT, engine=None, by=ANYONE)

    assert (opinion.engine, opinion.version, opinion.by) == ("model", "2", "anyone")


async def test_an_unknown_engine_is_refused_with_the_known_ones_and_without_its_name() -> None:
    feedback, counts = service()

    with pytest.raises(UnknownEngine, match=r"\['model', 'rules'\]") as caught:
        await feedback(ANSWER, given=Status.ABSENT, right=Status.ABSENT, engine="Ana Ruiz", by=WARD)

    assert "Ana" not in str(caught.value)
    assert counts == {}


async def test_a_second_thought_replaces_the_first_also_where_it_is_counted() -> None:
    feedback, counts = service()

    first, again = await said(feedback, Status.PRESENT), await said(feedback, Status.PRESENT)
    second = await said(feedback, Status.ABSENT)

    assert first.id == again.id == second.id
    assert await feedback.store.totals() == {second.verdict: 1}
    assert counts == {("rules", "ABSENT", False): 0, ("rules", "ABSENT", True): 1}


async def test_people_who_did_not_say_who_they_are_are_told_apart_by_where_they_ask_from() -> None:
    feedback, counts = service()
    opinions = [
        await feedback(ANSWER, given=Status.ABSENT, right=right, engine="rules", by=by, client=client)
        for right, by, client in [
            (Status.PRESENT, ANYONE, "here"),
            (Status.ABSENT, ANYONE, "there"),
            (Status.ABSENT, WARD, "here"),
            (Status.ABSENT, WARD, "there"),
        ]
    ]

    here, there, ward, again = (opinion.id for opinion in opinions)
    assert len({here, there, ward}) == 3
    assert ward == again
    assert counts == {("rules", "ABSENT", False): 1, ("rules", "ABSENT", True): 2}


@pytest.mark.parametrize(
    "other",
    [
        {"answer": OTHER},
        {"answer": replace(ANSWER, target=1)},
        {"answer": replace(ANSWER, target=None, item=0)},
        {"by": replace(WARD, key_id="bbbbbbbbbbbb")},
    ],
    ids=["of another request", "of another finding", "of another text", "of somebody else"],
)
async def test_opinions_stand_beside_each_other(other: dict[str, object]) -> None:
    feedback, _ = service()

    await said(feedback, Status.PRESENT)
    opinion = await said(feedback, Status.PRESENT, **other)  # type: ignore[arg-type]

    assert await feedback.store.totals() == {opinion.verdict: 2}


async def test_what_was_kept_before_is_counted_at_the_start() -> None:
    store = MemoryFeedback()
    before, _ = service(store)
    for place in range(3):
        await said(before, Status.PRESENT, answer=replace(ANSWER, target=place))

    feedback, counts = service(store)
    await feedback.recall()

    assert counts == {("rules", "ABSENT", False): 3}


async def test_counting_begins_anew_where_nothing_can_be_recalled() -> None:
    feedback, counts = service(Unreadable())

    await feedback.recall()

    assert counts == {}
