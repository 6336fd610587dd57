from __future__ import annotations

from typing import Any

import pytest

from epicrisis.ehr.addresses import Base
from epicrisis.ehr.belonging import Belonging

APPOINTMENT = {
    "resourceType": "Appointment",
    "participant": [{"actor": {"reference": "Practitioner/7"}}, {"actor": {"reference": "Patient/1"}}],
}


@pytest.fixture
def belonging() -> Belonging:
    found = Belonging("1", Base.of("https://ehr.example/fhir"))
    found.know("urn:uuid:6f1d")
    return found


def of(reference: object, kind: str = "Condition", name: str = "subject") -> dict[str, Any]:
    return {"resourceType": kind, "id": "x", name: {"reference": reference}}


@pytest.mark.parametrize(
    "resource",
    [
        of("Patient/1"),
        of("Patient/1/_history/3"),
        of("https://ehr.example/fhir/Patient/1"),
        of("urn:uuid:6f1d"),
        of("Patient/1", "AllergyIntolerance", "patient"),
        of("Patient/1", "Coverage", "beneficiary"),
        APPOINTMENT,
        {"resourceType": "Medication", "id": "m"},
        {"resourceType": "Organization", "id": "o"},
        {"resourceType": "Patient", "id": "1"},
        {"resourceType": "Binary", "id": "b"},
    ],
)
def test_takes_what_is_about_the_patient_or_about_nobody(belonging: Belonging, resource: dict[str, Any]) -> None:
    assert belonging.takes(resource)


@pytest.mark.parametrize(
    "resource",
    [
        of("Patient/2"),
        of("Patient/11"),
        of("Group/1"),
        of("#patient"),
        of("https://other.example/fhir/Patient/1"),
        of(None),
        of(7),
        of("urn:uuid:other"),
        {"resourceType": "Condition", "subject": "Patient/1"},
        {"resourceType": "Condition", "subject": {"display": "Ana Ruiz Prueba"}},
        {"resourceType": "Observation", "id": "o"},
        {"resourceType": "Coverage", "beneficiary": {"reference": "Patient/2"}},
        {"resourceType": "Appointment", "participant": [{"actor": {"reference": "Patient/2"}}, "x"]},
        {"resourceType": "Appointment"},
        {"resourceType": "Patient", "id": "2"},
        {"resourceType": "Binary", "id": "b", "securityContext": {"reference": "Patient/2"}},
        {**of("Patient/1"), "patient": {"reference": "Patient/2"}},
    ],
)
def test_leaves_what_is_about_somebody_else_or_does_not_say(belonging: Belonging, resource: dict[str, Any]) -> None:
    assert not belonging.takes(resource)
