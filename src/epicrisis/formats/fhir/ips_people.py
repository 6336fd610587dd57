"""Whose International Patient Summary it is, how they live, and what is planned for them, each as a resource."""

from __future__ import annotations

from collections.abc import Mapping

from epicrisis.domain.patients import FamilyMember, Identity, PlannedCare, Sex, SocialFact
from epicrisis.domain.records import SocialKind, Use
from epicrisis.formats.fhir import vocabulary as words
from epicrisis.formats.fhir.ips_types import SNOMED, UNKNOWN, at_time, codeable, period_of, some, told
from epicrisis.formats.fhir.resources import Resource, coded
from epicrisis.formats.fhir.wording import printable

_SMOKING: Mapping[Use, tuple[str, str]] = {
    Use.CURRENT: ("77176002", "Smoker"),
    Use.FORMER: ("8517006", "Ex-smoker"),
    Use.NEVER: ("266919005", "Never smoked tobacco"),
}


def patient_of(identity: Identity) -> Resource:
    """Return the Patient; a name or a date of birth that nobody recorded is told to be unknown."""
    name = {
        **({"family": printable(identity.family)} if identity.family else {}),
        **({"given": [printable(each) for each in identity.given]} if identity.given else {}),
    }
    made: Resource = {"resourceType": "Patient"}
    if identity.identifiers:
        made["identifier"] = [
            {**({"system": system} if system else {}), "value": value} for system, value in identity.identifiers
        ]
    made["name"] = [name or {"_text": UNKNOWN}]
    if identity.sex is not Sex.UNKNOWN:
        made["gender"] = identity.sex.value.lower()
    made |= {"_birthDate": UNKNOWN} if identity.born is None else {"birthDate": str(identity.born)}
    if identity.died is not None:
        made["deceasedDateTime"] = told(identity.died)
    elif identity.is_dead:
        made["deceasedBoolean"] = True
    if identity.language:
        made["communication"] = [{"language": coded("urn:ietf:bcp:47", identity.language)}]
    return made


def family_of(member: FamilyMember, patient: Resource) -> Resource:
    """Return a FamilyMemberHistory."""
    relative = member.relative.casefold()
    relationship = coded(words.RELATIVES, words.RELATIVE_CODES.get(relative, words.ANY_RELATIVE))
    return {
        "resourceType": "FamilyMemberHistory",
        "status": "partial",
        "patient": patient,
        "relationship": {**relationship, **({"text": printable(member.relative)} if member.relative else {})},
        **({"deceasedBoolean": True} if member.is_dead else {}),
        **some("condition", [{"code": codeable(each)} for each in member.conditions]),
    }


def social_of(fact: SocialFact, patient: Resource) -> Resource:
    """Return an Observation of how somebody lives."""
    known = words.SOCIAL.get(fact.kind)
    smoking = _SMOKING.get(fact.use) if fact.kind is SocialKind.TOBACCO and fact.use else None
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [coded(words.OBSERVATION_CATEGORY, "social-history")],
        "code": {**(coded(words.LOINC, *known) if known else {}), "text": fact.kind.value.capitalize()},
        "subject": patient,
        **at_time("effective", fact.at),
        "valueCodeableConcept": {**(coded(SNOMED, *smoking) if smoking else {}), "text": printable(fact.words)},
    }


def plan_of(plan: PlannedCare, patient: Resource) -> Resource:
    """Return a CarePlan."""
    return {
        "resourceType": "CarePlan",
        "status": "active" if plan.is_open else "completed",
        "intent": "plan",
        "category": [codeable(plan.concept)],
        "title": printable(plan.concept.text),
        "subject": patient,
        **({"period": period_of(plan.period)} if plan.period.start or plan.period.end else {}),
        **some(
            "activity",
            [
                {"detail": {"status": "unknown", "description": printable(each), "code": {"text": printable(each)}}}
                for each in plan.activities
            ],
        ),
    }
