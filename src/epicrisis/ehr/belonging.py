"""Whose a resource is: one that is about somebody else, or about nobody that can be told, is not taken (P9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from epicrisis.ehr.addresses import Base
from epicrisis.formats.patients.fhir.owners import SUBJECTS

# What a summary is made of. Each is about a patient, or it is not taken.
CLINICAL = (
    "Condition",
    "MedicationRequest",
    "MedicationStatement",
    "AllergyIntolerance",
    "Observation",
    "Procedure",
    "Immunization",
    "FamilyMemberHistory",
    "Encounter",
    "CarePlan",
    "Goal",
    "ServiceRequest",
    "Appointment",
    "DiagnosticReport",
    "DocumentReference",
)


class Belonging:
    """Tells what is about the patient of the id ``patient`` at ``base``."""

    def __init__(self, patient: str, base: Base) -> None:
        self._id = patient
        self._names = {f"Patient/{patient}", f"{base.url}/Patient/{patient}"}

    def know(self, name: str) -> None:
        """Hear by which other ``name`` a Bundle calls the patient: its ``fullUrl``."""
        self._names.add(name)

    def takes(self, resource: Mapping[str, Any]) -> bool:
        """Return whether ``resource`` is about the patient, or of a kind that is about nobody, as a place is."""
        kind = resource["resourceType"]
        if kind == "Patient":
            return resource.get("id") == self._id
        told = list(_references(resource))
        if not told:
            return kind not in CLINICAL
        ours = [self._is_ours(each) for each in told]
        # People of all kinds take part in an appointment; one of them is the patient.
        return any(ours) if kind == "Appointment" else all(ours)

    def _is_ours(self, reference: object) -> bool:
        # A version of the patient is the patient.
        return isinstance(reference, str) and reference.partition("/_history/")[0] in self._names


def _references(resource: Mapping[str, Any]) -> Iterator[object]:
    if resource["resourceType"] == "Appointment":
        told_of = resource.get("participant")
        for each in told_of if isinstance(told_of, list) else ():
            yield _reference(each.get("actor") if isinstance(each, dict) else None)
        return
    if resource["resourceType"] == "Binary":
        told = _reference(resource.get("securityContext"))
        if isinstance(told, str) and "Patient/" in told:
            yield told
        return
    for name in SUBJECTS:
        if name in resource:
            yield _reference(resource[name])


def _reference(value: object) -> object:
    return value.get("reference") if isinstance(value, dict) else None
