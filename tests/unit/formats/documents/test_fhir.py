"""FHIR as text: a sheet for each patient, the notes it carries, and nothing that it takes back."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.fhir.reading import read
from epicrisis.formats.documents.kinds import Kind

ANA = {"reference": "Patient/ana"}


def said(text: str) -> dict[str, Any]:
    return {"text": text}


def coded(code: str) -> dict[str, Any]:
    return {"coding": [{"code": code}]}


def bundle(*resources: dict[str, Any], **fields: Any) -> bytes:
    entries = [{"fullUrl": f"urn:uuid:{number}", "resource": each} for number, each in enumerate(resources)]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries, **fields}).encode()


def lines(*resources: dict[str, Any], **fields: Any) -> str:
    (parsed,) = read(bundle(*resources, **fields), Limits())
    return parsed.file.text


PATIENT = {
    "resourceType": "Patient",
    "id": "ana",
    "name": [{"given": ["Ana"], "family": "Ruiz Prueba"}],
    "gender": "female",
    "birthDate": "1950-02-28",
}


def condition(name: str, **fields: Any) -> dict[str, Any]:
    return {"resourceType": "Condition", "subject": ANA, "code": said(name), **fields}


def test_writes_conditions_as_their_status_has_them() -> None:
    text = lines(
        PATIENT,
        condition(
            "asthma", clinicalStatus=coded("active"), severity=said("severe"), onsetDateTime="2011-02-03T08:00:00Z"
        ),
        condition("pneumonia", clinicalStatus=coded("resolved"), abatementDateTime="2012"),
        condition("lupus", verificationStatus=coded("refuted")),
        condition("gout", verificationStatus=coded("provisional")),
        condition("leprosy", verificationStatus=coded("entered-in-error")),
    )

    assert text == (
        "Patient: Ana Ruiz Prueba\nDate of birth: 1950-02-28\nSex: female\n\n"
        "DIAGNOSES:\n- asthma, severe, since 2011-02-03\n- lupus was ruled out\n- Possible gout\n\n"
        "PAST MEDICAL HISTORY:\n- pneumonia, until 2012"
    )


def test_writes_observations_with_range_flag_and_components() -> None:
    potassium = {
        "resourceType": "Observation",
        "category": [coded("laboratory")],
        "code": said("Potassium"),
        "effectiveDateTime": "2023-02-03T09:15:00Z",
        "valueQuantity": {"value": 5.90, "unit": "mmol/L", "comparator": ">"},
        "referenceRange": [{"low": {"value": 3.5}, "high": {"value": 5.1}}],
        "interpretation": [coded("H")],
    }
    pressure = {
        "resourceType": "Observation",
        "category": [coded("vital-signs")],
        "code": said("Blood pressure"),
        "component": [
            {"code": coded("8480-6"), "valueQuantity": {"value": 121, "unit": "mm[Hg]"}},
            {"code": coded("8462-4"), "valueQuantity": {"value": 79, "unit": "mm[Hg]"}},
        ],
    }
    smoking = {
        "resourceType": "Observation",
        "category": [coded("social-history")],
        "code": said("Smoking status"),
        "valueCodeableConcept": said("Never smoker"),
    }
    stopped = {"resourceType": "Observation", "status": "entered-in-error", "code": said("Sodium"), "valueInteger": 1}

    text = lines(potassium, pressure, smoking, stopped)

    assert text == (
        "LABORATORY RESULTS:\n- Potassium: >5.9 mmol/L (3.5-5.1) H, 2023-02-03 09:15\n\n"
        "VITAL SIGNS:\n- Blood pressure: 121/79 mmHg\n\n"
        "SOCIAL HISTORY:\n- Smoking status: Never smoker"
    )


def test_shortens_no_number_that_somebody_measured() -> None:
    value = {"resourceType": "Observation", "code": said("TSH"), "valueQuantity": {"value": "0.00250"}}

    text = json.dumps(value).replace('"0.00250"', "0.00250")
    simulated = text.replace("0.00250", "119.77849953871555")

    assert "TSH: 0.00250" in read(text.encode(), Limits())[0].file.text
    assert "TSH: 119.7785" in read(simulated.encode(), Limits())[0].file.text


def test_writes_drugs_with_dose_and_route_under_what_became_of_them() -> None:
    amoxicillin = {
        "resourceType": "MedicationRequest",
        "status": "active",
        "medicationCodeableConcept": said("Amoxicillin 500 MG"),
        "dosageInstruction": [
            {
                "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}],
                "route": said("oral"),
                "timing": {"repeat": {"frequency": 3, "period": 1, "periodUnit": "d"}},
                "asNeededBoolean": False,
            }
        ],
        "reasonCode": [said("pneumonia")],
        "authoredOn": "2023-02-03",
    }
    warfarin = {
        "resourceType": "MedicationStatement",
        "status": "stopped",
        "medicationReference": {"reference": "#m"},
        "contained": [{"resourceType": "Medication", "id": "m", "code": said("Warfarin")}],
    }
    aspirin = {"resourceType": "MedicationStatement", "status": "not-taken", "medication": {"concept": said("Aspirin")}}

    text = lines(amoxicillin, warfarin, aspirin)

    assert text == (
        "MEDICATIONS:\n- Amoxicillin 500 MG, 1 tablet oral 3 times daily, for pneumonia, since 2023-02-03\n"
        "- Not taking Aspirin\n\n"
        "PAST MEDICATIONS:\n- Warfarin, stopped"
    )


def test_writes_allergies_relatives_procedures_and_vaccines() -> None:
    text = lines(
        {
            "resourceType": "AllergyIntolerance",
            "code": said("Penicillin"),
            "reaction": [{"manifestation": [said("hives")], "severity": "severe"}],
        },
        {
            "resourceType": "FamilyMemberHistory",
            "relationship": said("Mother"),
            "condition": [{"code": said("breast cancer"), "onsetAge": {"value": 50, "unit": "years"}}],
        },
        {"resourceType": "Procedure", "status": "not-done", "code": said("Colonoscopy")},
        {"resourceType": "Immunization", "vaccineCode": said("Influenza"), "occurrenceDateTime": "2022-10-01"},
    )

    assert text == (
        "ALLERGIES:\n- Penicillin: hives, severe\n\n"
        "FAMILY HISTORY:\n- Mother: breast cancer, 50 years\n\n"
        "PROCEDURES:\n- Colonoscopy was not done\n\n"
        "IMMUNIZATIONS:\n- Influenza, 2022-10-01"
    )


def test_reads_the_narrative_of_a_composition_and_tells_no_entry_of_it_twice() -> None:
    composition = {
        "resourceType": "Composition",
        "title": "Discharge summary",
        "date": "2023-02-03",
        "author": [{"display": "Dr. Nadie"}],
        "section": [
            {
                "title": "Family History",
                "text": {"status": "generated", "div": "<div><p>Mother: <b>gout</b>.</p></div>"},
                "entry": [{"reference": "urn:uuid:1"}],
                "section": [{"title": "Diet", "emptyReason": said("not asked")}],
            }
        ],
    }

    text = lines(composition, condition("gout"), condition("asthma"))

    assert text == (
        "Document: Discharge summary, 2023-02-03\nAuthor: Dr. Nadie\n\n"
        "FAMILY HISTORY:\nMother: gout.\n\nDIET:\n- not asked\n\nDIAGNOSES:\n- asthma"
    )


def test_reads_attachments_that_are_here_and_counts_those_elsewhere() -> None:
    note = b64encode(b"Cough since Monday.").decode()
    document = {
        "resourceType": "DocumentReference",
        "id": "d1",
        "content": [
            {"attachment": {"contentType": "text/plain", "data": note}},
            {"attachment": {"contentType": "text/plain", "url": "Binary/b1"}},
            {"attachment": {"contentType": "application/pdf", "url": "http://169.254.169.254/note.pdf"}},
            {"attachment": {"contentType": "text/plain", "data": "!"}},
        ],
    }
    binary = {"resourceType": "Binary", "id": "b1", "contentType": "text/plain", "data": note}

    parsed = read(bundle(document, binary), Limits())

    assert [(each.file.kind, each.file.name) for each in parsed] == [(Kind.TEXT, "DocumentReference/d1")] * 2
    assert parsed[0].file.warnings == (
        "Attachment 3 is not base64.",
        "Attachments kept elsewhere: 1. Nothing is fetched; send them too.",
    )


def test_reads_no_archive_and_no_fhir_inside_fhir() -> None:
    inner = b64encode(bundle(condition("asthma"))).decode()
    report = {"resourceType": "DiagnosticReport", "presentedForm": [{"contentType": "application/json", "data": inner}]}

    (parsed,) = read(bundle(condition("gout"), report), Limits())

    assert "asthma" not in parsed.file.text
    assert parsed.file.warnings == (
        "Attachment 1 holds fhir, which is not read inside another file; send it on its own.",
    )


def test_gives_each_patient_a_sheet_and_a_name() -> None:
    rows = [
        condition("asthma"),
        condition("gout", subject={"reference": "https://ehr.invalid/fhir/Patient/luis/_history/2"}),
        condition("lupus"),
    ]

    parsed = read("\n".join(map(json.dumps, rows)).encode(), Limits())

    assert {each.file.name: each.file.text for each in parsed} == {
        "Patient/ana": "DIAGNOSES:\n- asthma\n- lupus",
        "Patient/luis": "DIAGNOSES:\n- gout",
    }


def test_leaves_out_what_may_mean_the_opposite_and_says_so() -> None:
    (parsed,) = read(bundle(condition("gout"), condition("asthma", modifierExtension=[{"url": "x"}])), Limits())

    assert parsed.file.text == "DIAGNOSES:\n- gout"
    assert parsed.file.warnings[0].endswith("not understood: 1.")


def test_takes_the_newest_of_several_versions() -> None:
    versions = condition("gout", id="c"), condition("asthma", id="c")

    assert lines(*versions, type="history") == "DIAGNOSES:\n- gout"


def test_writes_headings_in_the_language_of_the_bundle() -> None:
    assert (
        lines(condition("asma", verificationStatus=coded("refuted")), language="es-MX")
        == "DIAGNÓSTICOS:\n- Se descarta asma"
    )


def test_reads_lone_surrogates_as_no_letters() -> None:
    assert lines(condition("asth\ud800ma\0")) == "DIAGNOSES:\n- asth ma"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[[[]]]",
        b'{"resourceType": 7}',
        b'{"resourceType": "Bundle", "entry": {"resource": []}}',
        b'{"resourceType": "Claim", "patient": {"reference": "Patient/ana"}}',
    ],
)
def test_refuses_what_is_no_fhir_or_tells_nothing(data: bytes) -> None:
    with pytest.raises(UnreadableDocument):
        read(data, Limits())


def test_reads_a_cda_document_in_an_attachment() -> None:
    section = "<component><section><title>Plan</title><text>Rest.</text></section></component>"
    cda = f"<ClinicalDocument><component><structuredBody>{section}</structuredBody></component></ClinicalDocument>"
    attachment = {"contentType": "application/xml", "data": b64encode(cda.encode()).decode()}
    document = {"resourceType": "DocumentReference", "id": "d1", "content": [{"attachment": attachment}]}

    (parsed,) = read(json.dumps(document).encode(), Limits())

    assert (parsed.file.kind, parsed.file.name, parsed.file.text) == (Kind.CDA, "DocumentReference/d1", "PLAN:\nRest.")
