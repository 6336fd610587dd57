"""Each fact of a patient's record as a resource that fits its profile in the International Patient Summary.

They are rebuilt from what the record says, with its own codes and words; what it does not say is left out, or told to
be unknown (``data-absent-reason``) where a profile asks for it. No code is made up for words.
"""

from __future__ import annotations

from collections.abc import Mapping

from epicrisis.domain.assertions import Status
from epicrisis.domain.moments import Period
from epicrisis.domain.patients import (
    AllergyIntolerance,
    ClinicalStatus,
    Condition,
    Immunization,
    MedicationUse,
    Observation,
    ObservationCategory,
    Procedure,
    UseStatus,
    Verification,
)
from epicrisis.formats.fhir import vocabulary as words
from epicrisis.formats.fhir.ips_types import (
    SNOMED,
    UNKNOWN,
    at_time,
    codeable,
    dosage_of,
    during,
    number,
    quantity_of,
    some,
    told,
    unit_of,
    when,
)
from epicrisis.formats.fhir.resources import Resource, coded
from epicrisis.formats.fhir.wording import printable

# Statuses of FHIR R4 by ours; a statement of what nobody says is "unknown" there too.
_STATEMENT: Mapping[UseStatus, str] = {
    UseStatus.ACTIVE: "active",
    UseStatus.ON_HOLD: "on-hold",
    UseStatus.INTENDED: "intended",
    UseStatus.COMPLETED: "completed",
    UseStatus.STOPPED: "stopped",
    UseStatus.NOT_TAKEN: "not-taken",
    UseStatus.UNKNOWN: "unknown",
}
_REQUEST: Mapping[UseStatus, str] = {**_STATEMENT, UseStatus.INTENDED: "active", UseStatus.NOT_TAKEN: "cancelled"}
_PROCEDURE: Mapping[Status, str] = {
    Status.PRESENT: "completed",
    Status.ABSENT: "not-done",
    Status.HYPOTHETICAL: "preparation",
}
# What the older guides (1.0, 1.1) called a known absence, and what 2.0 recommends in its place.
_ABSENCES: Mapping[str, tuple[str, str]] = {
    "no-known-allergies": ("716186003", "No known allergy (situation)"),
    "no-known-environmental-allergies": ("428607008", "No known environmental allergy (situation)"),
    "no-known-food-allergies": ("429625007", "No known food allergy (situation)"),
    "no-known-medication-allergies": ("409137002", "No known drug allergy (situation)"),
}


def condition_of(condition: Condition, patient: Resource) -> Resource:
    """Return a Condition, active or past."""
    made: Resource = {"resourceType": "Condition"}
    clinical = condition.clinical
    if clinical is ClinicalStatus.UNKNOWN:
        # What is on a list of problems has a status (con-3), and it is active unless somebody says that it ended.
        clinical = ClinicalStatus.ACTIVE if condition.ended is None else ClinicalStatus.INACTIVE
    made["clinicalStatus"] = coded(words.CONDITION_CLINICAL, clinical.value.lower())
    if condition.verification is not Verification.UNKNOWN:
        made["verificationStatus"] = coded(words.CONDITION_VERIFICATION, condition.verification.value.lower())
    made |= {
        "category": [coded(words.CONDITION_CATEGORY, "problem-list-item")],
        **({"severity": {"text": printable(condition.severity)}} if condition.severity else {}),
        "code": codeable(condition.concept),
        **({"bodySite": [{"text": printable(condition.body_site)}]} if condition.body_site else {}),
        "subject": patient,
        **when("onsetDateTime", condition.onset),
    }
    # An abatement says that it is over (con-4), and nothing may say both.
    if condition.ended is not None and not clinical.is_active:
        made["abatementDateTime"] = told(condition.ended)
    return made | when("recordedDate", condition.recorded)


def allergy_of(allergy: AllergyIntolerance, patient: Resource) -> Resource:
    """Return an AllergyIntolerance; a known absence that has a code gets the one that the guide recommends."""
    made: Resource = {"resourceType": "AllergyIntolerance"}
    clinical = allergy.clinical.value.lower()
    known = clinical if clinical in ("active", "inactive", "resolved") else "active"
    made["clinicalStatus"] = coded(words.ALLERGY_CLINICAL, known)
    verified = allergy.verification
    if verified in (Verification.CONFIRMED, Verification.UNCONFIRMED, Verification.REFUTED):
        made["verificationStatus"] = coded(words.ALLERGY_VERIFICATION, verified.value.lower())
    code = codeable(allergy.concept)
    if allergy.denied:
        code |= some("coding", _with_recommended(code.get("coding", [])))
    known_kinds = ("food", "medication", "environment", "biologic")
    made |= some("category", [each for each in allergy.categories if each in known_kinds])
    if allergy.criticality in ("low", "high", "unable-to-assess"):
        made["criticality"] = allergy.criticality
    made |= {"code": code, "patient": patient, **when("onsetDateTime", allergy.onset)}
    made |= when("recordedDate", allergy.recorded)
    reactions = [
        {
            "manifestation": [{"text": printable(each)} for each in reaction.manifestations],
            **({"severity": reaction.severity} if reaction.severity in ("mild", "moderate", "severe") else {}),
        }
        for reaction in allergy.reactions
        if reaction.manifestations
    ]
    return made | some("reaction", reactions)


