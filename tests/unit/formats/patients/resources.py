"""Small invented resources of FHIR, about Ana Ruiz Prueba."""

from __future__ import annotations

from typing import Any

from epicrisis.domain.patients import PatientRecord
from epicrisis.domain.records import Code
from epicrisis.formats.patients.fhir.reading import record_of

ANA = {"reference": "Patient/ana"}
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "ana",
    "name": [{"use": "official", "given": ["Ana"], "family": "Ruiz Prueba"}],
    "gender": "female",
    "birthDate": "1950-02-28",
}
SNOMED, LOINC = "http://snomed.info/sct", "http://loinc.org"


def coded(code: str, shown: str = "", *, system: str = SNOMED) -> dict[str, Any]:
    """Return a CodeableConcept of one coding."""
    return {"coding": [{"system": system, "code": code, "display": shown}]}


def state(code: str) -> dict[str, Any]:
    """Return a CodeableConcept that only has a code."""
    return {"coding": [{"code": code}]}


def resource(kind: str, ident: str = "1", **fields: Any) -> dict[str, Any]:
    """Return a resource of Ana's."""
    return {"resourceType": kind, "id": ident, "subject": ANA, **fields}


def bundle(*resources: dict[str, Any], kind: str = "collection", **fields: Any) -> dict[str, Any]:
    """Return a bundle of ``resources``."""
    return {"resourceType": "Bundle", "type": kind, "entry": [{"resource": each} for each in resources], **fields}


def read(*resources: dict[str, Any], patient: str = "") -> PatientRecord:
    """Return the record that ``resources`` are of Ana."""
    return record_of([PATIENT, *resources], patient=patient)


def code(system: str, told: str, shown: str = "") -> Code:
    """Return a code as a concept has it."""
    return Code(system, told, shown)


def rich() -> list[dict[str, Any]]:
    """Return one resource of each kind that is read, with about all that is read of it."""
    visit, at = {"reference": "Encounter/v"}, "2020-01-02T10:00:00+01:00"
    dose = {"doseAndRate": [{"doseQuantity": {"value": 2, "unit": "mg"}}], "route": {"text": "oral"}, "asNeeded": True}
    timing = {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d", "boundsPeriod": {"start": at}}}
    note = {"contentType": "text/plain; charset=utf-8", "data": "RGVuaWVzIGNoZXN0IHBhaW4u", "title": "Note"}
    value = {"valueQuantity": {"value": 126, "unit": "mg/dL", "comparator": ">"}}
    spread = [
        {"low": {"value": 70}, "high": {"value": 99}, "appliesTo": [coded("248152002")], "age": {"low": {"value": 18}}}
    ]
    told = {"code": coded("1", "Something"), "encounter": visit}
    return [
        resource("Condition", **told, clinicalStatus=state("active"), onsetDateTime=at, severity={"text": "mild"}),
        resource("AllergyIntolerance", code={"text": "latex"}, reaction=[{"manifestation": [{"text": "rash"}]}]),
        resource("FamilyMemberHistory", relationship={"text": "mother"}, condition=[{"code": {"text": "gout"}}]),
        resource("MedicationRequest", status="active", medication={"concept": {"text": "aspirin"}}, authoredOn=at,
                 dosageInstruction=[{**dose, "timing": timing}], reason=[{"reference": {"reference": "Condition/1"}}]),
        resource("MedicationStatement", status="active", medicationReference={"reference": "#m"}, effectivePeriod={
                 "start": at}, contained=[{"resourceType": "Medication", "id": "m", "code": {"text": "heparin"}}]),
        resource("Observation", status="final", **told, **value, referenceRange=spread, interpretation=[state("H")],
                 effectiveDateTime=at, category=[state("laboratory")], component=[{"code": {"text": "part"}, **value}]),
        resource("Procedure", status="completed", **told, performedPeriod={"start": at, "end": at}),
        resource("Immunization", status="completed", vaccineCode={"text": "influenza"}, occurrenceDateTime=at),
        resource("Encounter", "v", status="finished", type=[{"text": "visit"}], period={"start": at, "end": at},
                 diagnosis=[{"condition": {"reference": "Condition/1"}}], **{"class": {"code": "AMB"}}),
        resource("CarePlan", status="active", title="Plan", activity=[{"detail": {"code": {"text": "walk"}}}],
                 addresses=[{"reference": "Condition/1"}], period={"start": at}),
        resource("Goal", lifecycleStatus="active", description={"text": "walk"}, target=[{"dueDate": "2021"}]),
        resource("ServiceRequest", status="active", code={"concept": {"text": "MRI"}}, occurrenceDateTime=at),
        resource("Appointment", status="booked", description="Follow-up", start=at, participant=[{"actor": ANA}]),
        resource("DocumentReference", status="current", content=[{"attachment": note}], context={"encounter": [visit]}),
        resource("DiagnosticReport", status="final", **told, conclusion="Clear.", presentedForm=[note]),
        resource("ClinicalImpression", status="completed", summary="Viral."),
        resource("Composition", status="final", title="Summary", section=[{"title": "Plan", "entry": [visit]}]),
    ]  # fmt: skip
