"""Drugs that a message orders, dispenses or gives: RXO, RXE, RXD, RXG and RXA, with their route and times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from epicrisis.formats.documents.hl7v2.wire import Segment
from epicrisis.formats.patients.hl7v2.coding import named
from epicrisis.formats.patients.shapes import Shape, iso, quantity

# Where in each the drug stands, its amounts, its unit, and what is to be said to whoever takes it (chapter 4A).
_PLACES: Mapping[str, tuple[int, tuple[int, ...], int, int]] = {
    "RXO": (1, (3, 2), 4, 7),
    "RXE": (2, (4, 3), 5, 7),
    "RXD": (2, (), 5, 9),
    "RXG": (4, (6, 5), 7, 13),
}
DRUGS = frozenset(_PLACES)
"""The segments that name a drug that is ordered or dispensed."""

_ENDED = frozenset({"CA", "CR", "DC", "DR", "OC", "OD"})
_HELD = frozenset({"HD", "HR"})
_VACCINES, _NO_VACCINE = "CVX", "998"
_NO_AMOUNT = frozenset({"", "0", "999"})
_NOT_GIVEN = frozenset({"RE", "NA"})


@dataclass(slots=True)
class Order:
    """One drug of a message as its segments come: an order, and how a pharmacy encoded it, are one."""

    control: str = ""
    written: str = ""
    name: str = ""
    number: int = 0
    _drug: Shape = field(default_factory=dict)
    _dosage: Shape = field(default_factory=dict)
    _period: Shape = field(default_factory=dict)
    _handed_over: str = ""

    def take(self, segment: Segment, number: int) -> None:
        """Take in the drug that a segment names; an encoded order stands for the order before it."""
        drug, amounts, unit, instructions = _PLACES[segment.name]
        self.name, self.number, self._drug = segment.name, number, named(segment.first(drug))
        amount = next((told for place in amounts if (told := segment.first(place).component(1))), "")
        said = "; ".join(each.coded for each in segment.values(instructions) if each.coded)
        code = segment.first(1).component(2) if segment.name == "RXE" else ""
        self._dosage = {
            **({"text": said} if said else {}),
            "doseQuantity": quantity(amount, segment.first(unit).coded),
            "timing": {"code": {"coding": [{"code": code}]}} if code else {},
        }
        if segment.name == "RXD":
            self._handed_over = iso(segment.first(3).component(1))

    def follow(self, segment: Segment) -> None:
        """Take in by which way a drug is given (RXR), or how often and how long (TQ1)."""
        if segment.name == "RXR":
            self._dosage["route"] = named(segment.first(1))
            return
        pattern = segment.first(3)
        code = pattern.component(1)
        if code:
            self._dosage["timing"] = {"code": {"coding": [{"code": code}]}}
        self._dosage["asNeededBoolean"] = "PRN" in code.upper()
        told = {"start": iso(segment.first(7).component(1)), "end": iso(segment.first(8).component(1))}
        self._period = {name: at for name, at in told.items() if at}

    def resource(self) -> Shape:
        """Return the order as a MedicationRequest, or what was handed over as a MedicationDispense."""
        dosage = {name: value for name, value in self._dosage.items() if value}
        if self._period:
            dosage["timing"] = {**dosage.get("timing", {}), "repeat": {"boundsPeriod": self._period}}
        status = "stopped" if self.control in _ENDED else "on-hold" if self.control in _HELD else "active"
        common: Shape = {"medicationCodeableConcept": self._drug, "dosageInstruction": [dosage] if dosage else []}
        if self.name == "RXD":
            return {"_kind": "MedicationDispense", "status": "completed", "whenHandedOver": self._handed_over, **common}
        return {"_kind": "MedicationRequest", "status": status, "intent": "order", "authoredOn": self.written, **common}


def given(segment: Segment, kind: str) -> Shape:
    """Return an RXA as an Immunization, or as a MedicationAdministration of another drug."""
    drug = segment.first(5)
    if segment.first(21).component(1) == "D" or drug.component(1) == _NO_VACCINE:
        return {}
    at, refused = iso(segment.first(3).component(1)), segment.first(20).component(1) in _NOT_GIVEN
    status = "not-done" if refused else "completed"
    if kind == "VXU" or _VACCINES in (drug.component(3), drug.component(6)):
        return {"_kind": "Immunization", "vaccineCode": named(drug), "status": status, "occurrenceDateTime": at}
    amount = segment.first(6).component(1)
    dose = {} if amount in _NO_AMOUNT else quantity(amount, segment.first(7).coded)
    return {
        "_kind": "MedicationAdministration",
        "medicationCodeableConcept": named(drug),
        "status": status,
        "effectiveDateTime": at,
        "dosage": {"dose": dose} if dose else {},
    }
