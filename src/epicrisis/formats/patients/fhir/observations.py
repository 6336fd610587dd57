"""Results: of laboratories, at the bedside, of questionnaires; each part of a panel one of its own."""

from __future__ import annotations

from collections.abc import Iterator

from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import Concept, Observation, ObservationCategory, SocialFact, Source
from epicrisis.domain.records import Flag, Quantity, Use
from epicrisis.formats.documents.fhir.access import Resource
from epicrisis.formats.patients.fhir.chart import Chart
from epicrisis.formats.patients.fhir.codes import ANSWERS, CATEGORY, FLAGS, SOCIAL, USES, WITHDRAWN
from epicrisis.formats.patients.fhir.problems import is_nothing
from epicrisis.formats.patients.fhir.ranges import reference_of
from epicrisis.formats.patients.fhir.values import code_of, codings, inner, listed, plainly, quantity, said_by, words
from epicrisis.formats.patients.troubles import UNNAMED
from epicrisis.formats.patients.vitals import VITALS

_DROPPED = frozenset({WITHDRAWN, "cancelled", "registered"})
_UNSURE = frozenset({"preliminary", "partial"})
_TIMES = ("effectiveDateTime", "effectivePeriod", "effectiveInstant", "effectiveTiming", "issued")
_NO_VALUE: tuple[Quantity | None, str] = (None, "")


def observation(resource: Resource, source: Source, chart: Chart) -> Iterator[Observation | SocialFact]:
    """Yield an Observation, its components, and what it contains of others; how somebody lives is told twice."""
    status = code_of(resource.get("status"))
    # What is observed in somebody else is told with a focus: in a fetus, a donor, a device.
    if status in _DROPPED or resource.get("focus"):
        return
    at = chart.told(resource, *_TIMES)
    category = _category(resource, source, chart)
    encounter = chart.visit(resource)
    found = 0
    for part, piece in _parts(resource, chart):
        told, shown = _value(piece)
        if told is None and not shown:
            shown = _found(piece)
        if told is None and not shown:
            continue
        concept = chart.concept(piece.get("code"))
        if concept is None:
            chart.troubles.add("Observation", UNNAMED)
            continue
        if is_nothing(concept):
            continue
        found += 1
        yield Observation(
            source,
            concept,
            category,
            told,
            shown,
            at,
            reference_of(piece["referenceRange"], told, at, chart) if "referenceRange" in piece else None,
            _flag(piece["interpretation"]) if "interpretation" in piece else None,
            status in _UNSURE,
            encounter,
            part,
        )
        yield from _social(concept, piece, told, shown, source, at, is_over=_is_over(resource, at, chart))


def _parts(resource: Resource, chart: Chart) -> Iterator[tuple[int, Resource]]:
    """Yield the observation itself, its components, and the members that it contains; others stand on their own."""
    yield 0, resource
    part = 0
    if "component" in resource:
        for component in listed(resource["component"]):
            part += 1
            if "modifierExtension" not in component:
                yield part, component
    if "contained" in resource:
        for member in listed(resource.get("hasMember")):
            contained = chart.find(member, within=resource) if words(member.get("reference")).startswith("#") else None
            if contained is not None and code_of(contained.get("status")) not in _DROPPED:
                part += 1
                yield part, contained


def _value(piece: Resource) -> tuple[Quantity | None, str]:
    """Return ``value[x]``, of whichever type it is: a number with its unit, or words."""
    if "valueQuantity" in piece:
        return quantity(piece["valueQuantity"]), ""
    if "valueCodeableConcept" in piece:
        return None, said_by(piece["valueCodeableConcept"])
    name = next((each for each in piece if each.startswith("value")), None)
    return _of_type(name, piece[name]) if name else _NO_VALUE


def _of_type(name: str, value: object) -> tuple[Quantity | None, str]:
    if isinstance(value, bool):
        return None, "yes" if value else "no"
    if isinstance(value, int | float):
        return quantity({"value": value}), ""
    if isinstance(value, str):
        return None, words(value)
    if name == "valueRange":
        return None, _joined("-", quantity(inner(value, "low")), quantity(inner(value, "high")))
    if name == "valueRatio":
        return None, _joined(":", quantity(inner(value, "numerator")), quantity(inner(value, "denominator")))
    if name == "valuePeriod":
        return None, "/".join(filter(None, (words(inner(value, "start")), words(inner(value, "end")))))
    return None, said_by(value)


def _joined(sign: str, one: Quantity | None, other: Quantity | None) -> str:
    if one is None or other is None:
        only = one or other
        return "" if only is None else plainly(only) if sign == ":" else f"{'>=' if one else '<='} {plainly(only)}"
    unit = other.unit or one.unit if one.unit in (other.unit, None) else None
    if unit is None and (one.unit or other.unit):
        return f"{plainly(one)}{sign}{plainly(other)}"
    return " ".join(filter(None, (f"{one.comparator or ''}{one.value:g}{sign}{other.value:g}", unit)))


def _found(piece: Resource) -> str:
    """Return what an observation without a value finds, where its interpretation says so in words: "Positive"."""
    for each in listed(piece.get("interpretation")):
        code = code_of(each)
        if code in ANSWERS:
            said = said_by(each)
            # A code alone is spelled out here: as a word "ND" is as often "not done".
            return ANSWERS[code] if said.casefold() == code else said
    return ""


def _category(resource: Resource, source: Source, chart: Chart) -> ObservationCategory:
    """Return what kind of observation it is: as it says, or else by its code, its specimen, or who reports it."""
    categories = resource.get("category")
    if not categories:
        if any(words(each.get("code")) in VITALS for each in codings(resource.get("code"))):
            return ObservationCategory.VITAL_SIGNS
        is_lab = "specimen" in resource or source.reference in chart.reported
        return ObservationCategory.LABORATORY if is_lab else ObservationCategory.OTHER
    for coding in codings(categories):
        known = CATEGORY.get(words(coding.get("code")).casefold())
        if known is not None:
            return known
    return CATEGORY.get(said_by(categories).casefold().replace(" ", "-"), ObservationCategory.OTHER)


def _flag(interpretations: object) -> Flag | None:
    for each in listed(interpretations):
        known = FLAGS.get(code_of(each)) or FLAGS.get(said_by(each).casefold())
        if known is not None:
            return known
    return None


def _is_over(resource: Resource, at: Moment | None, chart: Chart) -> bool:
    if "effectivePeriod" not in resource or at is None:
        return False
    end = chart.period(resource["effectivePeriod"]).end
    return end is not None and end.day > at.day


def _social(
    concept: Concept,
    piece: Resource,
    told: Quantity | None,
    shown: str,
    source: Source,
    at: Moment | None,
    *,
    is_over: bool,
) -> Iterator[SocialFact]:
    """Yield what a result says of how somebody lives, where its code is of that."""
    for code in concept.codes:
        kind = SOCIAL.get(code.code)
        if kind is not None:
            uses = (USES.get(words(each.get("code"))) for each in codings(piece.get("valueCodeableConcept")))
            use = next(filter(None, uses), None)
            # Somebody who smoked from 2009 to 2011 smokes no more, whatever the code of those years says.
            use = Use.FORMER if use is Use.CURRENT and is_over else use
            yield SocialFact(source, kind, shown or (plainly(told) if told else ""), use, at)
            return
