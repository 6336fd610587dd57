"""Results, procedures, visits and plans of a CDA section, each statement as a resource."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from epicrisis.formats.documents.cda.markup import attribute, each, first, local, words
from epicrisis.formats.patients.cda.problems import WITHDRAWN
from epicrisis.formats.patients.cda.values import Texts, amount, begun, interval, named, reasons, referred, value_of
from epicrisis.formats.patients.shapes import Shape, coded
from epicrisis.formats.patients.systems import ACT_CODES

if TYPE_CHECKING:
    from epicrisis.formats.documents.cda.markup import Element

# Moods of what has not happened (HL7 ActMood).
_PLANNED = frozenset({"INT", "RQO", "PRMS", "PRP", "ARQ", "APT"})
_GOAL = "GOL"
_DONE = {"active": "in-progress", "aborted": "stopped", "suspended": "on-hold", "held": "on-hold", "new": "preparation"}
_DIAGNOSIS = "29308-4"


def results(entry: Element, category: str, texts: Texts) -> Iterator[tuple[Element, Shape]]:
    """Yield the observations of an entry, of an organizer or alone."""
    for organizer in each(entry, "organizer"):
        if attribute(organizer, "statusCode", "code") in WITHDRAWN:
            continue
        for found in each(organizer, "component/observation"):
            yield found, _result(found, first(organizer, "effectiveTime"), category, texts)
    for found in each(entry, "observation"):
        yield found, _result(found, None, category, texts)


def procedures(entry: Element, texts: Texts) -> Iterator[tuple[Element, Shape]]:
    """Yield what was done, or is to be, whatever class of act it is written as."""
    for found in entry:
        status = attribute(found, "statusCode", "code")
        if local(found) not in ("procedure", "observation", "act") or status in WITHDRAWN:
            continue
        if found.get("moodCode") in _PLANNED:
            yield found, order(found, texts)
            continue
        site = named(first(found, "targetSiteCode"), texts)
        yield (
            found,
            {
                "resourceType": "Procedure",
                "code": _name(found, texts),
                "status": "not-done" if found.get("negationInd") == "true" else _DONE.get(status, "completed"),
                "performedPeriod": interval(first(found, "effectiveTime")),
                "bodySite": [site] if site else [],
            },
        )


def visits(entry: Element, texts: Texts) -> Iterator[tuple[Element, Shape]]:
    """Yield the encounters of an entry."""
    for found in each(entry, "encounter"):
        if attribute(found, "statusCode", "code") not in WITHDRAWN:
            yield found, visit(found, texts, is_planned=found.get("moodCode") in _PLANNED)


def visit(found: Element, texts: Texts, *, is_planned: bool = False) -> Shape:
    """Return an encounter, or the one a document is about."""
    code = first(found, "code")
    name = named(code, texts)
    kinds = [each_one for each_one in name.get("coding", []) if each_one["system"] == ACT_CODES]
    return {
        "resourceType": "Encounter",
        "type": [name] if name else [],
        "class": kinds[0] if kinds else {},
        "status": "planned" if is_planned else "finished",
        "period": interval(first(found, "effectiveTime")),
        "reasonCode": [*reasons(found, texts), *_diagnoses(found, texts)],
    }


def order(found: Element, texts: Texts) -> Shape:
    """Return what is planned as a ServiceRequest, or a Goal."""
    name = _name(found, texts)
    if found.get("moodCode") == _GOAL:
        told = first(found, "value")
        aim = value_of(told, texts) if told is not None else {}
        shown = referred(first(found, "text"), texts)
        goal = aim.get("valueCodeableConcept") or ({"text": shown} if shown else {}) or name
        return {
            "resourceType": "Goal",
            "lifecycleStatus": "active",
            "description": goal,
            "startDate": begun(first(found, "effectiveTime")),
        }
    return {
        "resourceType": "ServiceRequest",
        "status": "completed"
        if attribute(found, "statusCode", "code") == "completed" and found.get("moodCode") not in _PLANNED
        else "active",
        "intent": "plan",
        "code": name,
        "occurrencePeriod": interval(first(found, "effectiveTime")),
    }


def _result(found: Element, outer: Element | None, category: str, texts: Texts) -> Shape:
    if attribute(found, "statusCode", "code") in (*WITHDRAWN, "aborted"):
        return {}
    values = [told for value in each(found, "value") if (told := value_of(value, texts))]
    if not values or found.get("negationInd") == "true":
        return {}
    name = named(first(found, "code"), texts)
    kind = "" if not name.get("text") and not name.get("coding") else "Observation"
    time = first(found, "effectiveTime")
    return {
        "resourceType": kind,
        "code": name,
        "status": "preliminary" if attribute(found, "statusCode", "code") == "active" else "final",
        "category": [coded(category)],
        "effectivePeriod": interval(time) or interval(outer),
        "interpretation": [told for one in each(found, "interpretationCode") if (told := named(one, texts))],
        "referenceRange": [*_ranges(found, texts)],
        **values[0],
    }


def _ranges(found: Element, texts: Texts) -> Iterator[Shape]:
    for ranged in each(found, "referenceRange/observationRange"):
        value = first(ranged, "value")
        low, high = (amount(first(value, end)) if value is not None else {} for end in ("low", "high"))
        told = {"low": low, "high": high, "text": referred(first(ranged, "text"), texts)}
        yield {name: one for name, one in told.items() if one}


def _name(found: Element, texts: Texts) -> Shape:
    """Return what a statement is of: its code, or the words it is told in."""
    name = named(first(found, "code"), texts)
    if name.get("text"):
        return name
    said = referred(first(found, "text"), texts) or words(first(found, "code/originalText"))
    return {**name, "text": said} if said else name


def _diagnoses(found: Element, texts: Texts) -> Iterator[Shape]:
    """Yield what a visit was for, as an act of diagnosis has it (C-CDA R2.1, 3.32)."""
    for act in each(found, "entryRelationship/act"):
        if attribute(act, "code", "code") == _DIAGNOSIS:
            told = (named(first(one, "value"), texts) for one in each(act, "entryRelationship/observation"))
            yield from filter(None, told)
