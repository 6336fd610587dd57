"""The resources of a patient, of any release of FHIR, as one ``PatientRecord``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from epicrisis.domain.patients import (
    AllergyIntolerance,
    Condition,
    Encounter,
    Fact,
    FamilyMember,
    Immunization,
    MedicationUse,
    Missing,
    Observation,
    PatientRecord,
    PlannedCare,
    Procedure,
    Sex,
    SocialFact,
    Source,
)
from epicrisis.errors import UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.fhir.access import Resource
from epicrisis.formats.patients.attachments import Notes
from epicrisis.formats.patients.drafts import Draft
from epicrisis.formats.patients.fhir import events, medications, notes, observations, plans, problems
from epicrisis.formats.patients.fhir.bundles import missing_of, resources_of
from epicrisis.formats.patients.fhir.chart import Chart
from epicrisis.formats.patients.fhir.identity import identity_of
from epicrisis.formats.patients.fhir.owners import Owners
from epicrisis.formats.patients.fhir.values import code_of

Some = TypeVar("Some")
Reader = Callable[[Resource, Source, Chart], Iterator[Fact | Draft]]

_READERS: Mapping[str, Reader] = {
    "AllergyIntolerance": problems.allergy,
    "Appointment": plans.plan,
    "CarePlan": plans.plan,
    "ClinicalImpression": notes.impression,
    "Composition": notes.composition,
    "Condition": problems.condition,
    "DiagnosticOrder": plans.plan,
    "DiagnosticReport": notes.report,
    "DocumentReference": notes.document,
    "Encounter": events.encounter,
    "FamilyMemberHistory": problems.family,
    "Goal": plans.plan,
    "Immunization": events.immunization,
    "MedicationAdministration": medications.medication,
    "MedicationDispense": medications.medication,
    "MedicationOrder": medications.medication,
    "MedicationRequest": medications.medication,
    "MedicationStatement": medications.medication,
    "MedicationUsage": medications.medication,
    "Observation": observations.observation,
    "Procedure": events.procedure,
    "ProcedureRequest": plans.plan,
    "ReferralRequest": plans.plan,
    "ServiceRequest": plans.plan,
}
# What others refer to and says nothing of its own.
_REFERRED_TO = frozenset({"Binary", "Medication", "Patient"})
_OUTCOME = "OperationOutcome"
_FAILURES = frozenset({"error", "fatal"})
# A resource that says anything has some 250 bytes, and so there are no more in a file that may be sent.
_MOST = 200_000
_BROKEN = "One does not keep to its own types, and was passed over."
_NOBODY = "Whose it is is not said, and the record is of several."
# What a resource can do that breaks its own types in a way nobody thought of: it alone is lost.
_TROUBLES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def record_of(
    resources: Iterable[Resource], *, patient: str = "", missing: Iterable[Missing] = (), limits: Limits | None = None
) -> PatientRecord:
    """Return what ``resources`` record of ``patient``, or of the only one they are about; bundles are taken apart.

    What one resource gets wrong costs that resource alone, and ``missing`` of the record names it beside what is given.

    Raises:
        InvalidInput: they are of several patients, and none was asked for.
        PatientNotFound: they are of several patients, or do not say of whom, and not of the one asked for.
        WrongPatient: they are of somebody else.
        UnreadableDocument: there are more of them than are read at once.
    """
    given = [each for each in resources if isinstance(each, dict)]
    told = [*missing, *(each for bundle in given for each in missing_of(bundle))]
    found = [each for one in given for each in resources_of(one)]
    if len(found) > _MOST:
        raise UnreadableDocument(f"The record has more than {_MOST} resources; send it in parts, or ask for less time.")
    chart = Chart(found)
    reading = _Reading(chart, Owners(chart), patient, limits or Limits())
    return reading.record(told)


class _Reading:
    """One record as it is read."""

    def __init__(self, chart: Chart, owners: Owners, patient: str, limits: Limits) -> None:
        self._chart = chart
        self._owners = owners
        self._limits = limits
        self._patient = owners.chosen(patient)
        self._facts: dict[type, list[Fact]] = {}
        self._drafts: list[Draft] = []
        self._passed: Counter[str] = Counter()

    def record(self, missing: list[Missing]) -> PatientRecord:
        found = self._owners.patients.get(self._patient)
        identity = identity_of(self._patient, found, self._chart)
        self._chart.born = identity.born
        self._chart.female = identity.sex is Sex.FEMALE if identity.sex in (Sex.FEMALE, Sex.MALE) else None
        for resource in self._chart.resources:
            self._take(resource)
        written = Notes(self._limits, self._chart.troubles)
        written.read(self._drafts)
        facts = self._facts
        return PatientRecord(
            identity,
            conditions=_all(facts, Condition),
            medications=_all(facts, MedicationUse),
            allergies=_all(facts, AllergyIntolerance),
            observations=_all(facts, Observation),
            procedures=_all(facts, Procedure),
            immunizations=_all(facts, Immunization),
            family=_all(facts, FamilyMember),
            social=_all(facts, SocialFact),
            encounters=_all(facts, Encounter),
            plans=_all(facts, PlannedCare),
            notes=tuple(written.notes),
            missing=tuple(dict.fromkeys([*missing, *self._chart.troubles.missing()])),
            passed_over=tuple(sorted(self._passed.items())),
        )

    def _take(self, resource: Resource) -> None:
        kind = str(resource["resourceType"])
        owner = self._owners.of_resource[id(resource)]
        if kind == _OUTCOME:
            self._hear(resource)
        elif kind in _REFERRED_TO and owner in ("", self._patient):
            return
        elif not self._is_theirs(kind, owner) or not self._read(kind, resource):
            self._passed[kind] += 1

    def _is_theirs(self, kind: str, owner: str) -> bool:
        if owner == self._patient:
            return True
        if not owner and len(self._owners.patients) > 1 and kind in _READERS:
            self._chart.troubles.add(kind, _NOBODY)
        return not owner and len(self._owners.patients) <= 1

    def _read(self, kind: str, resource: Resource) -> bool:
        """Read a resource, and return whether it says anything; one with a modifier may mean the opposite."""
        reader = _READERS.get(kind)
        if reader is None or "modifierExtension" in resource:
            return False
        try:
            found = list(reader(resource, Source(self._chart.name(resource)), self._chart))
        except _TROUBLES:
            self._chart.troubles.add(kind, _BROKEN)
            return False
        for each in found:
            if isinstance(each, Draft):
                self._drafts.append(each)
            else:
                self._facts.setdefault(type(each), []).append(each)
        return bool(found)

    def _hear(self, outcome: Resource) -> None:
        """Take in what a system says that could not be done."""
        issues = outcome.get("issue")
        if isinstance(issues, list) and any(
            isinstance(each, dict) and code_of(each.get("severity")) in _FAILURES for each in issues
        ):
            self._chart.troubles.add("*", "The system it comes from says that something could not be told.")


def _all(facts: Mapping[type, list[Fact]], kind: type[Some]) -> tuple[Some, ...]:
    return tuple(each for each in facts.get(kind, ()) if isinstance(each, kind))
