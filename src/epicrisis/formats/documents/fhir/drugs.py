"""Drugs as lines: ordered, taken, dispensed or given."""

from __future__ import annotations

from collections.abc import Iterator

from epicrisis.formats.documents.fhir.access import (
    Resource,
    between,
    choice,
    code,
    concept,
    concepts,
    day,
    objects,
    quantity,
    text,
    texts,
)
from epicrisis.formats.documents.fhir.lines import Asking, Line, notes
from epicrisis.formats.documents.sheets.sheet import one_line

_UNITS = {"a": "years", "d": "days", "h": "hours", "min": "minutes", "mo": "months", "wk": "weeks"}
_NEVER_BEGUN = frozenset({"cancelled", "declined", "draft"})
_NOT_TAKEN = frozenset({"not-taken", "not-taking"})
_PAST = frozenset({"completed", "ended", "stopped"})


def taken(resource: Resource, asking: Asking) -> Iterator[Line]:
    """Yield a MedicationRequest, MedicationStatement or MedicationUsage: what is, was or is not taken, and how."""
    state, name = text(resource, "status"), _name(resource, asking)
    if not name or state in _NEVER_BEGUN:
        return
    is_refused = state in _NOT_TAKEN or code(resource, "adherence", "code") in _NOT_TAKEN
    if is_refused or resource.get("doNotPerform") is True:
        said = asking.says("not-taking" if is_refused else "not-given", of=name)
        yield Line("medications", (said, notes(resource)))
        return
    since = day(resource, "effectivePeriod", "effectiveDateTime", "authoredOn", "dateAsserted")
    marks = {"on-hold": "held", "stopped": "stopped"}
    yield Line(
        "past-medications" if state in _PAST else "medications",
        (
            name,
            *_dosages(resource, asking),
            asking.reasons(resource),
            asking.says(marks[state]) if state in marks else "",
            asking.dated("since", since),
            notes(resource),
        ),
    )


def dispensed(resource: Resource, asking: Asking) -> Iterator[Line]:
    """Yield a MedicationDispense that was handed over."""
    name = _name(resource, asking)
    if name and text(resource, "status") not in (*_NEVER_BEGUN, "stopped"):
        yield Line("medications", (name, *_dosages(resource, asking), day(resource, "whenHandedOver", "whenPrepared")))


def given(resource: Resource, asking: Asking) -> Iterator[Line]:
    """Yield a MedicationAdministration, or that it was not given."""
    name = _name(resource, asking)
    if name:
        was_given = text(resource, "status") != "not-done"
        said = name if was_given else asking.says("not-given", of=name)
        date = day(resource, "effectiveDateTime", "effectivePeriod", "occurenceDateTime", "occurencePeriod")
        yield Line("given", (said, *_dosages(resource, asking), asking.reasons(resource), date, notes(resource)))


def _name(resource: Resource, asking: Asking) -> str:
    """Return the drug: said here (R4, R5), or by the Medication that is referred to."""
    said = concept(resource, "medicationCodeableConcept") or concept(resource, "medication")
    if said:
        return said
    references = (*objects(resource, "medicationReference"), *objects(resource, "medication", "reference"))
    return next(filter(None, (asking.named(each, resource) for each in references)), "")


def _dosages(resource: Resource, asking: Asking) -> Iterator[str]:
    for each in (*objects(resource, "dosageInstruction"), *objects(resource, "dosage")):
        yield text(each, "text") or _composed(each, asking)


def _composed(dosage: Resource, asking: Asking) -> str:
    """Return how much, by which way, how often, and when at need: ``1 tablet oral twice daily``."""
    rate = next(objects(dosage, "doseAndRate"), dosage)
    amount = choice(rate, "dose", "Quantity", "Range") or rate.get("dose")
    need = concept(dosage, "asNeededCodeableConcept") or concept(dosage, "asNeededFor")
    at_need = dosage.get("asNeededBoolean") is True or dosage.get("asNeeded") is True or need
    parts = (
        quantity(amount) or one_line(f"{between(amount)} {text(amount, 'high', 'unit')}"),
        concept(dosage, "route"),
        _often(dosage, asking),
        asking.says("as-needed") if at_need else "",
        asking.says("for", of=need) if need else "",
        *concepts(dosage, "additionalInstruction"),
        text(dosage, "patientInstruction"),
    )
    return " ".join(filter(None, parts))


def _often(dosage: Resource, asking: Asking) -> str:
    repeat = next(objects(dosage, "timing", "repeat"), {})
    frequency, period, unit = text(repeat, "frequency"), text(repeat, "period"), text(repeat, "periodUnit")
    if not (period and unit in _UNITS):
        return concept(dosage, "timing", "code") or ", ".join(texts(repeat, "when"))
    if (period, unit) == ("1", "d"):
        return asking.says("once-daily") if frequency in ("", "1") else asking.says("times-daily", of=frequency)
    times = asking.says("times", of=frequency) if frequency not in ("", "1") else ""
    return one_line(f"{times} {asking.says('every', of=period)} {asking.says(_UNITS[unit])}")
