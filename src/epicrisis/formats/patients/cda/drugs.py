"""Drugs and vaccines (C-CDA R2.1: medication and immunization activity) as resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from epicrisis.formats.documents.cda.markup import TYPE, attribute, each, first, words
from epicrisis.formats.patients.cda.values import amount, begun, called, interval, named, reasons, recorded
from epicrisis.formats.patients.shapes import Shape

if TYPE_CHECKING:
    from epicrisis.formats.documents.cda.markup import Element
    from epicrisis.formats.patients.cda.values import Texts

_STATES: Mapping[str, str] = {
    "aborted": "stopped",
    "active": "active",
    "completed": "completed",
    "held": "on-hold",
    "new": "active",
    "suspended": "on-hold",
}
# HL7 v3 TimingEvent (EIVL_TS): at which meal, or at bedtime.
_PER_DAY: Mapping[str, int] = {
    **dict.fromkeys(("ACM", "ACD", "ACV", "HS", "PCM", "PCD", "PCV"), 1),
    **dict.fromkeys(("C", "AC", "PC"), 3),
}


def medication(statement: Element, texts: Texts, *, is_planned: bool) -> Shape:
    """Return a substance administration as a MedicationStatement, one that is planned as a MedicationRequest."""
    name = _material(statement, texts)
    if not name:
        return {}
    period = next((told for time in each(statement, "effectiveTime") if (told := _taken(time))), {})
    common = {
        "medicationCodeableConcept": name,
        "reasonCode": reasons(statement, texts),
    }
    if is_planned:
        return {
            "resourceType": "MedicationRequest",
            "status": "active",
            "intent": "plan",
            "authoredOn": recorded(statement) or period.get("start"),
            "dosageInstruction": _dosages(statement, texts),
            **common,
        }
    status = _STATES.get(attribute(statement, "statusCode", "code"), "unknown")
    return {
        "resourceType": "MedicationStatement",
        "status": "not-taken" if statement.get("negationInd") == "true" else status,
        "effectivePeriod": period,
        "dateAsserted": recorded(statement),
        "dosage": _dosages(statement, texts),
        **common,
    }


def immunization(statement: Element, texts: Texts) -> Shape:
    """Return a substance administration of a vaccine as an Immunization."""
    name = _material(statement, texts)
    return {
        "resourceType": "Immunization" if name else "",
        "vaccineCode": name,
        "status": "not-done" if statement.get("negationInd") == "true" else "completed",
        "occurrenceDateTime": begun(first(statement, "effectiveTime")),
    }


def _material(statement: Element, texts: Texts) -> Shape:
    return called(first(statement, "consumable/manufacturedProduct/manufacturedMaterial"), texts)


def _taken(time: Element) -> Shape:
    """Return from when until when a drug is taken; how often is another kind of time."""
    kind = str(time.get(TYPE, "")).rpartition(":")[2]
    return {} if kind in ("PIVL_TS", "EIVL_TS") else interval(time)


def _dosages(statement: Element, texts: Texts) -> list[Shape]:
    repeats = [repeat for time in each(statement, "effectiveTime") if (repeat := _repeat(time))]
    text = first(statement, "text")
    told: Shape = {
        # What refers to the narrative means a row with the drug and all else.
        "text": words(text) if text is not None and first(text, "reference") is None else "",
        "doseQuantity": amount(first(statement, "doseQuantity")),
        "route": named(first(statement, "routeCode"), texts),
        "timing": {"repeat": repeats[0]} if repeats else {},
        "asNeededBoolean": first(statement, "precondition/criterion") is not None,
    }
    kept = {name: value for name, value in told.items() if value}
    return [kept] if kept else []


def _repeat(time: Element) -> Shape:
    period, event = first(time, "period"), attribute(time, "event", "code")
    if period is not None and period.get("value"):
        return {"frequency": 1, "period": str(period.get("value")), "periodUnit": str(period.get("unit", ""))}
    if period is not None and first(period, "low") is not None:
        # Every 4 to 6 hours: a period that is itself a range.
        shortest = amount(first(period, "low"))
        return {"frequency": 1, "period": shortest.get("value"), "periodUnit": shortest.get("unit", "")}
    return {"frequency": _PER_DAY[event], "period": 1, "periodUnit": "d"} if event in _PER_DAY else {}
