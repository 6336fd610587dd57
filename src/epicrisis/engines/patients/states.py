"""The record of a patient as it stood at an earlier moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from epicrisis.domain.moments import Moment, Period
from epicrisis.domain.patients import (
    AllergyIntolerance,
    ClinicalStatus,
    Condition,
    Encounter,
    Fact,
    MedicationUse,
    PatientRecord,
    PlannedCare,
    UseStatus,
)
from epicrisis.engines.patients.sameness import same_drugs
from epicrisis.engines.patients.spells import Orders, visits_of
from epicrisis.engines.patients.times import known_at, limit, notes_of

_T = TypeVar("_T", bound=Fact)
_Problem = TypeVar("_Problem", Condition, AllergyIntolerance)


def as_of(record: PatientRecord, at: Moment) -> PatientRecord:
    """Return ``record`` as it stood at ``at``, which is the end of the day where it names a day.

    What began or was written down later is gone, and so is what later notes tell; what ended later has not ended. What
    carries no date at all stays, and so does a status of which nobody says since when it is so.
    """
    until = limit(at)
    notes = notes_of(record)

    def told(facts: Iterable[_T]) -> tuple[_T, ...]:
        return tuple(fact for fact in facts if (when := known_at(fact, notes)) is None or when.first <= until)

    def is_later(moment: Moment | None) -> bool:
        return moment is not None and moment.first > until

    def problem(entry: _Problem) -> _Problem:
        if not is_later(entry.ended):
            return entry
        status = entry.clinical if entry.clinical.is_active else ClinicalStatus.ACTIVE
        return replace(entry, ended=None, clinical=status)

    def encounter(entry: Encounter) -> Encounter:
        if not is_later(entry.period.end):
            return entry
        return replace(entry, period=Period(entry.period.start), is_over=False)

    def plan(entry: PlannedCare) -> PlannedCare:
        return replace(entry, is_open=True) if is_later(entry.period.end) and not entry.is_open else entry

    died = record.identity.died
    return replace(
        record,
        identity=replace(record.identity, died=None, is_dead=False) if is_later(died) else record.identity,
        conditions=tuple(map(problem, told(record.conditions))),
        medications=told(_medications(record, until)),
        allergies=tuple(map(problem, told(record.allergies))),
        observations=told(record.observations),
        procedures=told(record.procedures),
        immunizations=told(record.immunizations),
        family=told(record.family),
        social=told(record.social),
        encounters=tuple(map(encounter, told(record.encounters))),
        plans=tuple(map(plan, told(record.plans))),
        notes=tuple(note for note in record.notes if not is_later(note.at)),
    )


def _medications(record: PatientRecord, until: datetime) -> tuple[MedicationUse, ...]:
    """Return every entry, those that ended after ``until`` as active ones."""
    visits = visits_of(record.encounters)
    ends: dict[int, tuple[datetime, Moment | None] | None] = {}
    for group in same_drugs(record.medications):
        orders = Orders(group)
        ends |= {id(entry): orders.stopped(entry, visits) for entry in group}
    return tuple(
        replace(entry, status=UseStatus.ACTIVE, period=Period(entry.period.start))
        if (end := ends[id(entry)]) is not None and end[0] > until
        else entry
        for entry in record.medications
    )
