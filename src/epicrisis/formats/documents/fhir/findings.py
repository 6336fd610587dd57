"""Observations and reports as lines."""

from __future__ import annotations

from collections.abc import Iterator

from epicrisis.formats.documents.fhir.access import (
    Resource,
    between,
    code,
    concept,
    concepts,
    many,
    measured,
    moment,
    objects,
    quantity,
    text,
    texts,
)
from epicrisis.formats.documents.fhir.lines import Asking, Line, notes
from epicrisis.formats.documents.sheets.sheet import result
from epicrisis.formats.documents.sheets.stamps import dashed_stamp

# Observation category (HL7) to the heading that its observations stand under.
_HEADINGS = {
    "exam": "physical-exam",
    "imaging": "imaging",
    "laboratory": "results",
    "social-history": "social-history",
    "vital-signs": "vital-signs",
}
_NONE = frozenset({"cancelled", "registered"})
# LOINC: a blood pressure is written as its two numbers are said.
_SYSTOLIC, _DIASTOLIC = "8480-6", "8462-4"


def observation(resource: Resource, asking: Asking) -> Iterator[Line]:
    """Yield an Observation, and each of its components: ``Potassium: 5.6 mmol/L (3.5-5.1) H, 2024-02-13 15:46``."""
    if text(resource, "status") in _NONE:
        return
    codes = (code(each) for each in objects(resource, "category"))
    heading = next((_HEADINGS[each] for each in codes if each in _HEADINGS), "observations")
    date = next(filter(None, (moment(resource, name) for name in _TIMES)), "")
    said = [_said(resource, asking), *_components(resource, asking)]
    for each in filter(None, said):
        yield Line(heading, (each, date, notes(resource)))


def report(resource: Resource, asking: Asking) -> Iterator[Line]:
    """Yield what a DiagnosticReport concludes; its results are Observations of their own."""
    said = [text(resource, "conclusion"), *concepts(resource, "conclusionCode")]
    for each in filter(None, said):
        yield Line("impression", (result(concept(resource, "code"), each),))


def impression(resource: Resource, asking: Asking) -> Iterator[Line]:
    """Yield what a ClinicalImpression finds."""
    findings = (concept(each, "itemCodeableConcept") or concept(each, "item") for each in objects(resource, "finding"))
    for said in filter(None, (text(resource, "description"), text(resource, "summary"), *findings)):
        yield Line("impression", (said,))


def _components(resource: Resource, asking: Asking) -> Iterator[str]:
    components = list(objects(resource, "component"))
    pressures = {text(each, "code", "coding", "code"): each for each in components}
    if len(components) == 2 and pressures.keys() == {_SYSTOLIC, _DIASTOLIC}:
        systolic, diastolic = (next(objects(pressures[each], "valueQuantity"), {}) for each in (_SYSTOLIC, _DIASTOLIC))
        high, low = (measured(text(each, "value")) for each in (systolic, diastolic))
        if high and low:
            unit = text(systolic, "unit")
            yield result(concept(resource, "code"), f"{high}/{low}", unit="mmHg" if unit == "mm[Hg]" else unit)
            return
    yield from (_said(each, asking) for each in components)


def _said(found: Resource, asking: Asking) -> str:
    """Return one value with its name, its range and what it means; "" where there is none."""
    value = _value(found, asking)
    if not value:
        return ""
    ranges = (between(each) or text(each, "text") for each in objects(found, "referenceRange"))
    flags = [code(each) for each in objects(found, "interpretation")]
    return result(concept(found, "code"), value, usual=next(ranges, ""), flags=filter(None, flags))


def _value(found: Resource, asking: Asking) -> str:
    """Return ``value[x]``, of whichever type it is."""
    name = next((each for each in found if each.startswith("value")), "")
    value = found.get(name)
    if isinstance(value, bool):
        return asking.says("yes" if value else "not")
    if name in ("valueDateTime", "valueTime"):
        return dashed_stamp(text(value))
    if name == "valueRatio":
        return ":".join(filter(None, map(quantity, (*many(value, "numerator"), *many(value, "denominator")))))
    if name == "valueRange":
        return f"{between(value)} {text(value, 'high', 'unit') or text(value, 'low', 'unit')}".strip()
    return quantity(value) or concept(value) or "; ".join(texts(value))


_TIMES = ("effectiveDateTime", "effectivePeriod", "effectiveInstant", "issued")
