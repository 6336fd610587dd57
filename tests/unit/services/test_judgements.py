from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from epicrisis.engines.contracts import EngineCard
from epicrisis.errors import StorageError
from epicrisis.services.access import ANYONE, Principal
from epicrisis.services.interactions import Interactions
from epicrisis.services.judgements import Counted, Judge, Judged, Said
from epicrisis.storage.given import MemoryGiven
from epicrisis.storage.memory_differentials import MemoryJudgements
from tests.interactions import EXCHANGE, NOON, REQUEST, asker, kept_in

pytestmark = pytest.mark.anyio

CARD = EngineCard("knowledge", "2", "Ranks.", ("en",))
SAID = Said(REQUEST, "I21.9", Judged.RULED_OUT, "I20.0")
WARD = Principal("ward 3", ANYONE.scopes, "aaaaaaaaaaaa")


class Shown(dict[tuple[str, str, str], int]):
    """Shows as the metrics do."""

    def judged(self, engine: str, version: str, judged: str, times: int) -> None:
        self[engine, version, judged] = times


class Unreadable(MemoryJudgements):
    """A store whose disk is gone."""

    async def totals(self) -> Mapping[Counted, int]:  # type: ignore[override]
        raise StorageError


def judge(
    store: MemoryJudgements | None = None, interactions: Interactions | None = None, *, remembers: bool = True
) -> tuple[Judge, Shown]:
    """Return what takes judgements, and remembers the request of these tests."""
    shown, given = Shown(), MemoryGiven()
    if remembers:
        given.note(REQUEST)
    return Judge(
        store=store or MemoryJudgements(), counts=shown, given=given, interactions=interactions or kept_in(keeps=False),
        card=lambda: CARD, clock=lambda: NOON,
    ), shown  # fmt: skip


async def test_keeps_what_was_said_of_which_condition_by_whom_and_when() -> None:
    judges, shown = judge()

    kept = await judges(SAID, by=WARD)

    assert (kept.said, kept.by, kept.engine, kept.version) == (SAID, "aaaaaaaaaaaa", "knowledge", "2")
    assert (kept.at, kept.known) == (NOON, True)
    assert shown == {("knowledge", "2", "RULED_OUT"): 1}


async def test_a_second_thought_replaces_the_first_and_is_counted_once() -> None:
    judges, shown = judge()
    first = await judges(SAID, by=WARD)

    second = await judges(replace(SAID, judged=Judged.CONFIRMED), by=WARD)

    assert second.id == first.id
    assert shown == {("knowledge", "2", "RULED_OUT"): 0, ("knowledge", "2", "CONFIRMED"): 1}


async def test_another_condition_another_request_and_another_person_are_others() -> None:
    judges, _ = judge()

    ids = {
        (await judges(said, by=by, client=client)).id
        for said, by, client in [
            (SAID, WARD, ""),
            (replace(SAID, subject="I20.0"), WARD, ""),
            (replace(SAID, about="another"), WARD, ""),
            (SAID, replace(WARD, key_id="bbbbbbbbbbbb"), ""),
            (SAID, replace(WARD, tenant="north"), ""),
            (SAID, ANYONE, "here"),
            (SAID, ANYONE, "there"),
        ]
    }

    assert len(ids) == 7


async def test_what_is_said_of_an_answer_nobody_gave_is_kept_and_not_counted() -> None:
    judges, shown = judge(remembers=False)

    kept = await judges(SAID, by=WARD)

    assert (kept.known, shown) == (False, {})


async def test_an_answer_that_was_kept_is_known_for_as_long_with_the_version_that_gave_it() -> None:
    interactions = kept_in()
    await interactions.keep(EXCHANGE, asker("north"))
    judges, shown = judge(interactions=interactions, remembers=False)

    own = await judges(SAID, by=replace(WARD, tenant="north"))
    foreign = await judges(SAID, by=replace(WARD, tenant="south"))

    assert (own.known, own.version) == (True, "1")
    assert (foreign.known, foreign.version) == (False, "2")
    assert shown == {("knowledge", "1", "RULED_OUT"): 1}


async def test_what_cannot_be_counted_leaves_what_was_shown() -> None:
    judges, shown = judge(Unreadable())

    assert (await judges(SAID, by=WARD)).known
    assert shown == {}
