"""The data types of CDA (HL7 v3) in the shapes of FHIR: coded values, times, quantities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from epicrisis.formats.documents.cda.markup import TYPE, attribute, each, first, words
from epicrisis.formats.patients.shapes import Shape, concept, iso, period, quantity
from epicrisis.formats.patients.systems import BY_OID

if TYPE_CHECKING:
    from epicrisis.formats.documents.cda.markup import Element

_REASON = "RSON"
Texts = Mapping[str, "Element"]
"""The elements of a narrative by the ID that an entry refers to them by."""


def named(element: Element | None, texts: Texts) -> Shape:
    """Return a coded value (CD, CE) with its translations: in the words it shows, or in those of the narrative."""
    if element is None:
        return {}
    coded = [element, *each(element, "translation")]
    codings = [
        (_system(str(one.get("codeSystem", ""))), str(one.get("code", "")).strip(), str(one.get("displayName", "")))
        for one in coded
    ]
    shown = next((display for _, _, display in codings if display), "")
    return concept(shown or referred(first(element, "originalText"), texts), codings)


def called(element: Element | None, texts: Texts) -> Shape:
    """Return what a material or a substance is: its code, or its name."""
    if element is None:
        return {}
    return named(first(element, "code"), texts) or concept(words(first(element, "name")))


def referred(element: Element | None, texts: Texts) -> str:
    """Return the words of an element, or of the narrative that it refers to."""
    if element is None:
        return ""
    target = texts.get(attribute(element, "reference", "value").removeprefix("#"))
    return words(target) if target is not None else words(element)


def is_ended(time: Element | None) -> bool:
    """Return whether a period has an end, or is known to have one that nobody knows (C-CDA: a high of "UNK")."""
    high = first(time, "high") if time is not None else None
    return high is not None and (bool(high.get("value")) or high.get("nullFlavor") == "UNK")


def begun(time: Element | None) -> str:
    """Return when something was, or began."""
    return (
        ""
        if time is None
        else iso(str(time.get("value") or attribute(time, "low", "value") or attribute(time, "center", "value")))
    )


def ended(time: Element | None) -> str:
    """Return when something ended."""
    return "" if time is None else iso(attribute(time, "high", "value"))


def recorded(statement: Element) -> str:
    """Return when somebody wrote a statement down."""
    return iso(attribute(statement, "author/time", "value"))


def interval(time: Element | None) -> Shape:
    """Return a period; a point in time begins and ends it."""
    if time is None:
        return {}
    at = str(time.get("value", ""))
    return period(at, at) if at else period(attribute(time, "low", "value"), attribute(time, "high", "value"))


def amount(element: Element | None) -> Shape:
    """Return a physical quantity (PQ); of a range, the most of it."""
    if element is None:
        return {}
    if element.get("value"):
        return quantity(str(element.get("value")), str(element.get("unit", "")), is_ucum=True)
    return amount(first(element, "high")) or amount(first(element, "low"))


def value_of(element: Element, texts: Texts) -> Shape:
    """Return the value of an observation as ``value[x]``, by its type."""
    kind = str(element.get(TYPE, "")).rpartition(":")[2]
    if element.get("nullFlavor") and not len(element):
        return {}
    if kind in ("PQ", "INT", "REAL", "MO"):
        told = amount(element)
        return {"valueQuantity": told} if told else {}
    if kind in ("IVL_PQ", "IVL_INT", "IVL_REAL"):
        return _ranged(element)
    if kind in ("TS", "IVL_TS"):
        return {"valueDateTime": begun(element)} if begun(element) else {}
    if kind == "BL":
        return {"valueBoolean": element.get("value") == "true"}
    if kind in ("CD", "CE", "CV", "CO", "CS"):
        told = named(element, texts)
        return {"valueCodeableConcept": told} if told else {}
    said = referred(element, texts)
    return {"valueString": said} if said else {}


def reasons(statement: Element, texts: Texts) -> list[Shape]:
    """Return what a statement is for, as the observations beside it have it."""
    related = (one for one in each(statement, "entryRelationship") if one.get("typeCode") == _REASON)
    values = (first(found, "value") for one in related for found in each(one, "observation"))
    return [reason for value in values if (reason := named(value, texts))]


def _ranged(element: Element) -> Shape:
    """Return a range of numbers: one with an open end is a number with a comparator."""
    low, high = first(element, "low"), first(element, "high")
    one, other = amount(low), amount(high)
    if one and other:
        return {"valueRange": {"low": one, "high": other}}
    if not one and not other:
        return {}
    end = low if one else high
    is_inclusive = end is not None and end.get("inclusive") != "false"
    comparator = (">" if one else "<") + ("=" if is_inclusive else "")
    return {"valueQuantity": {**(one or other), "comparator": comparator}}


def _system(oid: str) -> str:
    return BY_OID.get(oid, f"urn:oid:{oid}" if oid else "")
