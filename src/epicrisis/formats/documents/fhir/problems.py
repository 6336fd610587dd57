"""Conditions, allergies, relatives and procedures as lines."""

from __future__ import annotations

from collections.abc import Iterator

from epicrisis.formats.documents.fhir.access import (
    Resource,
    choice,
    code,
    concept,
    concepts,
    day,
    objects,
    quantity,
    text,
)
from epicrisis.formats.documents.fhir.lines import Asking, Line, notes
from epicrisis.formats.documents.sheets.sheet import result

_OVER = frozenset({"inactive", "remission", "resolved"})
_SEVERITIES = frozenset({"mild", "moderate", "severe"})


def condition(resource: Resource, asking: Asking) -> Iterator[Line]:
    """Yield a Condition; one that is over is past history, one that was ruled out or is only possible says so."""
    name = asking.doubted(concept(resource, "code"), code(resource, "verificationStatus"))
    if not name:
        return
    abated = day(resource, "abatementDateTime", "abatementPeriod")
    is_over = code(resource, "clinicalStatus") in _OVER or choice(resource, "abatement", *_TIMES) is not None
    since = day(resource, "onsetDateTime", "onsetPeriod") or text(resource, "onsetString")
    yield Line(
        "past-history" if is_over else "diagnoses",
        (
            name,
            *concepts(resource, "bodySite"),
            concept(resource, "severity"),
            asking.dated("since", since),
            asking.dated("until", abated),
            notes(resource),
        ),
    )


def allergy(resource: Resource, asking: Asking) -> Iterator[Line]:
    """Yield an AllergyIntolerance: ``Penicillin: hives, severe``."""
    substance = concept(resource, "code") or concept(resource, "reaction", "substance")
    if not substance:
        return
    reactions = [said for each in objects(resource, "reaction") for said in _reactions(each)]
    severities = dict.fromkeys(text(each, "severity") for each in objects(resource, "reaction"))
    is_over = code(resource, "clinicalStatus") in _OVER
    said = result(substance, "; ".join(reactions)) or substance
    yield Line(
        "allergies",
        (
            asking.doubted(said, code(resource, "verificationStatus")),
            *(asking.says(each) for each in severities if each in _SEVERITIES),
            asking.says("resolved") if is_over else "",
            notes(resource),
        ),
    )


def family(resource: Resource, asking: Asking) -> Iterator[Line]:
    """Yield a line for each condition of a relative: ``Mother: breast cancer, 50 years``."""
    relative = concept(resource, "relationship") or text(resource, "name")
    conditions = list(objects(resource, "condition"))
    for each in conditions:
        onset = quantity(each.get("onsetAge")) or text(each, "onsetString") or day(each, "onsetPeriod")
        yield Line("family-history", (result(relative, concept(each, "code")), onset, notes(each)))
    if not conditions and notes(resource):
        yield Line("family-history", (result(relative, notes(resource)),))


def procedure(resource: Resource, asking: Asking) -> Iterator[Line]:
    """Yield a Procedure, or that it was not done."""
    name = concept(resource, "code")
    if not name:
        return
    state = text(resource, "status")
    word = {"not-done": "not-done", "preparation": "planned"}.get(state)
    yield Line(
        "procedures",
        (
            asking.says(word, of=name) if word else name,
            *concepts(resource, "bodySite"),
            asking.reasons(resource),
            concept(resource, "outcome"),
            day(resource, "performedDateTime", "performedPeriod", "occurrenceDateTime", "occurrencePeriod"),
            notes(resource),
        ),
    )


def immunization(resource: Resource, asking: Asking) -> Iterator[Line]:
    """Yield an Immunization, or that it was not given."""
    name = concept(resource, "vaccineCode")
    if name:
        was_given = text(resource, "status") != "not-done"
        reason = "" if was_given else concept(resource, "statusReason")
        said = name if was_given else asking.says("not-given", of=name)
        yield Line("immunizations", (said, reason, day(resource, "occurrenceDateTime"), notes(resource)))


def goal(resource: Resource, asking: Asking) -> Iterator[Line]:
    """Yield a Goal, as long as somebody pursues it."""
    if text(resource, "lifecycleStatus") not in ("cancelled", "rejected"):
        yield Line("goals", (concept(resource, "description"),))


def plan(resource: Resource, asking: Asking) -> Iterator[Line]:
    """Yield what a CarePlan or a ServiceRequest has in mind, unless it was called off."""
    if text(resource, "status") in ("revoked", "cancelled", "completed"):
        return
    activities = (
        concept(each, "detail", "code") or text(each, "detail", "description") for each in objects(resource, "activity")
    )
    for said in filter(None, (text(resource, "description"), concept(resource, "code"), *activities)):
        yield Line("plan", (said, asking.reasons(resource)))


_TIMES = ("DateTime", "Age", "Period", "Range", "String")


def _reactions(reaction: Resource) -> Iterator[str]:
    yield from concepts(reaction, "manifestation")
    if not concept(reaction, "manifestation"):
        yield from filter(None, (text(reaction, "description"),))
