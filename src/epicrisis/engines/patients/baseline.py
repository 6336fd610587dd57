"""What of a patient's record holds at a moment: each thing once, with every entry that says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from epicrisis.domain.assertions import Status
from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import (
    AllergyIntolerance,
    Condition,
    Encounter,
    Fact,
    FamilyMember,
    Immunization,
    MedicationUse,
    ObservationCategory,
    PatientRecord,
    PlannedCare,
    Procedure,
    SocialFact,
    Verification,
)
from epicrisis.domain.summaries import Baseline, Current
from epicrisis.engines.patients.results import TESTED, series_of
from epicrisis.engines.patients.sameness import same_allergies, same_concepts, same_conditions, same_drugs, words_of
from epicrisis.engines.patients.spells import Spell, Spells, is_noted, is_taken, is_there
from epicrisis.engines.patients.states import as_of
from epicrisis.engines.patients.times import ALWAYS, begun, last_moment, limit

FOLLOW_UP = "FollowUp"
"""The kind of a plan that a note tells: it is open until the next visit."""

_Entry = TypeVar("_Entry", Condition, AllergyIntolerance, MedicationUse)
_Problem = TypeVar("_Problem", Condition, AllergyIntolerance)
_T = TypeVar("_T", bound=Fact)
_Event = TypeVar("_Event", Procedure, Immunization)


def baseline(record: PatientRecord, *, at: Moment | None = None) -> Baseline:
    """Return what holds at ``at``, or at the last moment that ``record`` tells.

    Of several entries for one thing, those that hold speak, those of resources before those of notes, the latest first.
    ``docs/clinical/baseline-and-delta.md`` defines each part.
    """
    at = last_moment(record) if at is None else at
    until = limit(at)
    record = as_of(record, at)
    spells = Spells(record)
    problems, past, denied = _problems(record, spells, until)
    series = series_of(record)
    latest = {kind: tuple(each.latest(record.identity) for each in series if each.category is kind) for kind in TESTED}
    return Baseline(
        at,
        record.identity,
        problems=problems,
        past_problems=past,
        denied=denied,
        medications=_medications(record, spells, until),
        allergies=_allergies(record, spells, until),
        allergies_denied=tuple(newest(each for each in record.allergies if each.denied)),
        labs=latest[ObservationCategory.LABORATORY],
        vitals=latest[ObservationCategory.VITAL_SIGNS],
        examinations=tuple(each.latest(record.identity) for each in series if each.category not in TESTED),
        procedures=tuple(_once(newest(each for each in record.procedures if each.status is Status.PRESENT))),
        immunizations=tuple(_once(newest(each for each in record.immunizations if each.is_given))),
        family=_family(record.family),
        social=_social(record.social),
        plans=tuple(newest(_open_plans(record))),
        encounters=tuple(newest(record.encounters)),
    )


def newest(facts: Iterable[_T]) -> list[_T]:
    """Return ``facts`` the latest first, those without a date last."""
    ordered = sorted(facts, key=lambda each: each.source)
    return sorted(ordered, key=lambda each: when.first if (when := begun(each)) else ALWAYS, reverse=True)


def speaking(spells: Sequence[Spell[_Entry]], until: datetime) -> list[Spell[_Entry]]:
    """Return the spells that hold at ``until``: those of resources first, the latest before the others."""
    holding = sorted((spell for spell in spells if spell.covers(until)), key=lambda spell: spell.entry.source)
    return sorted(holding, key=lambda spell: (not is_noted(spell.entry), spell.first), reverse=True)


def _problems(
    record: PatientRecord, spells: Spells, until: datetime
) -> tuple[tuple[Current, ...], tuple[Current, ...], tuple[Condition, ...]]:
    """Return what somebody has, what they had, and what they are said not to have."""
    here: list[tuple[datetime, Current]] = []
    past: list[tuple[datetime, Current]] = []
    denied = []
    for group in same_conditions(record.conditions):
        told = [each for each in group if each.verification is not Verification.REFUTED]
        denied += newest(each for each in group if each.verification is Verification.REFUTED)[:1]
        if not told:
            continue
        holding = speaking(spells.of_problem(group), until)
        if holding:
            here.append((holding[0].first, Current((*_entries(holding), *_beside(told, holding, is_there)))))
        else:
            over = newest(told)
            past.append((_first(over[0]), Current(tuple(over))))
    return _by_time(here), _by_time(past), tuple(newest(denied))


def _allergies(record: PatientRecord, spells: Spells, until: datetime) -> tuple[Current, ...]:
    found: list[tuple[datetime, Current]] = []
    for group in same_allergies([each for each in record.allergies if not each.denied]):
        holding = speaking(spells.of_problem(group), until)
        if holding:
            contradicting = [each for each in group if each.verification is Verification.REFUTED]
            beside = _beside(group, holding, is_there)
            entries = (*_entries(holding), *dict.fromkeys((*beside, *newest(contradicting))))
            found.append((holding[0].first, Current(entries)))
    return _by_time(found)


def _medications(record: PatientRecord, spells: Spells, until: datetime) -> tuple[Current, ...]:
    found: list[tuple[datetime, Current]] = []
    for group in same_drugs(record.medications):
        holding = speaking(spells.of_drug(group), until)
        if holding:
            here = {id(spell.entry) for spell in holding}
            noted = newest(each for each in group if is_noted(each) and _first(each) >= holding[0].first)
            beside = [each for each in noted if id(each) not in here]
            # What a note says against it stands last, where a reader who asks will find it.
            entries = (*_entries(holding), *sorted(beside, key=lambda each: not is_taken(each)))
            found.append((holding[0].first, Current(entries)))
    return _by_time(found)


def _entries(holding: Sequence[Spell[_Entry]]) -> tuple[_Entry, ...]:
    return tuple(spell.entry for spell in holding)


def _beside(
    group: Iterable[_Problem], holding: Sequence[Spell[_Problem]], agrees: Callable[[_Problem], bool]
) -> list[_Problem]:
    """Return the entries of notes that say the same of the same time."""
    here = {id(spell.entry) for spell in holding}
    return newest(
        each
        for each in group
        if is_noted(each) and id(each) not in here and each.verification is not Verification.REFUTED
        if agrees(each) and _first(each) >= holding[0].first
    )


def _first(entry: Condition | AllergyIntolerance | MedicationUse) -> datetime:
    return when.first if (when := begun(entry)) else ALWAYS


def _by_time(found: Iterable[tuple[datetime, Current]]) -> tuple[Current, ...]:
    ordered = sorted(found, key=lambda pair: pair[1].entries[0].source)
    return tuple(each for _, each in sorted(ordered, key=lambda pair: pair[0], reverse=True))


def _once(facts: Iterable[_Event]) -> list[_Event]:
    """Return ``facts`` without those that say the same of the same day, of which the resource speaks."""
    found: list[_Event] = []
    every = sorted(facts, key=lambda each: each.source.span is not None)
    for group in same_concepts(every, lambda each: each.concept):
        days: set[object] = set()
        for each in group:
            when = begun(each)
            day = None if when is None else when.day
            # A note that names an operation and no day names one that is known.
            if each.source.span is not None and (day in days or (day is None and days)):
                continue
            if day is None or day not in days:
                found.append(each)
            days.add(day)
    return newest(found)


def _family(family: Sequence[FamilyMember]) -> tuple[FamilyMember, ...]:
    found: dict[tuple[object, ...], FamilyMember] = {}
    for each in sorted(newest(family), key=lambda member: member.source.span is not None):
        names = frozenset(words_of(concept.text) for concept in each.conditions)
        found.setdefault((words_of(each.relative), names, each.is_dead), each)
    return tuple(newest(found.values()))


def _social(social: Sequence[SocialFact]) -> tuple[SocialFact, ...]:
    found: dict[object, SocialFact] = {}
    for each in newest(social):
        found.setdefault(each.kind, each)
    return tuple(found.values())


def _open_plans(record: PatientRecord) -> list[PlannedCare]:
    """Return what is still to be done, operations among it; what a note plans is, until the next visit."""
    last = max((_start(each) for each in record.encounters), default=ALWAYS)
    plans = [each for each in record.plans if each.is_open and not (each.kind == FOLLOW_UP and _is_before(each, last))]
    planned = (each for each in record.procedures if each.status is Status.HYPOTHETICAL)
    return plans + [PlannedCare(each.source, each.concept, "Procedure", period=each.period) for each in planned]


def _start(encounter: Encounter) -> datetime:
    return encounter.period.start.first if encounter.period.start else ALWAYS


def _is_before(plan: PlannedCare, last: datetime) -> bool:
    return plan.authored is not None and plan.authored.day < last.date()
