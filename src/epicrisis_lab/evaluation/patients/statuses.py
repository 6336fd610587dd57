"""Words that say how a thing stands, each with what must be so in the raw resources for it to be true."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import TypeAlias

from epicrisis_lab.evaluation.patients.facts import has_range, in_force, is_active, is_denied, side_of
from epicrisis_lab.evaluation.patients.raw import Resource, began, codes, parts_of

_YEAR = 365.25 * 24 * 3600

Holds: TypeAlias = Callable[[Sequence[Resource], Resource], bool]
"""Whether a word is true of the resources that a clause speaks of, and of the patient."""


def _any(of: Callable[[Resource], bool]) -> Holds:
    return lambda resources, _: any(of(each) for each in resources)


def _status(*wanted: str) -> Holds:
    return _any(lambda each: each.get("status") in wanted or each.get("lifecycleStatus") in wanted)


def _verified(*wanted: str) -> Holds:
    return _any(lambda each: bool(codes(each.get("verificationStatus", {})) & set(wanted)))


def _clinical(*wanted: str) -> Holds:
    return _any(lambda each: bool(codes(each.get("clinicalStatus", {})) & set(wanted)))


def _is_active(each: Resource) -> bool:
    if each["resourceType"] in ("Condition", "AllergyIntolerance"):
        return is_active(each)
    return each.get("status", each.get("lifecycleStatus")) in ("active", "in-progress", "accepted", "planned")


def _side(*sides: str) -> Holds:
    """Return whether a result lies on one of ``sides``; where no range is known here, a sentence names its own."""

    def holds(resources: Sequence[Resource], patient: Resource) -> bool:
        results = [each for each in resources if each["resourceType"] == "Observation"]
        judged = [each for each in results if has_range(each, patient)]
        return not judged or any(side_of(each, patient, surely=False) in sides for each in judged)

    return holds


def _within(resources: Sequence[Resource], patient: Resource) -> bool:
    return any(not side_of(each, patient) for each in resources)


def slopes(resources: Sequence[Resource]) -> dict[str, float]:
    """Return by its code how each test moves: the median of all slopes, in units a year (Theil 1950, Sen 1968)."""
    points: dict[str, list[tuple[float, float]]] = {}
    for each in (part for resource in resources for part in parts_of(resource)):
        when, value = began(each, "effective", "issued"), each.get("valueQuantity", {}).get("value")
        if when is not None and isinstance(value, int | float):
            for code in codes(each["code"]):
                points.setdefault(code, []).append((when.timestamp() / _YEAR, float(value)))
    return {code: found for code, series in points.items() if (found := _slope(sorted(series))) is not None}


def _slope(points: Sequence[tuple[float, float]]) -> float | None:
    found = [
        (later[1] - sooner[1]) / (later[0] - sooner[0])
        for index, sooner in enumerate(points)
        for later in points[index + 1 :]
        if later[0] > sooner[0]
    ]
    return median(found) if found else None


def _goes(sign: int) -> Holds:
    return lambda resources, _: any(found * sign > 0 for found in slopes(resources).values())


def _dead(_: Sequence[Resource], patient: Resource) -> bool:
    return bool(patient.get("deceasedDateTime") or patient.get("deceasedBoolean"))


def _is(gender: str) -> Holds:
    return lambda _, patient: patient.get("gender") == gender


def _kind(*kinds: str) -> Holds:
    return _any(lambda each: each["resourceType"] in kinds)


def _always(_: Sequence[Resource], __: Resource) -> bool:
    return True


_STOPPED = _status("stopped", "completed", "cancelled", "ended")
_OVER = _any(lambda each: not _is_active(each))
STATUSES: Mapping[str, Holds] = {
    "abnormal": _side("low", "high", "abnormal"),
    "active": _any(_is_active),
    "alive": lambda resources, patient: not _dead(resources, patient),
    "boy": _is("male"),
    "completed": _status("completed", "finished"),
    "confirmed": _verified("confirmed"),
    "critical": _side("low", "high"),
    "criticality": _any(lambda each: "criticality" in each),
    "denied": _any(is_denied),
    "died": _dead,
    "differential": _verified("differential"),
    "done": _kind("Procedure"),
    "down": _goes(-1),
    "fell": _goes(-1),
    "falling": _goes(-1),
    "falls": _goes(-1),
    "former": _any(lambda each: "former" in str(each.get("valueCodeableConcept", "")).casefold()),
    "girl": _is("female"),
    "hold": _status("on-hold"),
    "immunizations": _kind("Immunization"),
    "inactive": _clinical("inactive"),
    "intended": _status("intended", "draft"),
    "man": _is("male"),
    "new": _always,
    "ordered": _kind("MedicationRequest", "ServiceRequest"),
    "preliminary": _status("preliminary", "registered"),
    "provisional": _verified("provisional"),
    "recurrence": _clinical("recurrence"),
    "refuted": _verified("refuted"),
    "relapse": _clinical("relapse"),
    "remission": _clinical("remission"),
    "resolved": _OVER,
    "rises": _goes(1),
    "rising": _goes(1),
    "rose": _goes(1),
    "steady": lambda resources, _: bool(slopes(resources)),
    "stopped": _STOPPED,
    "unconfirmed": _verified("unconfirmed"),
    "vaccine": _kind("Immunization"),
    "woman": _is("female"),
    "activa": _any(_is_active),
    "activas": _any(_is_active),
    "activo": _any(_is_active),
    "activos": _any(_is_active),
    "alta": _any(lambda each: each.get("criticality") == "high"),
    "anormal": _side("low", "high", "abnormal"),
    "ascenso": _goes(1),
    "asciende": _goes(1),
    "baja": lambda resources, _: (
        any(found < 0 for found in slopes(resources).values())
        or any(each.get("criticality") == "low" for each in resources)
    ),
    "completada": _status("completed", "finished"),
    "crítico": _side("low", "high"),
    "críticos": _side("low", "high"),
    "descartado": _any(is_denied),
    "desciende": _goes(-1),
    "descenso": _goes(-1),
    "estables": lambda resources, _: bool(slopes(resources)),
    "fallecida": _dead,
    "fallecido": _dead,
    "fallecimiento": _dead,
    "falleció": _dead,
    "inactivo": _clinical("inactive"),
    "mujer": _is("female"),
    "negado": _any(is_denied),
    "niña": _is("female"),
    "niño": _is("male"),
    "normal": lambda resources, patient: any(not side_of(each, patient) for each in resources),
    "preliminar": _status("preliminary", "registered"),
    "prescrita": _kind("MedicationRequest", "ServiceRequest"),
    "recaída": _clinical("relapse"),
    "recurrencia": _clinical("recurrence"),
    "remisión": _clinical("remission"),
    "resueltos": _OVER,
    "sube": _goes(1),
    "suspendida": _STOPPED,
    "varón": _is("male"),
    "vida": lambda resources, patient: not _dead(resources, patient),
}
# "low" and "high" are said of results and of how bad an allergy is.
PHRASES: tuple[tuple[re.Pattern[str], Holds], ...] = (
    (re.compile(r"\bno longer active\b"), _OVER),
    (re.compile(r"\b(?:is taken|se toma)\b"), _any(in_force)),
    (re.compile(r"\blow criticality\b"), _any(lambda each: each.get("criticality") == "low")),
    (re.compile(r"\bhigh criticality\b"), _any(lambda each: each.get("criticality") == "high")),
    (re.compile(r"(?<!not )\bout of range\b"), _side("low", "high", "abnormal")),
    (re.compile(r"\b(?:back in|in) range\b"), _within),
    (re.compile(r"\bdied\b"), _dead),
    (re.compile(r"\bfuera de rango\b"), _side("low", "high", "abnormal")),
    (re.compile(r"\bpor encima\b"), _side("high", "abnormal")),
    (re.compile(r"\bpor debajo\b"), _side("low", "abnormal")),
    (re.compile(r"\bhigh\b"), _side("high", "abnormal")),
    (re.compile(r"\blow\b"), _side("low", "abnormal")),
)
