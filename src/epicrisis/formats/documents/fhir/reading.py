"""A FHIR file as text: a sheet for each patient, and each note that it carries."""

from __future__ import annotations

import re
from collections.abc import Mapping

from epicrisis.domain.pages import ReadFile
from epicrisis.errors import UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.attached import NOTES, Attached, with_warnings
from epicrisis.formats.documents.fhir import drugs, findings, problems
from epicrisis.formats.documents.fhir.access import Resource, objects, person, text
from epicrisis.formats.documents.fhir.attachments import Attachments
from epicrisis.formats.documents.fhir.compositions import narrating, write_composition
from epicrisis.formats.documents.fhir.lines import Asking, Writer
from epicrisis.formats.documents.fhir.resources import Resources
from epicrisis.formats.documents.kinds import Kind
from epicrisis.formats.documents.parsed import Parsed
from epicrisis.formats.documents.sheets.sheet import Sheet
from epicrisis.formats.documents.sheets.words import language_of

# A document for another system often travels as C-CDA, in an attachment of the reference to it.
_INSIDE = NOTES | {Kind.CDA}
_COMPOSITION, _PATIENT = "Composition", "Patient"
_WRITERS: Mapping[str, Writer] = {
    "AllergyIntolerance": problems.allergy,
    "CarePlan": problems.plan,
    "ClinicalImpression": findings.impression,
    "Condition": problems.condition,
    "DiagnosticReport": findings.report,
    "FamilyMemberHistory": problems.family,
    "Goal": problems.goal,
    "Immunization": problems.immunization,
    "MedicationAdministration": drugs.given,
    "MedicationDispense": drugs.dispensed,
    "MedicationRequest": drugs.taken,
    "MedicationStatement": drugs.taken,
    "MedicationUsage": drugs.taken,
    "Observation": findings.observation,
    "Procedure": problems.procedure,
    "ServiceRequest": problems.plan,
}
# Resources whose narrative is of clinical work, and that have no lines of ours; others are of people, places and money.
_NARRATED_TYPES = """
    AdverseEvent Communication CommunicationRequest DetectedIssue DeviceUseStatement DocumentReference Encounter
    EpisodeOfCare Flag ImagingStudy List NutritionOrder QuestionnaireResponse RiskAssessment VisionPrescription
"""
_NARRATED = frozenset(_NARRATED_TYPES.split())
_SEXES = frozenset({"female", "male"})
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def read(data: bytes, limits: Limits) -> list[Parsed]:
    """Return a text for each patient of a FHIR file, and one for each note in its attachments, named ``Type/id``.

    A text of a patient has a name only where the file holds several. What was entered in error is left out, and so is
    what carries a modifier extension, for it may mean the opposite.

    Raises:
        UnreadableDocument: it is no FHIR in JSON, is over the limits, or says nothing of a patient.
        MissingDependency: it holds narratives, and what reads HTML is not installed.
    """
    resources = Resources.of(data, limits)
    attached = Attached(limits, _INSIDE)
    record = _Record(resources, limits, attached)
    found = [*record.sheets(), *attached.parsed]
    warnings = [*attached.warnings]
    if record.passed_over:
        warnings.append(f"Resources left out for modifier extensions that are not understood: {record.passed_over}.")
    if not found:
        raise UnreadableDocument(
            " ".join(["The FHIR says nothing of a patient; send one with notes, conditions or results.", *warnings])
        )
    return with_warnings(found, warnings)


class _Record:
    """The resources of a file, written onto the sheets of their patients."""

    def __init__(self, resources: Resources, limits: Limits, attached: Attached) -> None:
        self.passed_over = 0
        self._resources = resources
        self._limits = limits
        self._narrated = narrating(limits)
        self._language = language_of(resources.language)
        self._sheets: dict[str, Sheet] = {}
        self._attachments = Attachments(resources, attached)
        patients = {key for each in resources.listed if (key := resources.patient_of(each))}
        # What names no patient belongs to the only one there is.
        self._only = patients.pop() if len(patients) == 1 else ""
        self._told: set[int] = set()
        self._write_all()

    def sheets(self) -> list[Parsed]:
        texts = {key: sheet.text for key, sheet in self._sheets.items() if sheet.text}
        return [
            Parsed(ReadFile(written, Kind.FHIR, name=key if len(texts) > 1 else "")) for key, written in texts.items()
        ]

    def _write_all(self) -> None:
        for resource in self._resources.listed:
            if resource.get("resourceType") == _PATIENT:
                _write_patient(resource, self._sheet(resource))
        for resource in self._resources.listed:
            if resource.get("resourceType") == _COMPOSITION:
                self._write_composition(resource)
        for resource in self._resources.listed:
            if resource.get("modifierExtension"):
                self.passed_over += 1
                continue
            self._write(resource)
            self._attachments.read(resource)
        self._attachments.read_the_rest()

    def _write_composition(self, resource: Resource) -> None:
        sheet = self._sheet(resource)
        for reference in write_composition(resource, self._resources, sheet, self._narrated):
            found = self._resources.find(reference, within=resource)
            self._told.add(id(found))

    def _write(self, resource: Resource) -> None:
        kind = text(resource, "resourceType")
        if kind in _WRITERS and id(resource) not in self._told:
            self._write_lines(kind, resource)
        elif kind in _NARRATED:
            self._sheet(resource).block(_spoken(kind), self._narrated(resource))

    def _write_lines(self, kind: str, resource: Resource) -> None:
        """Write the lines of a resource; its narrative, where it says more than its fields, or they say nothing."""
        sheet = self._sheet(resource)
        lines = list(_WRITERS[kind](resource, Asking(self._resources, sheet)))
        for line in lines:
            sheet.line(sheet.says(line.heading), *line.parts)
        if not lines or text(resource, "text", "status") == "additional":
            sheet.block(_spoken(kind), self._narrated(resource))

    def _sheet(self, resource: Resource) -> Sheet:
        key = self._resources.patient_of(resource) or self._only
        if key not in self._sheets:
            self._sheets[key] = Sheet(self._limits, self._language)
        return self._sheets[key]


def _write_patient(resource: Resource, sheet: Sheet) -> None:
    sheet.head("patient", next(map(person, objects(resource, "name")), ""))
    sheet.head("born", text(resource, "birthDate"))
    sex = text(resource, "gender")
    sheet.head("sex", sheet.says(sex) if sex in _SEXES else "")


def _spoken(kind: str) -> str:
    """Return the name of a type of resource in words: "Risk Assessment"."""
    return _CAPITAL.sub(" ", kind)
