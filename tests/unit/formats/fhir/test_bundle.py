from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from epicrisis.domain.assertions import Status, Temporality
from epicrisis.domain.documents import Document
from epicrisis.domain.records import (
    Allergy,
    Measurement,
    MeasurementKind,
    Medication,
    MedicationState,
    NoteRecord,
    Problem,
    Procedure,
    Quantity,
)
from epicrisis.formats.fhir.bundle import to_bundle
from tests.records import NOTE, RECORD, stated

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def bundle(record: NoteRecord = RECORD, document: Document = NOTE) -> dict[str, Any]:
    return to_bundle(record, document, made=AT)


def those(kind: str, made: dict[str, Any]) -> list[dict[str, Any]]:
    return [each["resource"] for each in made["entry"] if each["resource"]["resourceType"] == kind]


def code(concept: dict[str, Any]) -> str:
    return str(concept["coding"][0]["code"])


def test_is_valid_r4() -> None:
    Bundle.model_validate_json(json.dumps(bundle()))


def test_a_record_without_items_is_valid_too() -> None:
    made = bundle(NoteRecord("n1", "en"))

    Bundle.model_validate_json(json.dumps(made))
    assert [each["resource"]["resourceType"] for each in made["entry"]] == [
        "Composition", "Patient", "DocumentReference", "Device", "Provenance",
    ]  # fmt: skip


def test_the_same_note_gives_the_same_bundle() -> None:
    assert bundle() == bundle()
    assert bundle()["id"] != bundle(document=replace(NOTE, text=NOTE.text + " Well."))["id"]


def test_every_reference_leads_to_an_entry_and_the_composition_stands_first() -> None:
    made = bundle()
    known = {each["fullUrl"] for each in made["entry"]}

    told = set(references(made))

    assert told <= known
    assert made["entry"][0]["resource"]["resourceType"] == "Composition"
    assert len(known) == len(made["entry"])


def references(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["reference"]] if isinstance(value.get("reference"), str) else []
        return own + [each for below in value.values() for each in references(below)]
    return [each for below in value for each in references(below)] if isinstance(value, list) else []


def test_every_item_says_where_in_the_note_it_stands() -> None:
    made = bundle()
    [note] = those("DocumentReference", made)
    text = base64.b64decode(note["content"][0]["attachment"]["data"]).decode()
    [statement, _] = those("MedicationStatement", made)

    places = [
        {each["url"]: each.get("valueInteger") for each in extension["extension"]}
        for extension in statement["extension"]
    ]

    assert [text[each["offset"] : each["offset"] + each["length"]] for each in places] == [
        "lisinopril", "10 mg", "by mouth", "daily", "hypertension",
    ]  # fmt: skip


def test_a_status_is_a_verification_status_and_what_is_hypothetical_is_nobodys_condition() -> None:
    conditions = {each["code"]["text"]: each for each in those("Condition", bundle())}

    assert {text: code(each["verificationStatus"]) for text, each in conditions.items()} == {
        "asthma": "confirmed", "pneumonia": "provisional", "fever": "refuted",
    }  # fmt: skip
    assert conditions["asthma"]["severity"] == {"text": "severe"}
    assert code(conditions["asthma"]["code"]) == "J45.909"
    assert [each["code"]["text"] for each in those("Procedure", bundle())] == ["Appendectomy"]


@pytest.mark.parametrize(
    ("state", "temporality", "status"),
    [
        (MedicationState.TAKEN, Temporality.CURRENT, "active"),
        (MedicationState.TAKEN, Temporality.PAST, "completed"),
        (MedicationState.HELD, Temporality.CURRENT, "on-hold"),
        (MedicationState.NOT_TAKEN, Temporality.CURRENT, "not-taken"),
        (MedicationState.PLANNED, Temporality.FUTURE, "intended"),
    ],
)
def test_what_becomes_of_a_drug_is_its_status(state: MedicationState, temporality: Temporality, status: str) -> None:
    drug = Medication(stated("metformin"), state, temporality=temporality)

    [told] = those("MedicationStatement", bundle(replace(RECORD, medications=(drug,))))

    assert told["status"] == status
    assert "dosage" not in told


def test_how_a_drug_is_taken_is_told_in_the_order_of_the_note() -> None:
    [lisinopril, _] = those("MedicationStatement", bundle())

    assert lisinopril["dosage"][0]["text"] == "10 mg by mouth daily"
    assert lisinopril["reasonCode"] == [{"text": "hypertension"}]


def test_a_result_has_its_number_its_unit_its_range_and_its_flag() -> None:
    potassium, pulse, nitrite, *_ = those("Observation", bundle())

    assert potassium["valueQuantity"] == {
        "value": 5.9, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L",
    }  # fmt: skip
    assert potassium["referenceRange"][0]["high"]["value"] == 5.1
    assert code(potassium["interpretation"][0]) == "H"
    assert code(pulse["category"][0]) == "vital-signs"
    assert nitrite["valueString"] == "negative"


def test_less_than_is_said_of_the_value_and_not_of_its_range() -> None:
    few = Measurement(
        stated("Potassium"), MeasurementKind.LAB, stated("5.9 mmol/L"), Quantity(2, "mmol/L", "mmol/L", "<"),
        RECORD.measurements[0].reference,
    )  # fmt: skip

    [told, *_] = those("Observation", bundle(replace(RECORD, measurements=(few,))))

    assert told["valueQuantity"]["comparator"] == "<"
    assert "comparator" not in told["referenceRange"][0]["low"]


def test_allergies_are_told_with_what_they_do_and_so_is_that_there_are_none() -> None:
    denied = Allergy(stated("penicillin"), Status.ABSENT)
    none = replace(RECORD, allergies=(denied,), no_known_allergies=stated("no fever"))

    [allergy] = those("AllergyIntolerance", bundle())
    refuted, nothing = those("AllergyIntolerance", bundle(none))

    assert allergy["reaction"] == [{"manifestation": [{"text": "hives"}]}]
    assert code(refuted["verificationStatus"]) == "refuted"
    assert code(nothing["code"]) == "no-known-allergies"
    Bundle.model_validate_json(json.dumps(bundle(none)))


def test_a_family_has_its_own_resource_and_what_it_does_not_have_none() -> None:
    [mother] = those("FamilyMemberHistory", bundle())

    assert code(mother["relationship"]) == "MTH"
    assert [each["code"]["text"] for each in mother["condition"]] == ["diabetes"]


def test_what_a_page_would_take_for_markup_is_words() -> None:
    note = Document("x", "Problem: <script>alert(1)</script>\x0b & more.")
    words = stated("<script>alert(1)</script>\x0b", document=note)
    made = bundle(NoteRecord("x", "en", problems=(Problem(words, Status.PRESENT),)), note)

    Bundle.model_validate_json(json.dumps(made))
    assert "<script>" not in made["entry"][0]["resource"]["section"][0]["text"]["div"]


@pytest.mark.parametrize("status", list(Status))
def test_every_status_a_procedure_may_have_is_valid(status: Status) -> None:
    for temporality in Temporality:
        record = replace(RECORD, procedures=(Procedure(stated("Appendectomy"), status, temporality),))

        Bundle.model_validate_json(json.dumps(bundle(record)))
