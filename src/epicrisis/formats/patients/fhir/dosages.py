"""Dosages of FHIR: how much, by which way and how often, as numbers that can be compared.

Where a range is told ("1 or 2 tablets every 4 to 6 hours"), the most of it counts: two, and every four hours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from epicrisis.domain.patients import Dosage
from epicrisis.domain.records import Quantity
from epicrisis.formats.documents.fhir.access import Resource
from epicrisis.formats.patients.fhir.values import code_of, inner, listed, number, quantity, said_by, strings, words

_DAYS: Mapping[str, float] = {
    "s": 1 / 86_400,
    "min": 1 / 1_440,
    "h": 1 / 24,
    "d": 1.0,
    "wk": 7.0,
    "mo": 30.0,
    "a": 365.0,
}
# HL7 v3 GTSAbbreviation and HL7 v2 table 0335: how often, in how many days.
_CODES: Mapping[str, tuple[float, float]] = {
    "am": (1, 1), "pm": (1, 1), "bed": (1, 1), "hs": (1, 1), "qam": (1, 1), "qpm": (1, 1), "qhs": (1, 1),
    "qd": (1, 1), "qday": (1, 1), "daily": (1, 1), "bid": (2, 1), "tid": (3, 1), "qid": (4, 1),
    "qod": (1, 2), "wk": (1, 7), "qwk": (1, 7), "weekly": (1, 7), "mo": (1, 30), "qmo": (1, 30),
}  # fmt: skip
_EVERY = re.compile(r"q(\d{1,3})(min|h|d|w|l)(?:rs?)?")
_EVERY_DAYS: Mapping[str, float] = {"min": 1 / 1_440, "h": 1 / 24, "d": 1.0, "w": 7.0, "l": 30.0}
_PRN = "prn"


def days_in(unit: str) -> float | None:
    """Return how many days there are in a unit of time of UCUM: ``wk`` has seven."""
    return _DAYS.get(unit)


def dosages_of(value: object) -> tuple[Dosage, ...]:
    """Return each Dosage at ``value`` that says anything."""
    return tuple(told for each in listed(value) if (told := _dosage(each)) != Dosage())


def _dosage(dosage: Resource) -> Dosage:
    text = words(dosage.get("text")) or " ".join(strings(dosage.get("patientInstruction")))
    if "modifierExtension" in dosage:
        return Dosage(text)
    frequency, period = _often(dosage.get("timing"))
    return Dosage(
        text or said_by(inner(dosage, "timing", "code")),
        _dose(dosage),
        said_by(dosage.get("route")),
        frequency,
        period,
        as_needed=_is_at_need(dosage),
    )


def _dose(dosage: Resource) -> Quantity | None:
    rate = next(iter(listed(dosage.get("doseAndRate"))), dosage)
    # ``dose`` is what a MedicationAdministration has, ``quantity`` a MedicationStatement of DSTU2.
    for name in ("doseQuantity", "dose", "quantityQuantity"):
        if told := quantity(rate.get(name)):
            return told
    return quantity(inner(rate, "doseRange", "high")) or quantity(inner(rate, "doseRange", "low"))


def _is_at_need(dosage: Resource) -> bool:
    needs = (dosage.get(name) for name in ("asNeededBoolean", "asNeeded", "asNeededCodeableConcept", "asNeededFor"))
    code = inner(dosage, "timing", "code")
    return any(need is True or said_by(need) for need in needs) or _PRN in (code_of(code), said_by(code).casefold())


def _often(timing: object) -> tuple[float | None, float | None]:
    repeat = inner(timing, "repeat")
    if isinstance(repeat, dict):
        told = _repeated(repeat)
        if told != (None, None):
            return told
    code = code_of(inner(timing, "code"))
    return _coded(code) if code else _coded(said_by(inner(timing, "code")).casefold())


def _repeated(repeat: Resource) -> tuple[float | None, float | None]:
    unit = days_in(words(repeat.get("periodUnit") or repeat.get("periodUnits")))
    period = number(repeat.get("period"))
    times = number(repeat.get("frequencyMax")) or number(repeat.get("frequency"))
    # At breakfast and at bedtime is twice, at 08:00 and at 20:00 as well.
    events = len([*strings(repeat.get("when"))]) or len([*strings(repeat.get("timeOfDay"))])
    days = len([*strings(repeat.get("dayOfWeek"))])
    if events and not times:
        times = float(events)
    if period is None or unit is None or period <= 0:
        return (times, 1.0) if events and not days else (float(days) * (times or 1.0), 7.0) if days else (None, None)
    if days and unit == 1.0 and period == 1:
        return float(days) * (times or 1.0), 7.0
    return times or 1.0, period * unit


def _coded(code: str) -> tuple[float | None, float | None]:
    plain = code.replace(" ", "").replace(".", "")
    if plain in _CODES:
        times, days = _CODES[plain]
        return float(times), float(days)
    if (every := _EVERY.fullmatch(plain)) and int(every[1]):
        return 1.0, int(every[1]) * _EVERY_DAYS[every[2]]
    return None, None
