from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest

from epicrisis.assembly import summarizing
from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import Missing
from epicrisis.domain.summaries import ChangeKind, Mode
from epicrisis.errors import EhrUnavailable, PatientNotFound, UnknownEhr, UnreadableDocument
from epicrisis.services.hands import Hands
from epicrisis.services.patient_records import Fetched, Patience
from epicrisis.services.patient_summary import (
    GivenPatient,
    GivenRecord,
    Progress,
    Summarized,
    SummarizePatient,
    Wanted,
)
from epicrisis.services.summary_modes import Writing
from tests.bundles import PATIENT, bundle, condition, note, settings_with
from tests.serving import rules_pipeline

pytestmark = pytest.mark.anyio

RECORD = bundle(condition("Gout", onset="2019-05-03"), condition("Asthma", id="c2", onset="2021-06-01"))


def given(record: Any = RECORD, patient: str = "") -> GivenRecord:
    return GivenRecord(json.dumps(record).encode(), patient)


def resources(record: Any) -> list[Any]:
    return [each["resource"] for each in record["entry"]]


class Shelf:
    """The records of patients in memory: what it has of each, and what it says is missing."""

    def __init__(self, found: Sequence[Any] = (), missing: Sequence[Missing] = (), *, seconds: float = 0.0) -> None:
        self.found, self.missing, self.seconds = found, missing, seconds
        self.asked = list[dict[str, Any]]()
        self.left = asyncio.Event()

    async def fetch(self, patient: str, **asked: Any) -> Fetched:
        self.asked.append({"patient": patient, **asked})
        try:
            await asyncio.sleep(self.seconds)
        except asyncio.CancelledError:
            self.left.set()
            raise
        return Fetched(self.found, tuple(self.missing), self.seconds)

    async def close(self) -> None:
        self.left.set()


def service(records: Shelf | None = None) -> SummarizePatient:
    hands = Hands(threads=2, waiting=8, name="test")
    return SummarizePatient(records=records, notes=None, writing=Writing(find=None, hands=hands), hands=hands)


async def test_what_is_told_rests_on_the_record_and_says_how_long_it_took() -> None:
    answer = await service()(given())

    cited = {source.reference for each in answer.summary.statements() for source in each.sources}
    assert cited >= {"Condition/c1", "Condition/c2"}
    assert answer.timing.ehr_api == 0.0
    assert answer.timing.total == pytest.approx(answer.timing.generation)
    assert answer.record.identity.id == PATIENT


async def test_changes_count_from_the_day_that_was_asked() -> None:
    summarize = service()

    late, early = [
        (await summarize(given(), Wanted(since=Moment.told(day)))).summary.delta.changes
        for day in ("2020-01-01", "2018-01-01")
    ]

    assert [(each.kind, each.item.concept.text) for each in late] == [(ChangeKind.NEW_PROBLEM, "Asthma")]
    assert len(early) == 2


async def test_it_says_which_part_goes_on_and_never_goes_back() -> None:
    told = list[Progress]()

    await service()(given(), progress=told.append)

    assert [each.stage for each in told] == ["reading", "baseline", "writing", "verifying"]
    assert [each.percent for each in told] == sorted(each.percent for each in told)


async def test_events_end_with_the_summary() -> None:
    events = [each async for each in service().heard(given())]

    assert isinstance(events[-1], Summarized)
    assert all(isinstance(each, Progress) for each in events[:-1])
    with pytest.raises(UnreadableDocument):
        [each async for each in service().heard(GivenRecord(b'{"colour": "red"}'))]


async def test_what_the_ehr_had_not_is_named_in_the_summary() -> None:
    missing = Missing("Observation", "the EHR does not answer")
    shelf = Shelf(resources(RECORD), [missing], seconds=0.05)

    answer = await service(shelf)(GivenPatient(PATIENT, "main", "token", "key", Patience.EXTENDED))

    assert answer.summary.missing == (missing,)
    assert 0.05 <= answer.timing.ehr_api < answer.timing.total
    assert shelf.asked == [{"patient": PATIENT, "ehr": "main", "token": "token", "key": "key", "seconds": 30.0}]


async def test_where_nothing_came_there_is_no_summary() -> None:
    with pytest.raises(EhrUnavailable):
        await service(Shelf())(GivenPatient(PATIENT))
    with pytest.raises(UnknownEhr, match="EPICRISIS_EHRS"):
        await service()(GivenPatient(PATIENT))
    with pytest.raises(PatientNotFound):
        await service()(given(patient="somebody-else"))


async def test_whoever_leaves_stops_the_work_at_once() -> None:
    shelf = Shelf(seconds=20)
    events = service(shelf).heard(GivenPatient(PATIENT))
    assert await anext(events) == Progress("fetching", 2)
    await asyncio.sleep(0.01)

    await events.aclose()

    await asyncio.wait_for(shelf.left.wait(), 1)


async def test_the_assembly_reads_notes_and_loads_what_reads_them_with_the_first() -> None:
    loaded = list[int]()

    def pipeline() -> Any:
        loaded.append(1)
        return rules_pipeline()

    summarize = summarizing(settings_with(), pipeline, lambda: None)  # type: ignore[arg-type,return-value]
    await summarize(given())
    without = len(loaded)
    read = await summarize(given(bundle(note("Assessment: Pneumonia. Denies chest pain."))))

    assert (without, bool(loaded)) == (0, True)
    [problem] = read.summary.baseline.problems
    assert problem.entries[0].concept.text == "Pneumonia"
    assert problem.sources[0].span is not None
    assert [each.concept.text.lower() for each in read.summary.baseline.denied] == ["chest pain"]
    await summarize.close()


async def test_a_mode_without_a_model_is_answered_by_the_rules() -> None:
    asked, plain = await service()(given(), Wanted(mode=Mode.HQ)), await service()(given())

    assert asked.summary.sections == plain.summary.sections
    assert (asked.summary.mode, asked.summary.asked) == (Mode.RULE, Mode.HQ)
    assert asked.summary.fallbacks
