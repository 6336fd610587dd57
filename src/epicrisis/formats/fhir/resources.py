"""Each item of a record as a resource of FHIR R4 (hl7.org/fhir/R4), without its id and its reference to the note."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from epicrisis.domain.assertions import Status, Temporality
from epicrisis.domain.documents import Document
from epicrisis.domain.records import (
    Allergy,
    Code,
    Demographics,
    FamilyCondition,
    Measurement,
    MeasurementKind,
    Medication,
    NoteRecord,
    Problem,
    Procedure,
    Quantity,
    SocialFact,
    Stated,
)
from epicrisis.formats.fhir import vocabulary as words
from epicrisis.formats.fhir.courses import clinical_status, statement_status
from epicrisis.formats.fhir.doses import dosage_of
from epicrisis.formats.fhir.wording import printable
from epicrisis.formats.ingredients import ingredients_of

Resource = dict[str, Any]
# An item of the record, the name of the section it stands in, and its resource.
Built = tuple[object, str, Resource]


def resources(record: NoteRecord, document: Document, subject: str) -> Iterable[Built]:
    """Yield what ``record`` of ``document`` says of ``subject``, a reference to a Patient.

    What is hypothetical has no resource: it is no state of anybody. What is denied stands in a section of its own.
    """
    patient = {"reference": subject}
    for allergy in record.allergies:
        yield allergy, "denied" if allergy.status is Status.ABSENT else "allergies", _allergy(allergy, patient)
    if record.no_known_allergies is not None:
        yield record.no_known_allergies, "allergies", _no_allergies(record.no_known_allergies, patient)
    for problem in (*record.problems, *record.denied):
        if problem.status in words.VERIFICATION:
            yield problem, *_condition(problem, document, patient)
    for medication in record.medications:
        yield medication, "medications", _statement(medication, document, patient)
    for measurement in record.measurements:
        section = "vitals" if measurement.kind is MeasurementKind.VITAL else "results"
        yield measurement, section, _observation(measurement, patient)
    for procedure in record.procedures:
        if procedure.status not in (Status.HYPOTHETICAL, Status.CONDITIONAL):
            section = "denied" if procedure.status is Status.ABSENT else "procedures"
            yield procedure, section, _procedure(procedure, patient)
    yield from _family(record.family, patient)
    for fact in record.social:
        yield fact, "social", _social(fact, patient)
    if record.demographics.years is not None:
        yield record.demographics.age, "social", _age(record.demographics, patient)


def concept(text: str, codes: Sequence[Code] = ()) -> Resource:
    """Return a CodeableConcept: the likeliest code of each system first in line, and the words of the note."""
    best = [next(group) for _, group in groupby(sorted(codes, key=_by_system), key=lambda code: code.system)]
    coding = [{"system": code.system, "code": code.code, "display": code.display} for code in best]
    return {"coding": coding, "text": printable(text)} if coding else {"text": printable(text)}


def _by_system(code: Code) -> tuple[str, float]:
    return code.system, -code.score


def coded(system: str, code: str, display: str | None = None) -> Resource:
    """Return a CodeableConcept of one code."""
    return {"coding": [{"system": system, "code": code, **({"display": display} if display else {})}]}


def _condition(problem: Problem, document: Document, patient: Resource) -> tuple[str, Resource]:
    """Return the section and the resource of a problem; only one with a clinical status is on the list (con-3)."""
    clinical = clinical_status(problem, document)
    section = "problems" if clinical == "active" else "denied" if problem.status is Status.ABSENT else "past"
    listed = {
        "clinicalStatus": coded(words.CONDITION_CLINICAL, clinical or ""),
        "category": [coded(words.CONDITION_CATEGORY, "problem-list-item")],
    }
    return section, {
        "resourceType": "Condition",
        **(listed if clinical else {}),
        "verificationStatus": coded(words.CONDITION_VERIFICATION, words.VERIFICATION[problem.status]),
        **({"severity": concept(problem.severity.text)} if problem.severity else {}),
        "code": concept(problem.name.text, problem.codes),
        **({"bodySite": [concept(problem.body_site.text)]} if problem.body_site else {}),
        "subject": patient,
    }


def _statement(medication: Medication, document: Document, patient: Resource) -> Resource:
    status = words.MEDICATION_STATUS[medication.state]
    if status == "active" and medication.temporality is Temporality.PAST:
        status = statement_status(medication, document)
    dosage = dosage_of(medication, document.language)
    return {
        "resourceType": "MedicationStatement",
        **_drug(medication, status),
        "subject": patient,
        **({"reasonCode": [concept(medication.reason.text)]} if medication.reason else {}),
        **({"dosage": [dosage]} if dosage else {}),
    }


def _drug(medication: Medication, status: str) -> Resource:
    """Return which drug it is: by its code, or, where it is a combination, with a Medication inside by its parts."""
    parts = ingredients_of(medication.codes)
    if len(parts) < 2:
        return {"status": status, "medicationCodeableConcept": concept(medication.name.text, medication.codes)}
    others = [code for code in medication.codes if code not in parts]
    combination = {
        "resourceType": "Medication",
        "id": "drug",
        "code": concept(medication.name.text, others),
        "ingredient": [{"itemCodeableConcept": concept(code.display, (code,))} for code in parts],
    }
    return {
        "contained": [combination],
        "status": status,
        "medicationReference": {"reference": "#drug", "display": printable(medication.name.text)},
    }


def _observation(measurement: Measurement, patient: Resource) -> Resource:
    quantity, reference = measurement.quantity, measurement.reference
    value = (
        {"valueString": printable(measurement.value.text)}
        if quantity is None
        else {"valueQuantity": _quantity(quantity)}
    )
    made: Resource = {
        "resourceType": "Observation",
        "status": "final",
        "category": [coded(words.OBSERVATION_CATEGORY, words.CATEGORY[measurement.kind])],
        "code": concept(measured(measurement), measurement.codes),
        "subject": patient,
        **value,
    }
    if measurement.flag is not None:
        made["interpretation"] = [coded(words.INTERPRETATION, words.FLAG[measurement.flag])]
    if measurement.time is not None:
        # "On admission" is no date, and no date may be made of it.
        made["note"] = [{"text": printable(measurement.time.text)}]
    if reference is not None:
        ends = {"low": reference.low, "high": reference.high}
        unit = {key: value for key, value in _unit(quantity).items() if key != "comparator"}
        made["referenceRange"] = [{end: {"value": at, **unit} for end, at in ends.items() if at is not None}]
    return made


def measured(measurement: Measurement) -> str:
    """Return what was measured: a blood pressure is two measurements under one name."""
    part = f" ({measurement.part})" if measurement.part else ""
    return f"{measurement.name.text}{part}"


def _quantity(quantity: Quantity) -> Resource:
    return {"value": quantity.value, **_unit(quantity)}


def _unit(quantity: Quantity | None) -> Resource:
    if quantity is None:
        return {}
    unit = quantity.unit or quantity.ucum
    return {
        **({"comparator": quantity.comparator} if quantity.comparator else {}),
        **({"unit": unit} if unit else {}),
        **({"system": words.UCUM, "code": quantity.ucum} if quantity.ucum else {}),
    }


def _procedure(procedure: Procedure, patient: Resource) -> Resource:
    return {
        "resourceType": "Procedure",
        "status": _procedure_status(procedure),
        "code": concept(procedure.name.text, procedure.codes),
        "subject": patient,
        **({"bodySite": [concept(procedure.body_site.text)]} if procedure.body_site else {}),
        **({"note": [{"text": printable(procedure.time.text)}]} if procedure.time else {}),
    }


def _procedure_status(procedure: Procedure) -> str:
    if procedure.status is Status.ABSENT:
        return "not-done"
    if procedure.temporality is Temporality.FUTURE:
        return "preparation"
    return "unknown" if procedure.status is Status.POSSIBLE else "completed"


def _allergy(allergy: Allergy, patient: Resource) -> Resource:
    verified = "refuted" if allergy.status is Status.ABSENT else "unconfirmed"
    if allergy.status in (Status.PRESENT, Status.CONDITIONAL):
        verified = "confirmed"
    made: Resource = {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": coded(words.ALLERGY_CLINICAL, "inactive" if verified == "refuted" else "active"),
        "verificationStatus": coded(words.ALLERGY_VERIFICATION, verified),
        "code": concept(allergy.substance.text, allergy.codes),
        "patient": patient,
    }
    if allergy.reactions:
        made["reaction"] = [{"manifestation": [concept(each.text)]} for each in allergy.reactions]
    if allergy.severity is not None:
        made["note"] = [{"text": printable(allergy.severity.text)}]
    return made


def _no_allergies(stated: Stated, patient: Resource) -> Resource:
    code = coded(words.ABSENT_UNKNOWN, "no-known-allergies", "No information about known allergies")
    code["coding"][0]["display"] = "No known allergies"
    return {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": coded(words.ALLERGY_CLINICAL, "active"),
        "verificationStatus": coded(words.ALLERGY_VERIFICATION, "confirmed"),
        "code": {**code, "text": printable(stated.text)},
        "patient": patient,
    }


def _family(family: Sequence[FamilyCondition], patient: Resource) -> Iterable[Built]:
    """Yield one FamilyMemberHistory per relative; what a family does not have has no place in one."""
    held = [each for each in family if each.status is not Status.ABSENT]
    relatives: dict[str, list[FamilyCondition]] = {}
    for each in held:
        relatives.setdefault(each.relative.text.casefold() if each.relative else "", []).append(each)
    for relative, theirs in relatives.items():
        code = words.RELATIVE_CODES.get(relative, words.ANY_RELATIVE)
        relationship = coded(words.RELATIVES, code)
        first = theirs[0].relative
        yield (
            tuple(theirs),
            "family",
            {
                "resourceType": "FamilyMemberHistory",
                "status": "partial",
                "patient": patient,
                "relationship": {**relationship, **({"text": printable(first.text)} if first else {})},
                "condition": [{"code": concept(each.condition.text, each.codes)} for each in theirs],
            },
        )


def _social(fact: SocialFact, patient: Resource) -> Resource:
    known = words.SOCIAL.get(fact.kind)
    code = coded(words.LOINC, *known) if known else {}
    use = "" if fact.use is None else f"{fact.use.value.capitalize()}: "
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [coded(words.OBSERVATION_CATEGORY, "social-history")],
        "code": {**code, "text": fact.kind.value.capitalize()},
        "subject": patient,
        "valueString": printable(use + fact.words.text),
    }


def _age(demographics: Demographics, patient: Resource) -> Resource:
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [coded(words.OBSERVATION_CATEGORY, "social-history")],
        "code": coded(words.LOINC, *words.AGE),
        "subject": patient,
        "valueQuantity": {
            "value": round(demographics.years or 0, 2),
            "unit": "years",
            "system": words.UCUM,
            "code": "a",
        },
    }
