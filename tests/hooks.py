"""Calls of CDS Hooks about *Ana Ruiz Prueba*, as an EHR makes them today."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from epicrisis.api.contracts.cds_hooks.examples import ORDER, VIEW

VIEW_PATH, ORDER_PATH = "/cds-services/differential-patient-view", "/cds-services/differential-order-select"
HERS = {"reference": "Patient/ana-1"}


def days_ago(days: float) -> str:
    """Return the time so many days ago, as FHIR writes it."""
    return (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")


def searched(*resources: dict[str, Any]) -> dict[str, Any]:
    """Return what a search finds: ``resources``, all of which are hers."""
    entries = [{"resource": {"subject": HERS, **each}} for each in resources]
    return {"resourceType": "Bundle", "type": "searchset", "entry": entries}


def problem(words: str, *, id: str) -> dict[str, Any]:  # noqa: A002
    """Return a condition she has."""
    active = {"coding": [{"code": "active"}]}
    return {"resourceType": "Condition", "id": id, "clinicalStatus": active, "code": {"text": words}}


def measured(loinc: str, value: float, unit: str, *, words: str = "A test", days: float = 1.0) -> dict[str, Any]:
    """Return the result of a test of some days ago."""
    return {
        "resourceType": "Observation",
        "id": f"o-{loinc}",
        "status": "final",
        "category": [{"coding": [{"code": "laboratory"}]}],
        "code": {"text": words, "coding": [{"system": "http://loinc.org", "code": loinc}]},
        "effectiveDateTime": days_ago(days),
        "valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
    }


def allergic_to(words: str, **more: Any) -> dict[str, Any]:
    """Return an allergy of hers."""
    active = {"coding": [{"code": "active"}]}
    return {"resourceType": "AllergyIntolerance", "id": "a1", "clinicalStatus": active, "code": {"text": words}, **more}


def drug(words: str, *, id: str = "m1") -> dict[str, Any]:  # noqa: A002
    """Return the draft of an order of a drug."""
    return {
        "resourceType": "MedicationRequest", "id": id, "status": "draft", "intent": "order",
        "medicationCodeableConcept": {"text": words},
    }  # fmt: skip


def study(words: str, loinc: str = "", *, id: str = "s1") -> dict[str, Any]:  # noqa: A002
    """Return the draft of an order of a test."""
    coding = {"coding": [{"system": "http://loinc.org", "code": loinc}]} if loinc else {}
    return {
        "resourceType": "ServiceRequest", "id": id, "status": "draft", "intent": "order",
        "code": {"text": words, **coding},
    }  # fmt: skip


def view(**prefetch: Any) -> dict[str, Any]:
    """Return a call of ``patient-view`` with some parts of the record in place of others."""
    call = deepcopy(VIEW)
    call["prefetch"] |= prefetch
    return call


def order(*drafts: dict[str, Any], selected: list[str] | None = None, **prefetch: Any) -> dict[str, Any]:
    """Return a call of ``order-select`` in which ``drafts`` are ordered, all of them selected unless it says which."""
    call = deepcopy(ORDER)
    call["prefetch"] |= prefetch
    call["context"]["draftOrders"] = searched(*drafts)
    call["context"]["selections"] = selected or [f"{each['resourceType']}/{each['id']}" for each in drafts]
    return call
