"""Care plans, goals, orders and appointments, open or not."""

from __future__ import annotations

from typing import Any

import pytest

from epicrisis.domain.patients import PlannedCare
from tests.unit.formats.patients.resources import ANA, read, resource


def plan(kind: str, **fields: Any) -> PlannedCare:
    (found,) = read(resource(kind, **fields)).plans
    return found


def test_reads_a_care_plan_with_what_it_consists_of() -> None:
    walking = {"detail": {"code": {"text": "walking"}, "status": "in-progress"}}
    dropped = {"detail": {"code": {"text": "running"}, "status": "cancelled"}}

    found = plan(
        "CarePlan",
        status="active",
        category=[{"coding": [{"code": "assess-plan"}]}, {"text": "Diabetes self management"}],
        period={"start": "2020"},
        activity=[walking, dropped],
        addresses=[{"reference": "urn:uuid:c"}],
    )

    assert (found.kind, found.concept.text, found.is_open) == ("CarePlan", "Diabetes self management", True)
    assert (found.activities, str(found.period.start)) == (("walking",), "2020")
    assert found.addresses == ("urn:uuid:c",)


def test_reads_a_care_plan_of_release_5() -> None:
    order = resource("ServiceRequest", "o", status="active", code={"concept": {"text": "eye examination"}})
    told = resource(
        "CarePlan",
        "p",
        status="active",
        title="Yearly checks",
        activity=[{"plannedActivityReference": {"reference": "ServiceRequest/o"}}],
        addresses=[{"reference": {"reference": "Condition/c"}}],
    )

    care_plan, service = read(told, order).plans

    assert (care_plan.activities, care_plan.addresses) == (("eye examination",), ("Condition/c",))
    assert service.concept.text == "eye examination"


def test_reads_a_goal() -> None:
    found = plan(
        "Goal",
        lifecycleStatus="accepted",
        description={"text": "Hemoglobin A1c < 7.0"},
        startDate="2020-01-01",
        target=[{"dueDate": "2020-12-31"}],
        addresses=[{"reference": "Condition/c"}],
    )

    assert (found.concept.text, found.is_open) == ("Hemoglobin A1c < 7.0", True)
    assert (str(found.period.start), str(found.period.end)) == ("2020-01-01", "2020-12-31")


def test_reads_an_appointment_of_whoever_comes_to_it() -> None:
    told = {
        "resourceType": "Appointment",
        "id": "1",
        "status": "booked",
        "description": "Follow-up",
        "start": "2030-01-02T10:00:00Z",
        "end": "2030-01-02T10:30:00Z",
        "participant": [{"actor": {"reference": "Practitioner/x"}}, {"actor": ANA}],
    }

    (found,) = read(told).plans

    assert (found.concept.text, found.is_open, str(found.period.start)) == ("Follow-up", True, "2030-01-02")


@pytest.mark.parametrize(
    ("kind", "status", "is_open"),
    [
        ("ServiceRequest", "active", True), ("ServiceRequest", "completed", False),
        ("ServiceRequest", "revoked", False), ("ProcedureRequest", "active", True),
        ("ReferralRequest", "completed", False),
        ("CarePlan", "completed", False), ("Appointment", "fulfilled", False), ("Appointment", "booked", True),
    ],
)  # fmt: skip
def test_knows_what_is_still_open(kind: str, status: str, is_open: bool) -> None:
    found = plan(kind, status=status, code={"text": "physiotherapy"})

    assert found.is_open is is_open


@pytest.mark.parametrize(
    "fields", [{"status": "draft"}, {"status": "entered-in-error"}, {"status": "active", "doNotPerform": True}]
)
def test_drops_what_nobody_plans(fields: dict[str, Any]) -> None:
    assert read(resource("ServiceRequest", code={"text": "MRI"}, **fields)).plans == ()
