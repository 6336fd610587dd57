"""Medications that were ordered, taken, dispensed or given, as one kind of fact."""

from __future__ import annotations

from collections.abc import Iterator

from epicrisis.domain.moments import UNTOLD, Period
from epicrisis.domain.patients import Concept, MedicationUse, Source, UseStatus
from epicrisis.formats.documents.fhir.access import Resource
from epicrisis.formats.patients.fhir.chart import Chart
from epicrisis.formats.patients.fhir.codes import NOT_ORDERED, USE
from epicrisis.formats.patients.fhir.dosages import dosages_of
from epicrisis.formats.patients.fhir.problems import is_nothing
from epicrisis.formats.patients.fhir.values import code_of, inner, listed, said_by, words
from epicrisis.formats.patients.troubles import UNNAMED

# What other releases call the same, by what R4 calls it.
_KINDS = {"MedicationOrder": "MedicationRequest", "MedicationUsage": "MedicationStatement"}
# MedicationStatement.adherence of R5, by how its codes begin.
_ADHERENCE = (
    ("taking", UseStatus.ACTIVE),
    ("not-taking", UseStatus.NOT_TAKEN),
    ("on-hold", UseStatus.ON_HOLD),
    ("stopped", UseStatus.STOPPED),
    ("unknown", UseStatus.UNKNOWN),
)
_ENDED = frozenset({UseStatus.STOPPED, UseStatus.COMPLETED})
_PERIODS = ("effectivePeriod", "effectiveDateTime", "effectiveTimePeriod", "effectiveTimeDateTime", "occurrencePeriod",
            "occurrenceDateTime", "occurencePeriod", "occurenceDateTime", "whenHandedOver")  # fmt: skip
_AUTHORED = ("authoredOn", "dateAsserted", "dateWritten", "recorded", "whenPrepared", "whenHandedOver")
_REASONS = ("reasonCode", "reasonCodeableConcept", "reason", "reasonForUseCodeableConcept")
_DOSAGES = ("dosageInstruction", "dosage")


def medication(resource: Resource, source: Source, chart: Chart) -> Iterator[MedicationUse]:
    """Yield a use of a medication; what was never begun, and what was withdrawn, is none."""
    status = _status(resource)
    if status is None:
        return
    told = str(resource["resourceType"])
    kind = _KINDS.get(told, told)
    concept = _concept(resource, chart)
    if concept is None:
        chart.troubles.add(kind, UNNAMED)
        return
    if is_nothing(concept):
        return
    period = _period(resource, status, chart)
    if status is UseStatus.ACTIVE and code_of(resource.get("status")) == "recorded" and period.end is not None:
        # R5 only says that it was written down; a use with an end is over.
        status = UseStatus.COMPLETED
    yield MedicationUse(
        source,
        concept,
        status,
        kind,
        dosages=next((found for name in _DOSAGES if (found := dosages_of(resource.get(name)))), ()),
        authored=chart.told(resource, *_AUTHORED) or period.start,
        period=period,
        reasons=_reasons(resource, chart),
        reason_references=chart.references(resource, "reasonReference", "reason"),
        encounter=chart.visit(resource),
    )


def _status(resource: Resource) -> UseStatus | None:
    told = code_of(resource.get("status"))
    status = USE.get(told)
    if status is None:
        return None
    if resource["resourceType"] == "MedicationDispense" and told == "in-progress":
        return UseStatus.INTENDED
    # STU3 has ``taken``, DSTU2 flags of its own.
    refused = (resource.get(name) is True for name in ("doNotPerform", "wasNotTaken", "wasNotGiven", "notGiven"))
    if any(refused) or code_of(resource.get("taken")) == "n":
        return UseStatus.NOT_TAKEN
    adherence = code_of(inner(resource, "adherence", "code"))
    for beginning, meant in _ADHERENCE if adherence else ():
        if adherence.startswith(beginning):
            return meant
    return UseStatus.INTENDED if code_of(resource.get("intent")) in NOT_ORDERED else status


def _concept(resource: Resource, chart: Chart) -> Concept | None:
    """Return what is taken: said here (R4, R5), or by the Medication that is referred to."""
    found = chart.concept(resource.get("medicationCodeableConcept"))
    told = resource.get("medication")
    if found is None and isinstance(told, dict):
        found = chart.concept(told) if "concept" in told or "coding" in told or "text" in told else None
    if found is not None:
        return found
    reference = resource.get("medicationReference") or inner(told, "reference")
    reference = reference if isinstance(reference, dict) else told
    medication = chart.find(reference, within=resource)
    if medication is not None:
        return chart.concept(medication.get("code")) or _of_ingredients(medication, chart)
    shown = words(inner(reference, "display"))
    return Concept(shown) if shown else None


def _of_ingredients(medication: Resource, chart: Chart) -> Concept | None:
    items = [each.get("itemCodeableConcept") or each.get("item") for each in listed(medication.get("ingredient"))]
    found = [each for item in items if (each := chart.concept(item)) is not None]
    if not found:
        return None
    return Concept(" / ".join(each.text for each in found), tuple(code for each in found for code in each.codes))


def _period(resource: Resource, status: UseStatus, chart: Chart) -> Period:
    """Return from when until when it is taken: as it is told, or else within the bounds of its timing."""
    period = chart.spanned(resource, *_PERIODS)
    if any(isinstance(resource.get(name), str) for name in _PERIODS) and resource["resourceType"] in (
        "MedicationStatement",
        "MedicationUsage",
        "MedicationDispense",
    ):
        # A point in time is when somebody took it, or got it, and not when it ended.
        period = Period(period.start)
    if period is UNTOLD:
        bounds = inner(resource, "dosageInstruction", "timing", "repeat", "boundsPeriod")
        period = chart.period(bounds or inner(resource, "dosage", "timing", "repeat", "boundsPeriod"))
    if period.end is None and status in _ENDED:
        ended = chart.told(resource, "statusChanged", "dateEnded")
        period = Period(period.start, ended) if ended else period
    return period


def _reasons(resource: Resource, chart: Chart) -> tuple[str, ...]:
    told = [said_by(each) for name in _REASONS for each in listed(resource.get(name))]
    for name in ("reasonReference", "reason"):
        told += [chart.said(each, resource) for each in listed(resource.get(name))]
    return tuple(dict.fromkeys(filter(None, told)))
