"""Which CDS services there are: what calls them, and what of the patient each wants sent along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

SERVICES = "/cds-services"
# A laboratory panel has twenty results, and vital signs come many a day.
_MOST_RESULTS = 200

PREFETCH: Mapping[str, str] = MappingProxyType(
    {
        "patient": "Patient/{{context.patientId}}",
        "conditions": "Condition?patient={{context.patientId}}",
        "observations": f"Observation?patient={{{{context.patientId}}}}&_sort=-date&_count={_MOST_RESULTS}",
        "medications": "MedicationRequest?patient={{context.patientId}}&status=active",
        "allergies": "AllergyIntolerance?patient={{context.patientId}}",
        "documents": "DocumentReference?patient={{context.patientId}}&_sort=-date&_count=1",
    }
)
"""Every part of a record that is looked at, by the name it is sent under."""


@dataclass(frozen=True, slots=True)
class CdsService:
    """One service, as discovery tells it."""

    id: str
    hook: str
    title: str
    description: str

    @property
    def path(self) -> str:
        """Where it is called."""
        return f"{SERVICES}/{self.id}"

    @property
    def feedback(self) -> str:
        """Where it is told what became of its cards."""
        return f"{self.path}/feedback"


PATIENT_VIEW = CdsService(
    "differential-patient-view",
    "patient-view",
    "What may explain the record",
    "Ranks what may explain the conditions, results and newest note of the patient who is looked at, with what speaks "
    "for and against each condition, and offers the tests that it asks for first. It supports a clinician, and is no "
    "diagnosis.",
)
ORDER_SELECT = CdsService(
    "differential-order-select",
    "order-select",
    "What the record says of an order",
    "Of a drug that is being ordered, the allergies against it; of a test, its result of the last days, and the "
    "conditions that ask for it. It supports a clinician, and decides nothing.",
)
EVERY = (PATIENT_VIEW, ORDER_SELECT)
PATHS = (SERVICES, *(path for each in EVERY for path in (each.path, each.feedback)))
