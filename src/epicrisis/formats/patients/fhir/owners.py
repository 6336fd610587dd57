"""Whose a resource is, and which patient a record is of."""

from __future__ import annotations

from epicrisis.errors import InvalidInput, PatientNotFound, WrongPatient
from epicrisis.formats.documents.fhir.access import Resource
from epicrisis.formats.documents.fhir.resources import shortened
from epicrisis.formats.patients.fhir.chart import Chart
from epicrisis.formats.patients.fhir.values import inner, listed, words

SUBJECTS = ("subject", "patient", "beneficiary", "individual", "for")
"""Where a resource says whose it is (FHIR R4, the Patient compartment)."""

_PATIENT = "Patient"
_QUERY = "identifier="
_URN = "urn:"


class Owners:
    """Says of each resource whose it is; the patients of a record are those it holds, and those it is about."""

    def __init__(self, chart: Chart) -> None:
        """Look at the resources of ``chart``."""
        self._chart = chart
        self._keys: dict[str, str] = {}
        self._identified: dict[str, str] = {}
        self.patients: dict[str, Resource | None] = {}
        for resource in chart.resources:
            if resource["resourceType"] == _PATIENT:
                self._meet(resource)
        self.of_resource = {id(resource): self._owner(resource) for resource in chart.resources}
        for key in self.of_resource.values():
            if key.startswith((f"{_PATIENT}/", _URN)):
                self.patients.setdefault(key, None)

    def chosen(self, asked: str) -> str:
        """Return the name of the patient that is ``asked`` for, by id, reference or identifier; of the only one, else.

        Raises:
            InvalidInput: there are several, and none was asked for.
            PatientNotFound: there are several, or none at all, and not the one asked for.
            WrongPatient: it is the record of somebody else.
        """
        asked = asked.strip()
        if asked:
            return self._asked(asked)
        if len(self.patients) > 1:
            subject = self._of_document()
            if subject in self.patients:
                return subject
            raise InvalidInput(f"The record is of {len(self.patients)} patients; name the one you mean by its id.")
        return next(iter(self.patients), "")

    def _asked(self, asked: str) -> str:
        names = (asked, f"{_PATIENT}/{asked}", shortened(asked), f"urn:uuid:{asked}")
        found = {key for name in names if (key := self._key(name)) in self.patients} or {
            key for key in (self._identified.get(asked),) if key
        }
        if len(found) == 1:
            return found.pop()
        if not self._chart.resources:
            return f"{_PATIENT}/{shortened(asked).removeprefix(f'{_PATIENT}/')}"
        if len(self.patients) == 1:
            raise WrongPatient("The record is of another patient than the one asked for; send that of the patient.")
        raise PatientNotFound(
            f"The patient asked for is none of the {len(self.patients)} that the record is of; name one of those."
            if self.patients
            else "The record does not say whose it is; send one with its Patient, or ask for no patient."
        )

    def _of_document(self) -> str:
        """Return whom a document is about, where one resource is the document all others belong to."""
        subjects = {
            self.of_resource[id(each)] for each in self._chart.resources if each["resourceType"] == "Composition"
        }
        return subjects.pop() if len(subjects) == 1 else ""

    def _meet(self, patient: Resource) -> None:
        name = self._chart.name(patient)
        self.patients[name] = patient
        for identifier in listed(patient.get("identifier")):
            system, value = words(identifier.get("system")), words(identifier.get("value"))
            for written in filter(None, (value, f"{system}|{value}" if system else "")):
                # What two patients share names neither.
                self._identified[written] = name if self._identified.get(written, name) == name else ""

    def _owner(self, resource: Resource) -> str:
        if resource["resourceType"] == _PATIENT:
            return self._chart.name(resource)
        for name in SUBJECTS:
            if name in resource:
                for each in listed(resource[name]):
                    if key := self._of_reference(each):
                        return key
        # Who comes to an appointment is one of its participants, among those who see them.
        actors = (
            self._of_reference(actor)
            for each in listed(resource.get("participant"))
            for actor in listed(each.get("actor"))
        )
        return next((key for key in actors if key in self.patients or key.startswith(f"{_PATIENT}/")), "")

    def _of_reference(self, subject: Resource) -> str:
        reference = subject.get("reference")
        if isinstance(reference, str) and reference:
            # A patient that a resource contains is a patient without a name: whoever else is here alone.
            return "" if reference.startswith("#") else self._key(reference)
        value, system = words(inner(subject, "identifier", "value")), words(inner(subject, "identifier", "system"))
        return self._identified.get(f"{system}|{value}") or self._identified.get(value) or ""

    def _key(self, reference: str) -> str:
        if reference not in self._keys:
            found = self._chart.find(reference, within={})
            query = reference.partition(_QUERY)[2].partition("&")[0]
            known = self._chart.name(found) if found is not None else self._identified.get(query) if query else None
            self._keys[reference] = known or shortened(reference)
        return self._keys[reference]
