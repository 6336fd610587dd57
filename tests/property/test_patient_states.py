"""A record looks the same however it is ordered, and what changed is what tells one state of it from the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from epicrisis.domain.assertions import Status
from epicrisis.domain.documents import Document
from epicrisis.domain.moments import Moment, Period
from epicrisis.domain.patients import (
    AllergyIntolerance,
    ClinicalNote,
    ClinicalStatus,
    Concept,
    Condition,
    Encounter,
    Identity,
    Immunization,
    MedicationUse,
    Observation,
    ObservationCategory,
    PatientRecord,
    PlannedCare,
    Procedure,
    Sex,
    Source,
    UseStatus,
    Verification,
    facts_of,
)
from epicrisis.domain.records import Code, CodeSystem, Quantity
from epicrisis.domain.spans import Span
from epicrisis.domain.summaries import Baseline, ChangeKind, Current
from epicrisis.engines.patients.baseline import baseline
from epicrisis.engines.patients.delta import delta
from epicrisis.engines.patients.sameness import same_conditions
from epicrisis.engines.patients.states import as_of
from epicrisis.engines.patients.times import limit

SNOMED = "http://snomed.info/sct"
CONCEPTS = [
    Concept("Asthma (disorder)", (Code(SNOMED, "195967001", "Asthma"),)),
    Concept("asthma"),
    Concept("Gout", (Code(SNOMED, "90560007", "Gout"), Code(CodeSystem.ICD_10_CM, "M10.9", "Gout"))),
    Concept("gouty arthritis", (Code(CodeSystem.ICD_10_CM, "M10.9", "Gout"),)),
]
DRUGS = ["Lisinopril 10 MG Oral Tablet", "Lisinopril 20 MG Oral Tablet", "lisinopril", "Hydrocortisone 10 MG/ML Cream"]
POTASSIUM = Concept("Potassium", (Code(CodeSystem.LOINC, "2823-3", "Potassium"),))
HOUR = timedelta(hours=1)
COMING = (ChangeKind.NEW_PROBLEM, ChangeKind.PROBLEM_RECURRED)

moments = st.integers(0, 1200).map(lambda day: Moment(datetime(2015, 1, 1, 8, tzinfo=UTC) + timedelta(days=day)))
maybe = st.none() | moments
endings = st.none() | st.integers(0, 600).map(lambda days: timedelta(days=days))


def _source(kind: str, number: int, noted: int | None) -> Source:
    """Return the source of a resource, or of a stretch of the note ``noted``."""
    return (
        Source(f"{kind}/{number}") if noted is None else Source(f"DocumentReference/{noted}", Span(number, number + 1))
    )


def _after(start: Moment | None, span: timedelta | None) -> Moment | None:
    return None if start is None or span is None else Moment(start.first + span)


@st.composite
def conditions(draw: st.DrawFn, number: int) -> Condition:
    recorded, onset = draw(maybe), draw(maybe)
    ended = _after(onset or recorded, draw(endings))
    noted = draw(st.none() | st.integers(0, 1))
    status = draw(st.sampled_from([ClinicalStatus.RESOLVED, ClinicalStatus.INACTIVE, ClinicalStatus.UNKNOWN]))
    if ended is None:
        status = draw(st.sampled_from(list(ClinicalStatus)))
    verification = draw(st.sampled_from([Verification.CONFIRMED] * 4 + [Verification.REFUTED]))
    return Condition(
        _source("Condition", number, noted),
        draw(st.sampled_from(CONCEPTS)),
        status,
        verification,
        onset,
        ended,
        recorded,
    )


@st.composite
def medications(draw: st.DrawFn, number: int) -> MedicationUse:
    authored = draw(maybe)
    return MedicationUse(
        _source("MedicationRequest", number, draw(st.none() | st.integers(0, 1))),
        Concept(draw(st.sampled_from(DRUGS))),
        draw(st.sampled_from(list(UseStatus))),
        draw(st.sampled_from(["MedicationRequest", "MedicationDispense"])),
        authored=authored,
        period=Period(None, _after(authored, draw(endings))),
        encounter=draw(st.sampled_from(["", "Encounter/0"])),
    )


@st.composite
def records(draw: st.DrawFn) -> PatientRecord:
    """Draw a record of a few problems, drugs, results, visits and notes, in any order of time."""
    sizes = st.integers(0, 5)
    allergens = [Concept("Penicillin"), Concept("Allergy to penicillin"), Concept("Latex")]
    return PatientRecord(
        Identity(Source("Patient/1"), born=Moment.told("1960"), sex=Sex.FEMALE),
        conditions=tuple(draw(conditions(each)) for each in range(draw(sizes))),
        medications=tuple(draw(medications(each)) for each in range(draw(sizes))),
        allergies=tuple(
            AllergyIntolerance(Source(f"Allergy/{each}"), draw(st.sampled_from(allergens)), recorded=draw(maybe))
            for each in range(draw(sizes))
        ),
        observations=tuple(
            Observation(
                Source(f"Observation/{each}"), POTASSIUM, ObservationCategory.LABORATORY,
                Quantity(draw(st.sampled_from([3.1, 4.2, 5.8])), "mmol/L", "mmol/L"), at=draw(maybe),
            )
            for each in range(draw(sizes))
        ),
        procedures=tuple(
            Procedure(
                Source(f"Procedure/{each}"), Concept("Colonoscopy"),
                draw(st.sampled_from([Status.PRESENT, Status.HYPOTHETICAL])), Period(draw(maybe), None),
            )
            for each in range(draw(sizes))
        ),
        immunizations=tuple(
            Immunization(Source(f"Immunization/{each}"), Concept("Tdap"), draw(maybe)) for each in range(draw(sizes))
        ),
        encounters=tuple(
            Encounter(Source(f"Encounter/{each}"), Concept("Visit"), period=Period(start, _after(start, HOUR)))
            for each, start in enumerate(draw(st.lists(maybe, max_size=4)))
        ),
        plans=tuple(
            PlannedCare(Source(f"CarePlan/{each}"), Concept("Diet"), "CarePlan", period=Period(draw(maybe)))
            for each in range(draw(sizes))
        ),
        notes=tuple(
            ClinicalNote(Source(f"DocumentReference/{each}"), Document(f"n{each}", "Note.", "en"), at=draw(maybe))
            for each in range(2)
        ),
    )  # fmt: skip


def sources(record: PatientRecord) -> set[Source]:
    return {fact.source for fact in facts_of(record)}


def shuffled(record: PatientRecord, seed: int) -> PatientRecord:
    """Return ``record`` with every list of it in another order."""
    random = Random(seed)
    names = (
        "conditions",
        "medications",
        "allergies",
        "observations",
        "procedures",
        "immunizations",
        "encounters",
        "plans",
    )
    return replace(
        record,
        **{name: tuple(random.sample(list(getattr(record, name)), len(getattr(record, name)))) for name in names},
    )


def spoken(current: Sequence[Current]) -> list[set[Source]]:
    return [set(each.sources) for each in current]


@settings(max_examples=40)
@given(records(), moments)
def test_a_state_looked_back_at_again_is_the_same(record: PatientRecord, at: Moment) -> None:
    once = as_of(record, at)

    assert as_of(once, at) == once


@settings(max_examples=40)
@given(records(), moments, moments)
def test_an_earlier_state_knows_nothing_that_a_later_one_does_not(
    record: PatientRecord, one: Moment, other: Moment
) -> None:
    earlier, later = as_of(record, min(one, other)), as_of(record, max(one, other))

    assert sources(earlier) <= sources(later)
    assert sources(as_of(later, min(one, other))) == sources(earlier)


@settings(max_examples=40)
@given(records(), moments)
def test_nothing_changes_in_no_time(record: PatientRecord, at: Moment) -> None:
    assert delta(record, since=at, until=at).changes == ()


@settings(max_examples=40)
@given(records(), moments, moments, st.integers(0, 1000))
def test_the_order_of_a_record_changes_nothing(record: PatientRecord, one: Moment, other: Moment, seed: int) -> None:
    again = shuffled(record, seed)
    since, until = min(one, other), max(one, other)

    assert delta(again, since=since, until=until) == delta(record, since=since, until=until)
    assert baseline(again, at=until) == baseline(record, at=until)


@settings(max_examples=40)
@given(records(), moments, moments)
def test_every_change_rests_on_the_record_and_lies_in_its_time(
    record: PatientRecord, one: Moment, other: Moment
) -> None:
    since, until = min(one, other), max(one, other)

    changes = delta(record, since=since, until=until).changes

    told = sources(record)
    assert all(change.sources and set(change.sources) <= told for change in changes)
    assert all(change.at is None or limit(since) < change.at.first <= limit(until) for change in changes)
    repeated = Counter((change.kind, change.item.source, change.at, change.before, change.after) for change in changes)
    assert all(count == 1 for count in repeated.values())


@settings(max_examples=40)
@given(records(), moments, moments)
def test_problems_are_those_before_and_what_came_without_what_went(
    record: PatientRecord, one: Moment, other: Moment
) -> None:
    since, until = min(one, other), max(one, other)
    homes = {
        entry.source: number
        for number, group in enumerate(same_conditions(as_of(record, until).conditions))
        for entry in group
    }

    def problems(state: Baseline) -> set[int]:
        return {homes[each.entries[0].source] for each in state.problems}

    here = problems(baseline(record, at=since))
    for change in delta(record, since=since, until=until).changes:
        if change.kind in COMING:
            assert homes[change.item.source] not in here
            here.add(homes[change.item.source])
        elif change.kind is ChangeKind.PROBLEM_RESOLVED:
            here.remove(homes[change.item.source])

    assert here == problems(baseline(record, at=until))


@settings(max_examples=40)
@given(records(), moments, moments)
def test_drugs_are_those_before_and_what_began_without_what_stopped(
    record: PatientRecord, one: Moment, other: Moment
) -> None:
    since, until = min(one, other), max(one, other)
    # Where a drug goes is told by its entries together, so only those that all say so are one drug at any time.
    record = replace(
        record, medications=tuple(each for each in record.medications if each.concept.text != "lisinopril")
    )

    def drugs(state: Baseline) -> set[str]:
        return {each.entries[0].concept.text.split()[0] for each in state.medications}

    here = drugs(baseline(record, at=since))
    for change in delta(record, since=since, until=until).changes:
        if change.kind in (ChangeKind.MEDICATION_STARTED, ChangeKind.MEDICATION_STOPPED, ChangeKind.MEDICATION_HELD):
            assert isinstance(change.item, MedicationUse)
            name = change.item.concept.text.split()[0]
            here = here - {name} if change.kind is ChangeKind.MEDICATION_STOPPED else here | {name}

    assert here == drugs(baseline(record, at=until))
