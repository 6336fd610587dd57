"""The data types of FHIR R4 that a patient's facts are told in: concepts, times, quantities, dosages."""

from __future__ import annotations

from typing import Any

from epicrisis.domain.moments import Moment, Period, Precision
from epicrisis.domain.patients import Concept, Dosage
from epicrisis.domain.records import Quantity
from epicrisis.formats.fhir import vocabulary as words
from epicrisis.formats.fhir.resources import Resource
from epicrisis.formats.fhir.wording import printable

SNOMED = "http://snomed.info/sct"
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
UNKNOWN: Resource = {"extension": [{"url": _ABSENT, "valueCode": "unknown"}]}
"""What stands in the place of an element that a profile asks for and nobody recorded."""


def codeable(concept: Concept) -> Resource:
    """Return a CodeableConcept with all codes of ``concept``, in its order, and its words."""
    coding = [
        {
            **({"system": code.system} if code.system else {}),
            "code": code.code,
            **({"display": printable(code.display)} if code.display else {}),
        }
        for code in concept.codes
    ]
    return {**({"coding": coding} if coding else {}), **({"text": printable(concept.text)} if concept.text else {})}


def told(moment: Moment) -> str:
    """Return ``moment`` as a dateTime of FHIR, as exactly as it was told."""
    return moment.first.isoformat() if moment.precision is Precision.TIME else str(moment)


def quantity_of(quantity: Quantity) -> Resource:
    """Return a Quantity, with its code where it has one of UCUM."""
    comparator = {"comparator": quantity.comparator} if quantity.comparator else {}
    return {"value": number(quantity.value), **comparator, **unit_of(quantity)}


def dosage_of(dosage: Dosage) -> Resource:
    """Return a Dosage: in words, and in the parts that the record has."""
    repeat: dict[str, Any] = {}
    if dosage.frequency and dosage.period_days and float(dosage.frequency).is_integer():
        repeat = {"frequency": int(dosage.frequency), "period": number(dosage.period_days), "periodUnit": "d"}
    return {
        **({"text": printable(dosage.text)} if dosage.text else {}),
        **({"timing": {"repeat": repeat}} if repeat else {}),
        **({"asNeededBoolean": True} if dosage.as_needed else {}),
        **({"route": {"text": printable(dosage.route)}} if dosage.route else {}),
        # A dose is a SimpleQuantity, which knows no "less than".
        **(
            {"doseAndRate": [{"doseQuantity": {"value": number(dosage.dose.value), **unit_of(dosage.dose)}}]}
            if dosage.dose
            else {}
        ),
    }


def number(value: float) -> int | float:
    """Return ``value`` without a point where it has nothing behind it."""
    return int(value) if float(value).is_integer() else value


def unit_of(quantity: Quantity) -> Resource:
    """Return the unit of ``quantity`` as a Quantity has it."""
    unit = quantity.unit or quantity.ucum
    return {
        **({"unit": unit} if unit else {}),
        **({"system": words.UCUM, "code": quantity.ucum} if quantity.ucum else {}),
    }


def some(name: str, items: list[Any]) -> Resource:
    """Return ``items`` under ``name``, nothing where there are none."""
    return {name: items} if items else {}


def when(name: str, moment: Moment | None) -> Resource:
    """Return ``moment`` under ``name``, nothing where nobody told it."""
    return {} if moment is None else {name: told(moment)}


def at_time(name: str, moment: Moment | None) -> Resource:
    """Return ``moment`` as the choice of type ``name`` has it, told to be unknown where nobody told it."""
    return {f"_{name}DateTime": UNKNOWN} if moment is None else {f"{name}DateTime": told(moment)}


def during(name: str, period: Period) -> Resource:
    """Return ``period`` as the choice of type ``name`` has it, told to be unknown where nobody told it."""
    if period.start is None and period.end is None:
        return {f"_{name}DateTime": UNKNOWN}
    if period.end is None or period.end == period.start:
        return {f"{name}DateTime": told(period.start)} if period.start else {f"_{name}DateTime": UNKNOWN}
    return {f"{name}Period": period_of(period)}


def period_of(period: Period) -> Resource:
    """Return a Period."""
    return {**when("start", period.start), **when("end", period.end)}
