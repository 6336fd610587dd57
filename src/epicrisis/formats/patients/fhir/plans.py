"""What is to be done or reached: care plans, goals, orders, appointments."""

from __future__ import annotations

from collections.abc import Iterator

from epicrisis.domain.moments import UNTOLD, Period
from epicrisis.domain.patients import Concept, PlannedCare, Source
from epicrisis.formats.documents.fhir.access import Resource
from epicrisis.formats.patients.fhir.chart import Chart
from epicrisis.formats.patients.fhir.codes import WITHDRAWN
from epicrisis.formats.patients.fhir.problems import is_nothing
from epicrisis.formats.patients.fhir.values import code_of, inner, listed, said_by, strings, words
from epicrisis.formats.patients.troubles import UNNAMED

_NEVER = frozenset({WITHDRAWN, "draft"})
_OPEN = {
    "CarePlan": frozenset({"", "active", "on-hold", "proposed", "unknown"}),
    "Goal": frozenset({"", "proposed", "planned", "accepted", "active", "on-hold", "in-progress", "on-target",
                       "ahead-of-target", "behind-target", "sustaining"}),
    "ServiceRequest": frozenset({"", "active", "on-hold", "requested", "accepted", "received", "in-progress",
                                 "unknown"}),
    "Appointment": frozenset({"", "proposed", "pending", "booked", "arrived", "checked-in", "waitlist"}),
}  # fmt: skip
_KINDS = {
    "DiagnosticOrder": "ServiceRequest",
    "ProcedureRequest": "ServiceRequest",
    "ReferralRequest": "ServiceRequest",
}
# The kind of a plan that only says that it is one (US Core).
_SAYS_NOTHING = frozenset({"assess-plan"})


def plan(resource: Resource, source: Source, chart: Chart) -> Iterator[PlannedCare]:
    """Yield a plan, a goal, an order or an appointment, whether it is still open or not."""
    kind = _KINDS.get(str(resource["resourceType"]), str(resource["resourceType"]))
    status = code_of(resource.get("lifecycleStatus") or resource.get("status"))
    if status in _NEVER or resource.get("doNotPerform") is True:
        return
    concept = _concept(resource, chart)
    activities = _activities(resource, chart)
    if concept is None and activities:
        concept = Concept(activities[0])
    if concept is None:
        chart.troubles.add(kind, UNNAMED)
    elif not is_nothing(concept):
        yield PlannedCare(
            source,
            concept,
            kind,
            is_open=status in _OPEN[kind],
            period=_period(resource, chart),
            activities=activities,
            addresses=chart.references(resource, "addresses", "reasonReference", "reason"),
        )


def _concept(resource: Resource, chart: Chart) -> Concept | None:
    """Return what is planned: the code of an order, the description of a goal, the category of a care plan."""
    for name in ("code", "description", "appointmentType"):
        if (found := chart.concept(resource.get(name))) is not None:
            return found
    if title := words(resource.get("title")):
        return Concept(title)
    for name in ("serviceType", "reasonCode", "reason", "category", "item", "type"):
        for each in listed(resource.get(name)):
            found = chart.concept(each.get("code") if name == "item" else each)
            if found is not None and not any(code.code in _SAYS_NOTHING for code in found.codes):
                return found
    return None


def _period(resource: Resource, chart: Chart) -> Period:
    """Return from when until when: told as such, between a start and an end, or from the day of the order on."""
    period = chart.spanned(resource, "period", "occurrencePeriod", "occurrenceDateTime", "scheduledPeriod")
    if period is not UNTOLD:
        return period
    start = chart.told(resource, "start", "startDate", "authoredOn")
    end = chart.told(resource, "end") or chart.moment(inner(resource, "target", "dueDate"))
    return Period(start, end) if start or end else UNTOLD


def _activities(resource: Resource, chart: Chart) -> tuple[str, ...]:
    """Return what a care plan consists of: told in it (R4), or by the orders it refers to (R4, R5)."""
    told: list[str] = []
    for activity in listed(resource.get("activity")):
        detail = activity.get("detail")
        if code_of(inner(detail, "status")) in ("cancelled", "not-started-cancelled", WITHDRAWN):
            continue
        told.append(said_by(inner(detail, "code")) or words(inner(detail, "description")))
        for name in ("reference", "plannedActivityReference"):
            if activity.get(name) is not None:
                told.append(chart.said(activity[name], resource))
    for target in listed(resource.get("target")):
        told.append(" ".join(filter(None, (said_by(target.get("measure")), *strings(target.get("detailString"))))))
    return tuple(dict.fromkeys(filter(None, told)))
