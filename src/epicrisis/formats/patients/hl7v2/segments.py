"""Segments of HL7 v2 that stand alone, each as a resource: allergies, diagnoses, problems, procedures, visits."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from epicrisis.formats.documents.hl7v2.tables import DELETED, SEVERITIES
from epicrisis.formats.documents.hl7v2.wire import Segment
from epicrisis.formats.patients.hl7v2.coding import named
from epicrisis.formats.patients.shapes import Shape, coded, iso, period

# ISO 639, alone or with a region; systems of all kinds have numbers of their own there.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{2})?")
_SEXES = {"F": "female", "M": "male", "O": "other", "A": "other"}
# HL7 table 0127, and the categories of FHIR.
_ALLERGENS = {"DA": "medication", "FA": "food", "EA": "environment", "AA": "environment", "PA": "environment",
              "LA": "environment"}  # fmt: skip
# HL7 table 0438.
_ALLERGY_STATES: Mapping[str, tuple[str, str]] = {
    "C": ("active", "confirmed"),
    "D": ("", "unconfirmed"),
    "I": ("inactive", "confirmed"),
    "P": ("", "unconfirmed"),
    "S": ("", "unconfirmed"),
    "U": ("", "unconfirmed"),
}
# HL7 table 0004, and HL7 ActCode.
_CLASSES: Mapping[str, tuple[str, str]] = {
    "E": ("EMER", "emergency visit"),
    "I": ("IMP", "inpatient stay"),
    "O": ("AMB", "outpatient visit"),
    "P": ("PRENC", "preadmission"),
    "R": ("AMB", "recurring visit"),
    "B": ("IMP", "obstetric stay"),
}
_BEGINS = frozenset({"A01", "A04"})
_ENDS = "A03"
_CANCELS = frozenset({"A11", "A12", "A13", "A27", "A38"})
_PLANNED = frozenset({"A05", "A14"})


def patient(segment: Segment) -> Shape:
    """Return the PID as a Patient, without an id."""
    numbers = [
        {"system": each.part(4, 1) or each.component(5), "value": each.component(1)}
        for each in segment.values(3)
        if each.component(1)
    ]
    name, died = segment.first(5), iso(segment.first(29).component(1))
    spoken = segment.first(15).component(1)
    told = {
        "identifier": numbers,
        "name": [
            {"family": name.component(1), "given": [each for each in (name.component(2), name.component(3)) if each]}
        ],
        "birthDate": iso(segment.first(7).component(1))[:10],
        "gender": _SEXES.get(segment.first(8).component(1).upper(), "unknown"),
        "deceasedDateTime": died,
        "deceasedBoolean": segment.first(30).component(1) == "Y",
        "communication": [{"language": coded(spoken)}] if _LANGUAGE.fullmatch(spoken) else [],
    }
    return {"resourceType": "Patient", **{key: value for key, value in told.items() if value}}


def allergy(segment: Segment) -> Shape:
    """Return an AL1, or an IAM that takes nothing back, as an AllergyIntolerance."""
    is_iam = segment.name == "IAM"
    if is_iam and segment.first(6).component(1) in DELETED:
        return {}
    state = segment.first(17).component(1) if is_iam else ""
    if state == "E":
        return {}
    clinical, sure = _ALLERGY_STATES.get(state, ("", ""))
    severity = segment.first(4)
    shown = [{"text": each.coded} for each in segment.values(5) if each.coded]
    how = SEVERITIES.get(severity.component(1).upper()) or severity.component(2)
    reaction = {**({"manifestation": shown} if shown else {}), **({"severity": how} if how else {})}
    category = _ALLERGENS.get(segment.first(2).component(1))
    return {
        "resourceType": "AllergyIntolerance",
        "code": named(segment.first(3)),
        "clinicalStatus": coded(clinical),
        "verificationStatus": coded(sure),
        "category": [category] if category else [],
        "reaction": [reaction] if reaction else [],
        "onsetDateTime": iso(segment.first(11 if is_iam else 6).component(1)),
        "recordedDate": iso(segment.first(13).component(1)) if is_iam else "",
    }


def diagnosis(segment: Segment) -> Shape:
    """Return a DG1 as a Condition; a working diagnosis is a provisional one."""
    if segment.first(21).component(1) in DELETED:
        return {}
    code = named(segment.first(3))
    said = " ".join(segment.first(4).text.split())
    kind = segment.first(6).component(1)
    return {
        "resourceType": "Condition",
        "code": {**code, "text": said} if said else code,
        "verificationStatus": coded({"W": "provisional", "F": "confirmed"}.get(kind, "")),
        "category": [coded("encounter-diagnosis")],
        "recordedDate": iso(segment.first(5).component(1)),
    }


def problem(segment: Segment) -> Shape:
    """Return a PRB as a Condition."""
    if segment.first(1).component(1) in DELETED:
        return {}
    state = segment.first(14).coded.casefold()
    known = next((each for each in ("inactive", "resolved", "remission", "recurrence", "active") if each in state), "")
    return {
        "resourceType": "Condition",
        "code": named(segment.first(3)),
        "clinicalStatus": coded(known),
        "category": [coded("problem-list-item")],
        "onsetDateTime": iso(segment.first(16).component(1)),
        "recordedDate": iso(segment.first(7).component(1)) or iso(segment.first(2).component(1)),
        "abatementDateTime": iso(segment.first(9).component(1)),
    }


def procedure(segment: Segment) -> Shape:
    """Return a PR1 as a Procedure."""
    if segment.first(20).component(1) in DELETED:
        return {}
    code, said = named(segment.first(3)), " ".join(segment.first(4).text.split())
    return {
        "resourceType": "Procedure",
        "code": {**code, "text": code.get("text") or said} if said or code else {},
        "status": "completed",
        "performedDateTime": iso(segment.first(5).component(1)),
    }


def visit(segment: Segment, event: str, happened: str) -> Shape:
    """Return a PV1 as an Encounter, where it or the ``event`` of the message, which ``happened`` then, tells a time."""
    code, shown = _CLASSES.get(segment.first(2).component(1).upper(), ("", ""))
    start, end = segment.first(44).component(1), segment.first(45).component(1)
    start = start or (happened if event in _BEGINS else "")
    end = end or (happened if event == _ENDS else "")
    if event in _CANCELS or (not start and not end):
        return {}
    status = (
        "finished" if end or code == "AMB" else "planned" if event in _PLANNED or code == "PRENC" else "in-progress"
    )
    return {
        "resourceType": "Encounter",
        "class": {"code": code, "display": shown} if code else {},
        "status": status,
        "period": period(start, end),
    }


ALONE: Mapping[str, Callable[[Segment], Shape]] = {
    "AL1": allergy,
    "DG1": diagnosis,
    "IAM": allergy,
    "PR1": procedure,
    "PRB": problem,
}
"""What reads the segments that need no other."""