def medication_of(use: MedicationUse, patient: Resource) -> Resource:
    """Return a MedicationRequest where the record has one, and else a MedicationStatement."""
    if use.kind == "MedicationRequest":
        return {
            "resourceType": "MedicationRequest",
            "status": _REQUEST[use.status],
            "intent": "plan" if use.status is UseStatus.INTENDED else "order",
            "medicationCodeableConcept": codeable(use.concept),
            "subject": patient,
            **when("authoredOn", use.authored or use.period.start),
            **some("reasonCode", [{"text": printable(each)} for each in use.reasons]),
            **some("dosageInstruction", [each for each in map(dosage_of, use.dosages) if each]),
        }
    start = use.period if use.period.start or use.period.end else Period(use.authored)
    return {
        "resourceType": "MedicationStatement",
        "status": _STATEMENT[use.status],
        "medicationCodeableConcept": codeable(use.concept),
        "subject": patient,
        **during("effective", start),
        **some("reasonCode", [{"text": printable(each)} for each in use.reasons]),
        **some("dosage", [each for each in map(dosage_of, use.dosages) if each]),
    }


def observation_of(observation: Observation, patient: Resource) -> Resource:
    """Return an Observation with its value, and with the flag and the range that the record itself gives."""
    made: Resource = {
        "resourceType": "Observation",
        "status": "preliminary" if observation.is_preliminary else "final",
    }
    if observation.category is not ObservationCategory.OTHER:
        category = observation.category.value.lower().replace("_", "-")
        made["category"] = [coded(words.OBSERVATION_CATEGORY, category)]
    made |= {"code": codeable(observation.concept), "subject": patient, **at_time("effective", observation.at)}
    if observation.category is ObservationCategory.LABORATORY:
        made["performer"] = [UNKNOWN]
    if observation.quantity is not None:
        made["valueQuantity"] = quantity_of(observation.quantity)
    else:
        made["valueString"] = printable(observation.words)
    if observation.flag is not None:
        made["interpretation"] = [coded(words.INTERPRETATION, words.FLAG[observation.flag])]
    if observation.reference is not None:
        ends = {"low": observation.reference.low, "high": observation.reference.high}
        unit = {} if observation.quantity is None else unit_of(observation.quantity)
        given = {end: {"value": number(value), **unit} for end, value in ends.items() if value is not None}
        made |= some("referenceRange", [given] if given else [])
    return made


def procedure_of(procedure: Procedure, patient: Resource) -> Resource:
    """Return a Procedure."""
    return {
        "resourceType": "Procedure",
        "status": _PROCEDURE.get(procedure.status, "unknown"),
        "code": codeable(procedure.concept),
        "subject": patient,
        **during("performed", procedure.period),
        **({"bodySite": [{"text": printable(procedure.body_site)}]} if procedure.body_site else {}),
        **({"outcome": {"text": printable(procedure.outcome)}} if procedure.outcome else {}),
    }


def immunization_of(immunization: Immunization, patient: Resource) -> Resource:
    """Return an Immunization."""
    return {
        "resourceType": "Immunization",
        "status": "completed" if immunization.is_given else "not-done",
        "vaccineCode": codeable(immunization.concept),
        "patient": patient,
        **_occurrence(immunization),
    }


def _occurrence(immunization: Immunization) -> Resource:
    # Readers that check the choice of types want a value, and a reason why there is none is no value to them.
    if immunization.at is None:
        return {"occurrenceString": "unknown", "_occurrenceString": UNKNOWN}
    return {"occurrenceDateTime": told(immunization.at)}


def _with_recommended(coding: list[Resource]) -> list[Resource]:
    """Return ``coding`` with the code of SNOMED CT first that guide 2.0 has for what guide 1 said of its own."""
    stated = {each["code"] for each in coding}
    better = [
        {"system": SNOMED, "code": code, "display": display}
        for old, (code, display) in _ABSENCES.items()
        if old in stated and code not in stated
    ]
    return better + coding
