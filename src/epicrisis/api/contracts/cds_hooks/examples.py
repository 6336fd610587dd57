"""One patient who does not exist, as an EHR sends her: *Ana Ruiz Prueba*, and two orders for her."""

from __future__ import annotations

from typing import Any

_HERS = {"reference": "Patient/ana-1"}
_PATIENT = {"resourceType": "Patient", "id": "ana-1", "gender": "female", "birthDate": "1950-02-28"}


def _bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": each} for each in resources]}


def _condition(id_: str, words: str) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": id_,
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "code": {"text": words},
        "subject": _HERS,
    }


_PREFETCH = {
    "patient": _PATIENT,
    "conditions": _bundle(
        _condition("c1", "Chest pain"), _condition("c2", "Shortness of breath"), _condition("c3", "Type 2 diabetes")
    ),
    "observations": None,
    "medications": None,
    "allergies": _bundle(
        {
            "resourceType": "AllergyIntolerance",
            "id": "a1",
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "code": {"text": "Allergy to penicillin"},
            "patient": _HERS,
        }
    ),
    "documents": None,
}
_CALL = {"hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "prefetch": _PREFETCH}
_CONTEXT = {"userId": "Practitioner/7", "patientId": "ana-1"}

VIEW: dict[str, Any] = {**_CALL, "hook": "patient-view", "context": _CONTEXT}
ORDER: dict[str, Any] = {
    **_CALL,
    "hook": "order-select",
    "context": {
        **_CONTEXT,
        "selections": ["MedicationRequest/m1", "ServiceRequest/s1"],
        "draftOrders": _bundle(
            {
                "resourceType": "MedicationRequest",
                "id": "m1",
                "status": "draft",
                "intent": "order",
                "medicationCodeableConcept": {"text": "Amoxicillin 500 MG Oral Capsule"},
                "subject": _HERS,
            },
            {
                "resourceType": "ServiceRequest",
                "id": "s1",
                "status": "draft",
                "intent": "order",
                "code": {"text": "12-lead ECG"},
                "subject": _HERS,
            },
        ),
    },
}
FEEDBACK: dict[str, Any] = {
    "feedback": [
        {
            "card": "4e0a3a1e-3283-4575-ab82-028d55fe2719",
            "outcome": "overridden",
            "overrideReason": {
                "reason": {"system": "urn:epicrisis:override-reason", "code": "considered"},
                "userComment": "Seen in the emergency room.",
            },
            "outcomeTimestamp": "2031-02-03T04:05:06Z",
        }
    ]
}
