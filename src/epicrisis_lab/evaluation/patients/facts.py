"""What holds at the end of a record: problems, medications, allergies, and results that nobody would call usual."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from epicrisis_lab.evaluation.patients.raw import Key, Raw, Resource, began, codes, key_of, moment, what, words_of
from epicrisis_lab.evaluation.patients.usual import usual

_OVER = frozenset({"inactive", "resolved", "remission"})
# hl7.org/fhir/R4/valueset-medicationrequest-intent.html: what is proposed, planned or an option is not an order.
_NO_ORDER = frozenset({"proposal", "plan", "option"})
_NOT_SO = frozenset({"refuted", "entered-in-error"})
_FINAL = frozenset({"final", "amended", "corrected", "preliminary", "appended", "registered", ""})
# Interpretations of HL7 v3 that say which side of usual a result lies on.
_SIDES: Mapping[str, str] = {
    "H": "high", "HH": "high", "HU": "high", ">": "high", "L": "low", "LL": "low", "LU": "low", "<": "low",
    "A": "abnormal", "AA": "abnormal",
}  # fmt: skip
_NORMAL = "N"
# A statement that something is not known or not there is no thing (IPS 1.1, and the situations of SNOMED CT it names).
_ABSENCES = frozenset(
    {"716186003", "409137002", "428607008", "429625007", "787481004", "160245001", "787482006", "787480003"}
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing, however many resources say it; ``side`` says of a result where it lies."""

    group: str
    key: Key
    name: str
    references: tuple[str, ...]
    value: float | None = None
    side: str = ""


def name_of(resource: Resource) -> str:
    """Return how a resource is cited."""
    return f"{resource['resourceType']}/{resource.get('id', '')}"


def problems(raw: Raw) -> list[Fact]:
    """Return what somebody has now, by clinicalStatus; what has none and no end is there still."""
    return _together("problems", (each for each in raw.of("Condition") if is_active(each) and not is_denied(each)))


def medications(raw: Raw, *, held: bool = False) -> list[Fact]:
    """Return what is in force: orders and statements that are active, and with ``held`` those on hold too."""
    there = (each for each in raw.of(*DRUGS) if in_force(each) or (held and is_held(each)))
    return _together("medications", there, raw)


def allergies(raw: Raw) -> list[Fact]:
    """Return what somebody does not bear."""
    held = (each for each in raw.of("AllergyIntolerance") if is_active(each) and not is_denied(each))
    return _together("allergies", held)


def latest(raw: Raw) -> dict[Key, Resource]:
    """Return the last result of each laboratory test with a number."""
    found: dict[Key, tuple[datetime, Resource]] = {}
    for each in laboratory(raw):
        when = began(each, "effective", "issued")
        if when is None:
            continue
        known = found.get(key_of(each["code"]))
        if known is None or when >= known[0]:
            found[key_of(each["code"])] = when, each
    return {key: each for key, (_, each) in found.items()}


def laboratory(raw: Raw) -> Iterator[Resource]:
    """Yield the results of laboratories that are numbers and no drafts or errors."""
    for each in raw.of("Observation"):
        value = each.get("valueQuantity", {}).get("value")
        is_lab = "laboratory" in codes(each.get("category", ())) and each.get("status", "") in _FINAL
        if is_lab and isinstance(value, int | float):
            yield each


def out_of_range(raw: Raw) -> list[Fact]:
    """Return the last results that lie outside the range of the record, or else outside every usual one."""
    found = []
    for key, each in latest(raw).items():
        side = side_of(each, raw.patient)
        if side:
            value = float(each["valueQuantity"]["value"])
            found.append(Fact("labs", key, words_of(each["code"]), (name_of(each),), value, side))
    return found


def side_of(result: Resource, patient: Resource, *, surely: bool = True) -> str:
    """Return which side of its range a result lies on, by the record itself or by what is usual; empty where within."""
    told = codes(result.get("interpretation", ()))
    for code in told:
        if code in _SIDES:
            return _SIDES[code]
    if _NORMAL in told:
        return ""
    quantity = result.get("valueQuantity", {})
    value = quantity.get("value")
    if not isinstance(value, int | float):
        return ""
    for each in result.get("referenceRange", ()):
        if value < each.get("low", {}).get("value", value):
            return "low"
        if value > each.get("high", {}).get("value", value):
            return "high"
        if "low" in each or "high" in each:
            return ""
    if not is_adult(result, patient):
        return ""
    sex, unit = str(patient.get("gender", ""))[:1].upper(), str(quantity.get("code") or quantity.get("unit") or "")
    for code in codes(result["code"]):
        known = usual(code, unit, sex)
        if known is not None:
            return known.surely(value) if surely else known.maybe(value)
    return ""


def has_range(result: Resource, patient: Resource) -> bool:
    """Return whether the record or this check knows what is usual of ``result``."""
    if result.get("referenceRange") or result.get("interpretation"):
        return True
    unit = str(result.get("valueQuantity", {}).get("code", ""))
    known = (usual(code, unit, "") for code in codes(result.get("code", {})))
    return is_adult(result, patient) and any(each is not None for each in known)


def is_adult(result: Resource, patient: Resource) -> bool:
    """Return whether somebody was 18 years old when a result was taken, as far as is told."""
    born, when = moment(patient.get("birthDate")), began(result, "effective", "issued")
    return born is None or when is None or when >= born.replace(year=born.year + 18, day=min(born.day, 28))


DRUGS = ("MedicationRequest", "MedicationStatement")


def is_order(resource: Resource) -> bool:
    """Return whether it says that somebody is to take something, or takes it."""
    return (
        resource.get("intent", "order") not in _NO_ORDER
        and not resource.get("doNotPerform", False)
        and resource.get("status") not in ("entered-in-error", "draft", "cancelled", "not-taken", "intended")
        and not _is_absence(drug(resource))
    )


def in_force(resource: Resource) -> bool:
    """Return whether a medication is taken now, as far as its resource says."""
    return is_order(resource) and resource.get("status") == "active"


def is_held(resource: Resource) -> bool:
    """Return whether a medication is to be taken again."""
    return is_order(resource) and resource.get("status") == "on-hold"


def drug(resource: Resource, raw: Raw | None = None) -> Mapping[str, Any]:
    """Return what a medication is, where it stands in a resource of its own too."""
    told = resource.get("medicationCodeableConcept")
    if told is None and raw is not None:
        target = raw.cited(resource.get("medicationReference", {}).get("reference", "")) or {}
        told = target.get("code")
    return told or {}


def is_active(resource: Resource) -> bool:
    """Return whether a condition or an allergy is there now."""
    stated = codes(resource.get("clinicalStatus", {}))
    return not stated & _OVER and (bool(stated) or moment(resource.get("abatementDateTime")) is None)


def is_denied(resource: Resource) -> bool:
    """Return whether a condition or an allergy is refuted, an error, or a statement that there is none."""
    return bool(codes(resource.get("verificationStatus", {})) & _NOT_SO) or _is_absence(resource.get("code", {}))


def _is_absence(told: Mapping[str, Any]) -> bool:
    return any(code in _ABSENCES or code.startswith(("no-known-", "no-")) for code in codes(told))


def _together(group: str, resources: Iterable[Resource], raw: Raw | None = None) -> list[Fact]:
    found: dict[Key, Fact] = {}
    for each in resources:
        told = drug(each, raw) if each["resourceType"] in DRUGS else what(each)
        known = found.get(key_of(told))
        before = known.references if known else ()
        found[key_of(told)] = Fact(group, key_of(told), words_of(told), (*before, name_of(each)))
    return list(found.values())
