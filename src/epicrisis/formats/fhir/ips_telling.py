"""Each fact of a patient's record in one line, for a reader of an International Patient Summary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from epicrisis.domain.moments import Moment, Period
from epicrisis.domain.patients import (
    AllergyIntolerance,
    Condition,
    Dosage,
    FamilyMember,
    Immunization,
    MedicationUse,
    Observation,
    PlannedCare,
    Procedure,
    SocialFact,
)
from epicrisis.domain.records import Flag, Quantity
from epicrisis.domain.summaries import Latest

Words: TypeAlias = Mapping[str, str]


def told_condition(condition: Condition, words: Words) -> str:
    """Return what somebody has, how bad, where, and since when."""
    parts = (condition.concept.text, condition.severity, condition.body_site)
    return _line(*parts, *_period(Period(condition.onset, condition.ended), words))


def told_allergy(allergy: AllergyIntolerance, words: Words) -> str:
    """Return what somebody does not bear, and what it did."""
    did = (", ".join(each.manifestations) for each in allergy.reactions)
    return _line(allergy.concept.text, *did, *_period(Period(allergy.onset), words))


def told_medication(use: MedicationUse, words: Words) -> str:
    """Return a drug and how it is taken."""
    start = use.period.start or use.authored
    return _line(use.concept.text, *map(_dosage, use.dosages), *_period(Period(start, use.period.end), words))


def told_latest(latest: Latest, words: Words) -> str:
    """Return a result, when it was taken, and what it means."""
    flag = ""
    if latest.flag is not None and latest.flag is not Flag.NORMAL:
        flag = words["usual-range" if latest.is_usual else f"flag-{latest.flag.lower()}"]
    observation = latest.observation
    return _line(f"{observation.concept.text}: {_value(observation)}", flag, _day(observation.at))


def told_procedure(procedure: Procedure, _: Words) -> str:
    """Return what was done, and when."""
    when = procedure.period.start or procedure.period.end
    return _line(procedure.concept.text, procedure.body_site, procedure.outcome, _day(when))


def told_immunization(immunization: Immunization, _: Words) -> str:
    """Return a vaccine, and when it was given."""
    return _line(immunization.concept.text, _day(immunization.at))


def told_social(fact: SocialFact, _: Words) -> str:
    """Return how somebody lives, and when they said so."""
    return _line(fact.words, _day(fact.at))


def told_plan(plan: PlannedCare, words: Words) -> str:
    """Return what is planned."""
    return _line(plan.concept.text, *plan.activities, *_period(plan.period, words))


def told_family(member: FamilyMember, _: Words) -> str:
    """Return a relative, and what they have."""
    return f"{member.relative}: {', '.join(each.text for each in member.conditions)}".strip(": ")


def _value(observation: Observation) -> str:
    return observation.words if observation.quantity is None else _quantity(observation.quantity)


def _quantity(quantity: Quantity) -> str:
    unit = quantity.unit or quantity.ucum or ""
    return f"{quantity.comparator or ''}{quantity.value:g} {unit}".strip()


def _dosage(dosage: Dosage) -> str:
    return dosage.text or " ".join(
        part for part in (_quantity(dosage.dose) if dosage.dose else "", dosage.route) if part
    )


def _period(period: Period, words: Words) -> Iterable[str]:
    if period.start is not None:
        yield words["since"].format(period.start)
    if period.end is not None:
        yield words["until"].format(period.end)


def _day(moment: Moment | None) -> str:
    return "" if moment is None else str(moment)


def _line(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
