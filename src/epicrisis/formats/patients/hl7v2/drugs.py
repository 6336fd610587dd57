"""Drugs that a message orders, dispenses or gives: RXO, RXE, RXD, RXG and RXA, with their route and times."""

from __future__ import annotations

from dataclasses import dataclass, field

from epicrisis.formats.documents.hl7v2.tables import ENDED, NO_AMOUNT, NO_VACCINE, PLACES, VACCINES
from epicrisis.formats.documents.hl7v2.wire import Segment
from epicrisis.formats.patients.hl7v2.coding import named
from epicrisis.formats.patients.shapes import Shape, coded, iso, period, quantity

_HELD = frozenset({"HD", "HR"})
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
        places = PLACES[segment.name]
        self.name, self.number, self._drug = segment.name, number, named(segment.first(places.drug))
        # Of a least and a most, the most counts.
        amount = next((told for place in places.amounts[::-1] if (told := segment.first(place).component(1))), "")
        said = "; ".join(each.coded for each in segment.values(places.instructions) if each.coded)
        code = segment.first(1).component(2) if segment.name == "RXE" else ""
        self._dosage = {
            **({"text": said} if said else {}),
            "doseQuantity": quantity(amount, segment.first(places.unit).coded),
            "timing": {"code": coded(code)} if code else {},
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
            self._dosage["timing"] = {"code": coded(code)}
        self._dosage["asNeededBoolean"] = "PRN" in code.upper()
        self._period = period(segment.first(7).component(1), segment.first(8).component(1))

    def resource(self) -> Shape:
        """Return the order as a MedicationRequest, or what was handed over as a MedicationDispense."""
        dosage = {name: value for name, value in self._dosage.items() if value}
        if self._period:
            dosage["timing"] = {**dosage.get("timing", {}), "repeat": {"boundsPeriod": self._period}}
        drug: Shape = {"medicationCodeableConcept": self._drug, "dosageInstruction": [dosage] if dosage else []}
        if self.name == "RXD":
            told = {"status": "completed", "whenHandedOver": self._handed_over}
            return {"resourceType": "MedicationDispense", **told, **drug}
        status = "stopped" if self.control in ENDED else "on-hold" if self.control in _HELD else "active"
        told = {"status": status, "intent": "order", "authoredOn": self.written}
        return {"resourceType": "MedicationRequest", **told, **drug}


def given(segment: Segment, kind: str) -> Shape:
    """Return an RXA as an Immunization, or as a MedicationAdministration of another drug."""
    drug = segment.first(5)
    if segment.first(21).component(1) == "D" or drug.component(1) == NO_VACCINE:
        return {}
    at, refused = iso(segment.first(3).component(1)), segment.first(20).component(1) in _NOT_GIVEN
    status = "not-done" if refused else "completed"
    if kind == "VXU" or VACCINES in (drug.component(3), drug.component(6)):
        return {"resourceType": "Immunization", "vaccineCode": named(drug), "status": status, "occurrenceDateTime": at}
    amount = segment.first(6).component(1)
    dose = {} if amount in NO_AMOUNT else quantity(amount, segment.first(7).coded)
    return {
        "resourceType": "MedicationAdministration",
        "medicationCodeableConcept": named(drug),
        "status": status,
        "effectiveDateTime": at,
        "dosage": {"dose": dose} if dose else {},
    }
