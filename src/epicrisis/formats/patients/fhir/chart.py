"""The resources of one patient, with what is asked of all of them: their names, whom they refer to, and when."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from epicrisis.domain.moments import UNTOLD, Moment, Period
from epicrisis.domain.patients import Concept
from epicrisis.formats.documents.fhir.access import Resource
from epicrisis.formats.documents.fhir.resources import shortened
from epicrisis.formats.patients.fhir.bundles import FULL_URL, newest
from epicrisis.formats.patients.fhir.codes import IMAGING
from epicrisis.formats.patients.fhir.values import codes_of, concept_of, inner, listed, said_by, words
from epicrisis.formats.patients.troubles import Troubles


class Chart:
    """Resources by the names others refer to them by; what is asked twice of the same words is answered from memory."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        """Take the resources of a record, of one patient or of several."""
        self.resources = newest(resources)
        self.troubles = Troubles()
        self.born: Moment | None = None
        self.female: bool | None = None
        self._names: dict[int, str] = {}
        self._found: dict[str, Resource] = {}
        self._moments: dict[str, Moment | None] = {}
        self._references: dict[str, str] = {}
        self._concepts: dict[tuple[object, ...], Concept | None] = {}
        for number, resource in enumerate(self.resources, start=1):
            self._add(resource, number)

    def name(self, resource: Resource) -> str:
        """Return what a resource of the record is called: ``Type/id``, or its type and place where it has no id."""
        return self._names[id(resource)]

    def find(self, reference: object, within: Resource) -> Resource | None:
        """Return the resource that a Reference means; ``within`` is where it stands, and may contain it."""
        if isinstance(reference, dict):
            reference = reference.get("reference")
        if not isinstance(reference, str) or not reference:
            return None
        if reference[0] == "#":
            return next((each for each in listed(within.get("contained")) if each.get("id") == reference[1:]), None)
        return self._found.get(reference) or self._found.get(shortened(reference))

    def reference(self, value: object, within: Resource) -> str:
        """Return the name of what a Reference, or the first of several, means; as it is written, if it is not here."""
        told = inner(value, "reference")
        # A CodeableReference (R5) holds a Reference.
        told = told.get("reference") if isinstance(told, dict) else told
        if not isinstance(told, str) or not told or told[0] == "#":
            return ""
        known = self._references.get(told)
        if known is None:
            found = self.find(told, within)
            known = self._references[told] = self._names[id(found)] if found is not None else shortened(told)
        return known

    def references(self, resource: Resource, *names: str) -> tuple[str, ...]:
        """Return the names of what each Reference at one of ``names`` means, each once."""
        told = (self.reference(each, resource) for name in names for each in listed(resource.get(name)))
        return tuple(dict.fromkeys(filter(None, told)))

    def visit(self, resource: Resource) -> str:
        """Return the name of the encounter that a resource belongs to; DSTU2 and STU3 call it its context."""
        return self.reference(resource.get("encounter") or resource.get("context"), resource)

    def said(self, value: object, within: Resource) -> str:
        """Return what a concept says in words, or what the resource is about that a Reference means."""
        if said := said_by(value):
            return said
        told = inner(value, "reference")
        found = self.find(told if isinstance(told, dict) else value, within)
        return said_by(found.get("code")) if found is not None else words(inner(value, "display"))

    def moment(self, value: object) -> Moment | None:
        """Return the point in time that a date or time of FHIR tells."""
        if not isinstance(value, str):
            return None
        if value not in self._moments:
            self._moments[value] = Moment.told(value)
        return self._moments[value]

    def told(self, resource: Resource, *names: str) -> Moment | None:
        """Return the first point in time that one of ``names`` tells: a date, or where a period or timing begins."""
        for name in names:
            value = resource.get(name)
            if value is None:
                continue
            if isinstance(value, dict):
                period = self.period(value)
                value = period.start or period.end or self.moment(next(iter(_events(value)), None))
            else:
                value = self.moment(value)
            if isinstance(value, Moment):
                return value
        return None

    def period(self, value: object) -> Period:
        """Return a Period."""
        if not isinstance(value, dict):
            return UNTOLD
        start, end = self.moment(value.get("start")), self.moment(value.get("end"))
        return Period(start, end) if start or end else UNTOLD

    def spanned(self, resource: Resource, *names: str) -> Period:
        """Return the period of the first of ``names`` there is; a single point in time begins and ends it."""
        for name in names:
            value = resource.get(name)
            if isinstance(value, dict) and (period := self.period(value)) is not UNTOLD:
                return period
            if at := self.moment(value):
                return Period(at, at)
        return UNTOLD

    def concept(self, value: object) -> Concept | None:
        """Return what a CodeableConcept says; one that was met before is the same again."""
        if not isinstance(value, dict):
            return concept_of(value)
        coding = value.get("coding")
        if not isinstance(coding, list) or len(coding) != 1 or not isinstance(coding[0], dict):
            return concept_of(value)
        only = coding[0]
        key = (value.get("text"), only.get("system"), only.get("code"), only.get("display"))
        if "concept" in value or not all(each is None or isinstance(each, str) for each in key):
            return concept_of(value)
        if key not in self._concepts:
            self._concepts[key] = concept_of(value)
        return self._concepts[key]

    @cached_property
    def reported(self) -> frozenset[str]:
        """Return the names of the results of all reports but those of imaging."""
        reports = (each for each in self.resources if each["resourceType"] == "DiagnosticReport")
        return frozenset(
            name
            for report in reports
            if IMAGING.isdisjoint(codes_of(report.get("category")))
            for name in self.references(report, "result")
        )

    def _add(self, resource: Resource, number: int) -> None:
        kind, known = resource["resourceType"], resource.get("id")
        has_id = isinstance(known, str) and known
        name = f"{kind}/{known}" if has_id else f"{kind}#{number}"
        self._names[id(resource)] = name
        self._found.setdefault(name, resource)
        url = words(resource.get(FULL_URL))
        if url:
            self._found.setdefault(url, resource)
            self._found.setdefault(shortened(url), resource)
        if has_id:
            self._found.setdefault(f"urn:uuid:{known}", resource)


def _events(timing: Resource) -> list[object]:
    events = timing.get("event")
    return events if isinstance(events, list) else []
