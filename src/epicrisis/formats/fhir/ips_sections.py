"""The sections of an International Patient Summary: what stands in each, and what it says to a reader.

Codes and titles are those of the guide (hl7.org/fhir/uv/ips, 2.0.0). Three sections must be there whatever the record
holds; one that is empty says why. A program can only know that nothing is recorded, never that there is nothing, so an
empty section is "unavailable" and not "nilknown"; that somebody has no known allergy is an entry of its own, where the
record says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from epicrisis.domain.assertions import Status
from epicrisis.domain.patients import (
    AllergyIntolerance,
    Condition,
    Fact,
    MedicationUse,
    PatientRecord,
    PlannedCare,
    SocialFact,
)
from epicrisis.domain.summaries import Baseline, Current, Latest
from epicrisis.formats.fhir import ips_people as people
from epicrisis.formats.fhir import ips_resources as made
from epicrisis.formats.fhir.ips_telling import (
    Words,
    told_allergy,
    told_condition,
    told_family,
    told_immunization,
    told_latest,
    told_medication,
    told_plan,
    told_procedure,
    told_social,
)
from epicrisis.formats.fhir.resources import Resource

_Fact = TypeVar("_Fact", bound=Fact)


@dataclass(frozen=True, slots=True)
class Kind:
    """A section of the guide: its name here, its code, the types whose absence it feels, and whether it must be."""

    name: str
    code: str
    display: str
    types: tuple[str, ...]
    is_required: bool = False


_MEDICATIONS = ("MedicationRequest", "MedicationStatement", "MedicationDispense", "MedicationAdministration")
KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("problems", "11450-4", "Problem list - Reported", ("Condition",), True),
        Kind("allergies", "48765-2", "Allergies and adverse reactions Document", ("AllergyIntolerance",), True),
        Kind("medications", "10160-0", "History of Medication use Narrative", _MEDICATIONS, True),
        Kind("immunizations", "11369-6", "History of Immunization Narrative", ("Immunization",)),
        Kind("results", "30954-2", "Relevant diagnostic tests/laboratory data Narrative", ("Observation",)),
        Kind("procedures", "47519-4", "History of Procedures Document", ("Procedure",)),
        Kind("vitals", "8716-3", "Vital signs", ("Observation",)),
        Kind("past", "11348-0", "History of Past illness Narrative", ("Condition",)),
        Kind("social", "29762-2", "Social history Narrative", ("Observation",)),
        Kind("plan", "18776-5", "Plan of care note", ("CarePlan",)),
        # No section of the guide, which leaves room for others; its code is that of C-CDA.
        Kind("family", "10157-6", "History of family member diseases Narrative", ("FamilyMemberHistory",)),
    )
}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a section: the fact, the line that tells it, and its resource, where the section may have it."""

    fact: Fact
    line: str
    resource: Resource | None


@dataclass(frozen=True, slots=True)
class IpsSection:
    """A section with what stands in it; ``empty`` says why nothing does."""

    kind: Kind
    items: tuple[Item, ...]
    notes: tuple[str, ...] = ()
    empty: str = ""


def ips_sections(record: PatientRecord, baseline: Baseline, words: Words, patient: Resource) -> Iterator[IpsSection]:
    """Yield the sections of ``baseline`` that must be there or hold something, in the order of the guide."""
    missing = {each.section for each in record.missing}
    for name, items in _contents(baseline, words, patient):
        kind = KINDS[name]
        lacks = bool(missing.intersection(("*", *kind.types)))
        if items:
            yield IpsSection(kind, items, (words["missing"],) if lacks else ())
        elif kind.is_required:
            told = "missing" if lacks else "none-now" if _recorded(record, name) else "not-recorded"
            yield IpsSection(kind, (), empty=words[told])


def _contents(baseline: Baseline, words: Words, patient: Resource) -> Iterator[tuple[str, tuple[Item, ...]]]:
    def items(
        facts: Iterable[_Fact], tell: Callable[[_Fact, Words], str], make: Callable[[_Fact, Resource], Resource]
    ) -> tuple[Item, ...]:
        return tuple(Item(fact, tell(fact, words), make(fact, patient)) for fact in facts)

    allergies = _speaking(baseline.allergies, AllergyIntolerance) or baseline.allergies_denied
    yield "problems", items(_speaking(baseline.problems, Condition), told_condition, made.condition_of)
    yield "allergies", items(allergies, told_allergy, made.allergy_of)
    yield "medications", items(_speaking(baseline.medications, MedicationUse), told_medication, made.medication_of)
    given = [each for each in baseline.immunizations if each.is_given]
    yield "immunizations", items(given, told_immunization, made.immunization_of)
    yield "results", tuple(_latest(baseline.labs, words, patient))
    done = [each for each in baseline.procedures if each.status is Status.PRESENT]
    yield "procedures", items(done, told_procedure, made.procedure_of)
    yield "vitals", tuple(_latest(baseline.vitals, words, patient))
    yield "past", items(_speaking(baseline.past_problems, Condition), told_condition, made.condition_of)
    yield "social", items(_last_of_each(baseline.social), told_social, people.social_of)
    yield "plan", tuple(_planned(baseline.plans, words, patient))
    yield "family", items(baseline.family, told_family, people.family_of)


def _speaking(things: Sequence[Current], kind: type[_Fact]) -> tuple[_Fact, ...]:
    """Return of each thing the entry that speaks for it."""
    return tuple(entry for thing in things for entry in thing.entries[:1] if isinstance(entry, kind))


def _latest(results: Sequence[Latest], words: Words, patient: Resource) -> Iterator[Item]:
    for each in results:
        resource = made.observation_of(each.observation, patient)
        yield Item(each.observation, told_latest(each, words), resource)


def _last_of_each(facts: Sequence[SocialFact]) -> Iterable[SocialFact]:
    """Return the last fact of each kind: the guide has room for one of tobacco and one of alcohol."""
    last: dict[str, SocialFact] = {}
    for fact in facts:
        known = last.get(fact.kind)
        if known is None or known.at is None or (fact.at is not None and fact.at >= known.at):
            last[fact.kind] = fact
    return last.values()


def _planned(plans: Sequence[PlannedCare], words: Words, patient: Resource) -> Iterator[Item]:
    """Yield what is still to be done; only care plans may be entries of the section, the rest is told in words."""
    for plan in plans:
        if plan.is_open:
            resource = people.plan_of(plan, patient) if plan.kind == "CarePlan" else None
            yield Item(plan, told_plan(plan, words), resource)


def _recorded(record: PatientRecord, name: str) -> bool:
    """Return whether the record holds anything of the kind, if only what is over."""
    kept = {"problems": record.conditions, "allergies": record.allergies, "medications": record.medications}
    return bool(kept[name])
