"""Small invented Bundles, as they lie in a file."""

from __future__ import annotations

from typing import Any

from epicrisis_lab.evaluation.patients.raw import Raw, raw

SNOMED, RXNORM, LOINC = "http://snomed.info/sct", "http://www.nlm.nih.gov/research/umls/rxnorm", "http://loinc.org"


def told(text: str, code: str, system: str = SNOMED) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": text}], "text": text}


def status(code: str) -> dict[str, Any]:
    return {"coding": [{"code": code}]}


def patient(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1960-03-04", **more}


def condition(name: str, text: str, code: str, onset: str, ended: str = "", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": name,
        "clinicalStatus": status("resolved" if ended else "active"),
        "code": told(text, code),
        "onsetDateTime": onset,
        **({"abatementDateTime": ended} if ended else {}),
        **more,
    }


def order(name: str, text: str, code: str, written: str, state: str = "active", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest",
        "id": name,
        "status": state,
        "intent": "order",
        "medicationCodeableConcept": told(text, code, RXNORM),
        "authoredOn": written,
        **more,
    }


def allergy(name: str, text: str, code: str, recorded: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "AllergyIntolerance",
        "id": name,
        "clinicalStatus": status("active"),
        "code": told(text, code),
        "recordedDate": recorded,
        **more,
    }


def result(name: str, text: str, code: str, value: float, unit: str, when: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": name,
        "status": "final",
        "category": [status("laboratory")],
        "code": told(text, code, LOINC),
        "effectiveDateTime": when,
        "valueQuantity": {"value": value, "unit": unit, "code": unit},
        **more,
    }


def procedure(name: str, text: str, code: str, when: str) -> dict[str, Any]:
    return {
        "resourceType": "Procedure",
        "id": name,
        "status": "completed",
        "code": told(text, code),
        "performedDateTime": when,
    }


def visit(name: str, start: str, end: str) -> dict[str, Any]:
    return {"resourceType": "Encounter", "id": name, "status": "finished", "period": {"start": start, "end": end}}


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    entries = [{"fullUrl": f"urn:uuid:{each['id']}", "resource": each} for each in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def record(*resources: dict[str, Any]) -> Raw:
    return raw(bundle(patient(), *resources), file="invented.json")


def everything() -> dict[str, Any]:
    """Return a record with a little of everything: relapses, doubts, errors, drugs on hold, ranges, drafts."""

    def at(year: int) -> str:
        return f"{year}-05-03T08:00:00Z"

    def doubt(code: str) -> dict[str, Any]:
        return {"verificationStatus": status(code)}

    def vaccine(name: str, text: str, code: str, state: str) -> dict[str, Any]:
        given = {"vaccineCode": told(text, code, "http://hl7.org/fhir/sid/cvx"), "occurrenceDateTime": at(2022)}
        return {"resourceType": "Immunization", "id": name, "status": state, **given}

    def taken(name: str, text: str, code: str, state: str, dose: str, **period: str) -> dict[str, Any]:
        drug = {"medicationCodeableConcept": told(text, code, RXNORM), "effectivePeriod": period}
        return {
            "resourceType": "MedicationStatement", "id": name, "status": state, **drug, "dosage": [{"text": dose}],
        }  # fmt: skip

    twice_daily = {
        "text": "1 tablet twice daily",
        "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
        "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}],
    }
    anaphylaxis = [{"manifestation": [{"text": "Anaphylaxis"}], "severity": "severe"}]
    a1c = "Hemoglobin A1c/Hemoglobin.total in Blood"
    resources = [
        *(visit(f"v{year}", at(year), f"{year}-05-03T09:00:00Z") for year in range(2012, 2024)),
        condition("c1", "Type 2 diabetes mellitus (disorder)", "44054006", "2012"),
        condition("c2", "Depression", "35489007", at(2013), at(2015)),
        condition("c3", "Depression", "35489007", at(2021), clinicalStatus=status("recurrence")),
        condition("c4", "Pulmonary embolism", "59282003", at(2022), **doubt("refuted")),
        condition("c5", "Chronic kidney disease stage 3", "433144002", at(2020), **doubt("provisional")),
        condition("c6", "Breast cancer", "254837009", "2014-05", clinicalStatus=status("remission")),
        condition("c7", "Gout", "90560007", at(2016), clinicalStatus={}),
        condition("c8", "Fracture of wrist", "263102004", at(2016), **doubt("entered-in-error")),
        condition("c9", "Type 2 diabetes mellitus (disorder)", "44054006", at(2018)),
        order("m1", "Metformin 500 MG Oral Tablet", "860975", at(2013), "stopped"),
        order("m2", "Metformin 850 MG Oral Tablet", "860978", at(2019), dosageInstruction=[twice_daily]),
        order("m3", "Clopidogrel 75 MG Oral Tablet", "309362", at(2020), "on-hold"),
        order("m4", "Amoxicillin 500 MG Oral Capsule", "308191", at(2017), "completed"),
        order("m5", "Insulin glargine", "274783", at(2022), intent="proposal"),
        order("m6", "Ibuprofen 400 MG", "197805", at(2021), doNotPerform=True),
        order(
            "m7", "Sertraline 50 MG Oral Tablet", "312940", at(2021),
            reasonReference=[{"reference": "Condition/c3"}],
        ),
        taken("s1", "Aspirin 81 MG Oral Tablet", "243670", "active", "81 mg once daily", start="2015-03"),
        taken("s2", "Tamoxifen 20 MG", "198240", "completed", "20 mg daily", start="2014-06", end="2019-06-30"),
        allergy("a1", "Penicillin", "91936005", at(2016), criticality="high", reaction=anaphylaxis),
        allergy("a2", "Latex", "111088007", at(2013), clinicalStatus=status("resolved")),
        allergy("a3", "Shellfish", "300913006", at(2018), **doubt("refuted")),
        result("o1", "Potassium", "6298-4", 4.1, "mmol/L", at(2020)),
        result("o2", "Potassium", "6298-4", 6.2, "mmol/L", at(2022), interpretation=[status("HH")]),
        *(
            result(f"h{year}", a1c, "4548-4", value, "%", at(year))
            for year, value in ((2018, 6.9), (2020, 7.6), (2022, 8.4))
        ),
        result(
            "o6", "Ferritin", "2276-4", 9.0, "ng/mL", at(2022),
            referenceRange=[{"low": {"value": 13}, "high": {"value": 150}}],
        ),
        result("o7", "Troponin T", "6598-7", 0.01, "ng/mL", at(2022)),
        result("o8", "Sodium", "2947-0", 139, "mmol/L", at(2021)),
        result("o9", "Sodium", "2947-0", 128, "mmol/L", at(2023), status="preliminary"),
        result("o10", "Creatinine", "38483-4", 1.9, "mg/dL", at(2023), status="entered-in-error"),
        result("o11", "Creatinine", "38483-4", 1.7, "mg/dL", at(2022)),
        procedure("p1", "Mastectomy", "172043006", "2014-06-03"),
        {**procedure("p2", "Knee replacement", "179344006", at(2022)), "status": "not-done"},
        procedure("p3", "Colonoscopy", "73761001", at(2021)),
        vaccine("i1", "Influenza", "140", "completed"),
        vaccine("i2", "Zoster", "187", "not-done"),
    ]  # fmt: skip
    return bundle(patient(), *(owned(each) for each in resources))


def owned(resource: dict[str, Any]) -> dict[str, Any]:
    owner = "patient" if resource["resourceType"] in ("Immunization", "AllergyIntolerance") else "subject"
    return {**resource, owner: {"reference": "Patient/p"}}
