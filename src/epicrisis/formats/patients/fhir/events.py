"""What was done: procedures, immunizations, visits."""

from __future__ import annotations

from collections.abc import Iterator

from epicrisis.domain.assertions import Status
from epicrisis.domain.moments import UNTOLD
from epicrisis.domain.patients import Concept, Encounter, Immunization, PlannedCare, Procedure, Source
from epicrisis.formats.documents.fhir.access import Resource
from epicrisis.formats.patients.fhir.chart import Chart
from epicrisis.formats.patients.fhir.codes import DONE
from epicrisis.formats.patients.fhir.problems import is_nothing
from epicrisis.formats.patients.fhir.values import all_said, code_of, inner, listed, said_by
from epicrisis.formats.patients.troubles import UNNAMED

NOT_COMPLETED = "not completed"
"""The outcome of what was begun and broken off, where the record tells no other."""

_BROKEN_OFF = frozenset({"aborted", "stopped"})
_NOT_GIVEN = ("wasNotGiven", "notGiven")
_VACCINATED = frozenset({"", "completed"})
_OVER = frozenset({"finished", "completed", "discharged"})
_GOING_ON = frozenset({"arrived", "triaged", "in-progress", "onleave", "on-hold"})
# DSTU2 has words for the classes of HL7 ActCode.
_CLASSES = {"ambulatory": "AMB", "daytime": "SS", "emergency": "EMER", "field": "FLD", "home": "HH", "inpatient": "IMP",
            "outpatient": "AMB", "virtual": "VR"}  # fmt: skip
_VISIT = "Encounter"


def procedure(resource: Resource, source: Source, chart: Chart) -> Iterator[Procedure]:
    """Yield a Procedure: done, not done, or to be done."""
    told = code_of(resource.get("status"))
    status = DONE.get(told)
    if status is None:
        return
    if resource.get("notPerformed") is True or resource.get("notDone") is True:
        status = Status.ABSENT
    concept = chart.concept(resource.get("code"))
    if concept is None:
        chart.troubles.add("Procedure", UNNAMED)
    elif not is_nothing(concept):
        yield Procedure(
            source,
            concept,
            status,
            period=chart.spanned(
                resource,
                "performedPeriod",
                "performedDateTime",
                "occurrencePeriod",
                "occurrenceDateTime",
                "performedString",
            ),
            body_site=", ".join(all_said(resource.get("bodySite"))),
            outcome=said_by(resource.get("outcome")) or (NOT_COMPLETED if told in _BROKEN_OFF else ""),
            encounter=chart.visit(resource),
        )


def immunization(resource: Resource, source: Source, chart: Chart) -> Iterator[Immunization]:
    """Yield an Immunization, or that it was not given."""
    status = code_of(resource.get("status"))
    is_given = status in _VACCINATED and not any(resource.get(name) is True for name in _NOT_GIVEN)
    if not is_given and status not in (*_VACCINATED, "not-done"):
        return
    concept = chart.concept(resource.get("vaccineCode"))
    if concept is None:
        chart.troubles.add("Immunization", UNNAMED)
    elif not is_nothing(concept):
        at = chart.told(resource, "occurrenceDateTime", "occurrenceString", "date")
        yield Immunization(source, concept, at, is_given)


def encounter(resource: Resource, source: Source, chart: Chart) -> Iterator[Encounter | PlannedCare]:
    """Yield an Encounter; one that is only planned is planned care."""
    status = code_of(resource.get("status"))
    period = chart.period(resource.get("actualPeriod") or resource.get("period"))
    kind, shown = _class(resource.get("class"))
    concept = chart.concept(next(iter(listed(resource.get("type"))), None)) or chart.concept(
        next(iter(listed(resource.get("serviceType"))), None)
    )
    concept = concept or (Concept(shown) if shown else Concept(_VISIT))
    if status == "planned":
        planned = chart.period(resource.get("plannedPeriod"))
        start = chart.told(resource, "plannedStartDate") if planned is UNTOLD else None
        if start:
            planned = chart.spanned(resource, "plannedStartDate")
        yield PlannedCare(source, concept, kind="Appointment", period=planned if planned is not UNTOLD else period)
    elif status in _OVER or status in _GOING_ON or status in ("", "unknown"):
        yield Encounter(
            source,
            concept,
            kind,
            period,
            reasons=_reasons(resource, chart),
            is_over=status in _OVER or (status not in _GOING_ON and (period.end is not None or period is UNTOLD)),
        )


def _class(value: object) -> tuple[str, str]:
    """Return the class of a visit in HL7 ActCode, and in words: a Coding (R4), a list of concepts (R5), or a code."""
    code, shown = code_of(value), said_by(value)
    display = inner(value, "display")
    return _CLASSES.get(code, code.upper()), display if isinstance(display, str) else shown


def _reasons(resource: Resource, chart: Chart) -> tuple[str, ...]:
    """Return why somebody came: ``reasonCode`` (R4), ``reason`` (DSTU2, STU3), or ``reason.value`` (R5)."""
    told = [*all_said(resource.get("reasonCode"))]
    for reason in listed(resource.get("reason")):
        told += [chart.said(each, resource) for each in listed(reason.get("value", reason))]
    for each in (*listed(resource.get("reasonReference")), *_diagnoses(resource)):
        told.append(chart.said(each, resource))
    return tuple(dict.fromkeys(filter(None, told)))


def _diagnoses(resource: Resource) -> Iterator[Resource]:
    for diagnosis in listed(resource.get("diagnosis")):
        # R5 has a list of CodeableReferences, R4 one Reference.
        yield from listed(diagnosis.get("condition"))
