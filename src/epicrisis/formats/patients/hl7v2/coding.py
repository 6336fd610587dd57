"""Coded values, numbers and ranges of HL7 v2 in the shapes of FHIR."""

from __future__ import annotations

import re

from epicrisis.formats.documents.hl7v2.tables import CODED, TIMES
from epicrisis.formats.documents.hl7v2.wire import Segment, Value
from epicrisis.formats.patients.shapes import Shape, concept, iso, quantity
from epicrisis.formats.patients.systems import BY_NAME

_NUMBER = re.compile(r"([<>]=?)?\s*([+-]?\d{1,12}(?:\.\d{1,12})?)")
_VALUE, _UNIT, _RANGE = 5, 6, 7


def named(value: Value) -> Shape:
    """Return a coded value (CE, CWE) with its words, its code and its alternate one."""
    return concept(value.coded, [_coding(value, at) for at in (1, 4)])


def value_of(segment: Segment) -> Shape:
    """Return the value of an OBX as ``value[x]``, by its type; several repetitions are words."""
    kind = segment.raw(2)
    values = segment.values(_VALUE)
    if not values:
        return {}
    only = values[0]
    if kind in CODED:
        told = [each.coded for each in values if each.coded]
        if len(told) > 1:
            return {"valueString": "; ".join(told)}
        return {"valueCodeableConcept": named(only)} if told else {}
    if kind == "SN":
        return _structured(only, unit_of(segment))
    if kind in TIMES:
        return {"valueDateTime": at} if (at := iso(only.component(1))) else {}
    said = "; ".join(each.text.strip() for each in values)
    number = _NUMBER.fullmatch(said.strip())
    if number is not None and (kind == "NM" or unit_of(segment)):
        return {"valueQuantity": quantity(number[2], unit_of(segment), comparator=number[1] or "")}
    return {"valueString": said} if said.strip() else {}


def unit_of(segment: Segment) -> str:
    """Return the unit of an OBX."""
    unit = segment.first(_UNIT)
    return unit.component(1) or unit.component(2)


def range_of(segment: Segment) -> list[Shape]:
    """Return the reference range of an OBX, in its words."""
    said = segment.first(_RANGE).text.strip()
    return [{"text": said}] if said else []


def _structured(value: Value, unit: str) -> Shape:
    """Return a structured number (SN): a comparator, a number, what joins it to another, and that."""
    comparator, first, joint, second = map(value.component, (1, 2, 3, 4))
    if first and joint == "-" and second:
        return {"valueRange": {"low": quantity(first, unit), "high": quantity(second, unit)}}
    if first and joint in (":", "/") and second:
        return {"valueRatio": {"numerator": quantity(first, ""), "denominator": quantity(second, "")}}
    return {"valueQuantity": quantity(first, unit, comparator=comparator)} if first else {}


def _coding(value: Value, at: int) -> tuple[str, str, str]:
    system = value.component(at + 2)
    return BY_NAME.get(system.upper(), system), value.component(at), value.component(at + 1)
