"""Conditions, allergies, and what relatives have."""

from __future__ import annotations

from collections.abc import Iterator

from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import (
    AllergyIntolerance,
    ClinicalStatus,
    Concept,
    Condition,
    FamilyMember,
    Reaction,
    Source,
    Verification,
)
from epicrisis.formats.documents.fhir.access import Resource
from epicrisis.formats.patients.fhir.chart import Chart
from epicrisis.formats.patients.fhir.codes import (
    ABSENT_UNKNOWN,
    CLINICAL,
    NO_ALLERGIES,
    NOTHING,
    VERIFICATION,
    WITHDRAWN,
)
from epicrisis.formats.patients.fhir.denials import denies_allergies
from epicrisis.formats.patients.fhir.values import all_said, code_of, codes_of, inner, listed, said_by, strings, words
from epicrisis.formats.patients.troubles import UNNAMED

# DSTU2 says in one code how sure somebody is and whether it is there now.
_SURE_IN_STATUS = frozenset({"confirmed", "refuted", "unconfirmed"})
_CRITICALITY = {"crith": "high", "critl": "low", "critu": "unable-to-assess"}
_DEAD = ("deceasedBoolean", "deceasedAge", "deceasedRange", "deceasedDate", "deceasedString")


def is_nothing(concept: Concept) -> bool:
    """Return whether a code says that there is none of something, or that nobody knows."""
    return any(each.code in NOTHING or each.system.endswith(ABSENT_UNKNOWN) for each in concept.codes)


def condition(resource: Resource, source: Source, chart: Chart) -> Iterator[Condition]:
    """Yield a Condition; one that ended is resolved where its status does not say otherwise."""
    if (sure := code_of(resource.get("verificationStatus"))) == WITHDRAWN:
        return
    concept = chart.concept(resource.get("code"))
    if concept is None:
        chart.troubles.add("Condition", UNNAMED)
        return
    if is_nothing(concept):
        return
    status = CLINICAL.get(code_of(resource.get("clinicalStatus")), ClinicalStatus.UNKNOWN)
    if status is ClinicalStatus.UNKNOWN and _is_told(resource, "abatement"):
        status = ClinicalStatus.RESOLVED
    yield Condition(
        source,
        concept,
        clinical=status,
        verification=VERIFICATION.get(sure, Verification.UNKNOWN),
        onset=chart.told(resource, "onsetDateTime", "onsetPeriod", "onsetString"),
        ended=_end(resource, chart),
        recorded=chart.told(resource, "recordedDate", "assertedDate", "dateRecorded"),
        severity=said_by(resource.get("severity")),
        body_site=", ".join(all_said(resource.get("bodySite"))),
        categories=codes_of(resource.get("category")) if "category" in resource else (),
        encounter=chart.visit(resource),
    )


def allergy(resource: Resource, source: Source, chart: Chart) -> Iterator[AllergyIntolerance]:
    """Yield an AllergyIntolerance; that there is none known is one that is denied."""
    state = code_of(resource.get("status"))
    sure = code_of(resource.get("verificationStatus")) or (state if state in _SURE_IN_STATUS else "")
    if WITHDRAWN in (sure, state):
        return
    reactions = listed(resource.get("reaction"))
    told = resource.get("code") or resource.get("substance") or inner(reactions, "substance")
    concept = chart.concept(told)
    if concept is None:
        chart.troubles.add("AllergyIntolerance", UNNAMED)
        return
    denied = any(each.code in NO_ALLERGIES for each in concept.codes) or denies_allergies(concept.text)
    if not denied and is_nothing(concept):
        return
    yield AllergyIntolerance(
        source,
        concept,
        clinical=CLINICAL.get(code_of(resource.get("clinicalStatus")) or state, ClinicalStatus.UNKNOWN),
        verification=VERIFICATION.get(sure, Verification.UNKNOWN),
        criticality=_criticality(resource),
        categories=codes_of(resource.get("category")),
        reactions=tuple(filter(None, map(_reaction, reactions))),
        onset=chart.told(resource, "onsetDateTime", "onsetPeriod", "onset", "onsetString"),
        ended=_ended_by_extension(resource, chart),
        recorded=chart.told(resource, "recordedDate", "assertedDate"),
        denied=denied,
    )


def family(resource: Resource, source: Source, chart: Chart) -> Iterator[FamilyMember]:
    """Yield a relative who has or had something, or is dead."""
    if code_of(resource.get("status")) == WITHDRAWN:
        return
    found = (chart.concept(each.get("code")) for each in listed(resource.get("condition")))
    conditions = tuple(each for each in found if each is not None and not is_nothing(each))
    is_dead = any(resource.get(name) not in (None, False) for name in _DEAD)
    if conditions or is_dead:
        relative = said_by(resource.get("relationship")) or words(resource.get("name"))
        yield FamilyMember(source, relative, conditions, is_dead, chart.told(resource, "date"))


def _is_told(resource: Resource, name: str) -> bool:
    """Return whether ``name[x]`` is told, in whichever of its types; ``false`` says that it is not so."""
    return any(
        each.startswith(name) and value is not None and value is not False for each, value in resource.items()
    ) or bool(_extended(resource, name))


def _end(resource: Resource, chart: Chart) -> Moment | None:
    period = chart.period(resource.get("abatementPeriod"))
    return (
        chart.told(resource, "abatementDateTime", "abatementDate")
        or period.end
        or period.start
        or chart.told(resource, "abatementString")
        or _ended_by_extension(resource, chart)
    )


def _ended_by_extension(resource: Resource, chart: Chart) -> Moment | None:
    return next((at for each in _extended(resource, "abatement") if (at := chart.told(each, "valueDateTime"))), None)


def _extended(resource: Resource, name: str) -> list[Resource]:
    """Return the extensions of ``name``: an International Patient Summary has one for the end of an allergy."""
    if "extension" not in resource:
        return []
    return [each for each in listed(resource["extension"]) if name in words(each.get("url")).rpartition("/")[2]]


def _criticality(resource: Resource) -> str:
    told = code_of(resource.get("criticality"))
    return _CRITICALITY.get(told, told)


def _reaction(reaction: Resource) -> Reaction | None:
    shown = all_said(reaction.get("manifestation")) or tuple(strings(reaction.get("description")))
    severity = code_of(reaction.get("severity"))
    return Reaction(shown, severity) if shown or severity else None
