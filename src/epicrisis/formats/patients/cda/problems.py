"""Problems, allergies and the history of a family, out of their acts of concern (C-CDA R2.1, 3.82, 3.5, 3.46)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from epicrisis.formats.documents.cda.markup import attribute, each, first, local
from epicrisis.formats.patients.cda.values import begun, called, ended, is_ended, named, recorded, referred
from epicrisis.formats.patients.shapes import Shape, coded, concept
from epicrisis.formats.patients.systems import SNOMED

if TYPE_CHECKING:
    from epicrisis.formats.documents.cda.markup import Element
    from epicrisis.formats.patients.cda.values import Texts

_STATUS, _CRITICALITY, _SEVERITY, _DEAD = "33999-4", "82606-5", "SEV", "419099009"
_ABOUT_OTHERS = frozenset({_STATUS, _CRITICALITY, _SEVERITY})
# SNOMED CT, as the value set of problem status has it.
_STATES: Mapping[str, str] = {
    "55561003": "active",
    "73425007": "inactive",
    "413322009": "resolved",
    "277022003": "remission",
    "255227004": "recurrence",
    "263855007": "relapse",
}
_OF_CONCERN: Mapping[str, str] = {
    "active": "active",
    "completed": "inactive",
    "suspended": "inactive",
    "aborted": "inactive",
}
WITHDRAWN = frozenset({"nullified", "cancelled"})
# "A problem", "a disorder", "a finding", "no current problems": with a negation, that there is none.
_ANY_PROBLEM = frozenset({"55607006", "64572001", "404684003", "160245001", "418799008", "282291009"})
_PAST = "11348-0"
# What kind of allergy, by SNOMED CT: its category in FHIR, and how it is said that there is none of the kind.
_KINDS: Mapping[str, tuple[str, str, str]] = {
    "419199007": ("", "716186003", "No known allergies"),
    "420134006": ("", "716186003", "No known allergies"),
    "418038007": ("", "716186003", "No known allergies"),
    "416098002": ("medication", "409137002", "No known drug allergies"),
    "419511003": ("medication", "409137002", "No known drug allergies"),
    "59037007": ("medication", "409137002", "No known drug allergies"),
    "414285001": ("food", "429625007", "No known food allergies"),
    "418471000": ("food", "429625007", "No known food allergies"),
    "235719002": ("food", "429625007", "No known food allergies"),
    "426232007": ("environment", "428607008", "No known environmental allergies"),
}


def conditions(entry: Element, section: str, texts: Texts) -> Iterator[tuple[Element, Shape]]:
    """Yield each problem observation of an entry as a Condition."""
    for act, found in _concerns(entry):
        value = first(found, "value")
        name = named(value, texts) or _in_words(found, texts)
        is_negated = _is_negated(act, found)
        if not name or (is_negated and value is not None and value.get("code") in _ANY_PROBLEM):
            continue
        time = first(found, "effectiveTime")
        state = _state(act, found, time)
        yield (
            found,
            {
                "resourceType": "Condition",
                "code": name,
                "clinicalStatus": coded("inactive" if section == _PAST and state in ("", "active") else state),
                "verificationStatus": coded("refuted" if is_negated else "confirmed"),
                "onsetDateTime": begun(time),
                "abatementDateTime": ended(time),
                "recordedDate": recorded(found) or recorded(act),
                "severity": _judged(found, _SEVERITY, texts),
                "category": [coded("problem-list-item" if section == "11450-4" else "encounter-diagnosis")],
                "bodySite": [site] if (site := named(first(found, "targetSiteCode"), texts)) else [],
            },
        )


def allergies(entry: Element, texts: Texts) -> Iterator[tuple[Element, Shape]]:
    """Yield each allergy observation of an entry as an AllergyIntolerance; that there is none is one, too."""
    for act, found in _concerns(entry):
        value, playing = first(found, "value"), first(found, "participant/participantRole/playingEntity")
        kind = str(value.get("code", "")) if value is not None else ""
        category, none_code, none_said = _KINDS.get(kind, ("", "716186003", "No known allergies"))
        substance = called(playing, texts)
        is_negated = _is_negated(act, found)
        if is_negated and not substance.get("text"):
            substance, is_negated = concept(none_said, [(SNOMED, none_code, none_said)]), False
        substance = substance or (named(value, texts) if kind not in _KINDS else _in_words(found, texts))
        if not substance:
            continue
        time = first(found, "effectiveTime")
        severity = _judged(found, _SEVERITY, texts)
        reactions = list(_reactions(found, texts))
        if severity and not any("severity" in each_one for each_one in reactions):
            reactions = [{**(reactions[0] if reactions else {}), "severity": _word(severity)}, *reactions[1:]]
        yield (
            found,
            {
                "resourceType": "AllergyIntolerance",
                "code": substance,
                "clinicalStatus": coded(_state(act, found, time)),
                "verificationStatus": coded("refuted" if is_negated else "confirmed"),
                "criticality": _code_inside(found, _CRITICALITY),
                "category": [category] if category else [],
                "onsetDateTime": begun(time),
                "recordedDate": recorded(found) or recorded(act),
                "reaction": reactions,
            },
        )


def relatives(entry: Element, texts: Texts) -> Iterator[tuple[Element, Shape]]:
    """Yield a family history organizer as a FamilyMemberHistory."""
    for organizer in each(entry, "organizer"):
        related = first(organizer, "subject/relatedSubject")
        found = [one for one in each(organizer, "component/observation") if one.get("negationInd") != "true"]
        told = [{"code": name} for one in found if (name := named(first(one, "value"), texts))]
        dead = any(
            value.get("code") == _DEAD for one in found for value in each(one, "entryRelationship/observation/value")
        )
        ind = "" if related is None else attribute(related, "subject/deceasedInd", "value")
        yield (
            organizer,
            {
                "resourceType": "FamilyMemberHistory",
                "status": "completed",
                "relationship": {} if related is None else named(first(related, "code"), texts),
                "condition": told,
                "deceasedBoolean": dead or ind == "true",
            },
        )


def _concerns(entry: Element) -> Iterator[tuple[Element, Element]]:
    """Yield the observations of an entry, each with the act of concern it stands in, or with itself."""
    for child in entry:
        if local(child) == "act" and attribute(child, "statusCode", "code") not in WITHDRAWN:
            for found in each(child, "entryRelationship/observation"):
                # How severe an allergy is may stand beside it, as a statement about the act.
                if attribute(found, "code", "code") not in _ABOUT_OTHERS:
                    yield child, found
        elif local(child) == "observation" and attribute(child, "statusCode", "code") not in WITHDRAWN:
            yield child, child


def _is_negated(act: Element, found: Element) -> bool:
    return "true" in (act.get("negationInd"), found.get("negationInd"))


def _state(act: Element, found: Element, time: Element | None) -> str:
    """Return whether it is there now: as somebody says, by its end, or by whether it still is of concern."""
    said = _STATES.get(_code_inside(found, _STATUS), "")
    if said:
        return said
    if is_ended(time):
        return "resolved"
    return _OF_CONCERN.get(attribute(act, "statusCode", "code"), "") if local(act) == "act" else ""


def _in_words(found: Element, texts: Texts) -> Shape:
    """Return what a statement says in words, where its value says nothing: its text, or the text of its value."""
    value = first(found, "value")
    said = referred(first(value, "originalText") if value is not None else None, texts) or referred(
        first(found, "text"), texts
    )
    return concept(said)


def _inside(found: Element, code: str) -> Element | None:
    return next(
        (one for one in each(found, "entryRelationship/observation") if attribute(one, "code", "code") == code), None
    )


def _code_inside(found: Element, code: str) -> str:
    inside = _inside(found, code)
    return "" if inside is None else attribute(inside, "value", "code")


def _judged(found: Element, code: str, texts: Texts) -> Shape:
    inside = _inside(found, code)
    return {} if inside is None else named(first(inside, "value"), texts)


def _reactions(found: Element, texts: Texts) -> Iterator[Shape]:
    for relation in each(found, "entryRelationship"):
        if relation.get("typeCode") != "MFST":
            continue
        for shown in each(relation, "observation"):
            manifestation = named(first(shown, "value"), texts) or _in_words(shown, texts)
            severity = _judged(shown, _SEVERITY, texts)
            if manifestation:
                yield {"manifestation": [manifestation], **({"severity": _word(severity)} if severity else {})}


def _word(severity: Shape) -> str:
    return str(severity.get("text", "")).casefold()
