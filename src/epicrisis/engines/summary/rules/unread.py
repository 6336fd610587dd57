"""What of a record could not be had: of it, nothing is said to be missing from the patient."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from epicrisis.domain.patients import Missing

PROBLEMS = ("Condition",)
MEDICATIONS = (
    "MedicationRequest",
    "MedicationStatement",
    "MedicationDispense",
    "MedicationAdministration",
    "Medication",
)
ALLERGIES = ("AllergyIntolerance",)
RESULTS = ("Observation", "DiagnosticReport")
PLANS = ("CarePlan", "Goal", "ServiceRequest", "Appointment")
_ALL = "*"


@dataclass(frozen=True, slots=True)
class Unread:
    """The parts of a record that could not be had, in their order."""

    missing: tuple[Missing, ...] = ()

    def __bool__(self) -> bool:
        """Return whether any part is missing."""
        return bool(self.missing)

    @property
    def has_all(self) -> bool:
        """Return whether nothing could be had."""
        return self.has((_ALL,))

    def has(self, types: Iterable[str]) -> bool:
        """Return whether any resources of these ``types``, or all resources, are missing."""
        wanted = {*types, _ALL}
        return any(each.section in wanted for each in self.missing)
