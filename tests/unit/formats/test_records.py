from __future__ import annotations

import json
from dataclasses import fields

import pytest

from epicrisis.domain.assertions import Status
from epicrisis.domain.documents import Document
from epicrisis.domain.records import (
    Allergy,
    Code,
    CodeSystem,
    Demographics,
    FamilyCondition,
    FollowUp,
    Measurement,
    MeasurementKind,
    Medication,
    NoteRecord,
    Problem,
    Procedure,
    Quantity,
    ReferenceRange,
    Sex,
    SocialFact,
    SocialKind,
    Stated,
    Use,
)
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.formats.records import record_to_plain
from epicrisis.text.alignment import OffsetUnit

DOCUMENT = Document("n1", "🫀 severe cough 98%")
SEVERE, COUGH, VALUE = (Stated(Span(a, b), DOCUMENT.text[a:b]) for a, b in ((2, 8), (9, 14), (15, 18)))
RECORD = NoteRecord(
    document_id="n1",
    language="en",
    problems=(
        Problem(
            COUGH,
            Status.PRESENT,
            confidence=0.87654,
            severity=SEVERE,
            section=SectionCategory.PLAN,
            codes=(Code(CodeSystem.ICD_10_CM, "R05.9", "Cough, unspecified", 0.91239),),
            mentions=(COUGH.span,),
        ),
    ),
    medications=(Medication(COUGH, dose=VALUE),),
    measurements=(
        Measurement(
            COUGH, MeasurementKind.VITAL, VALUE, Quantity(98.0, "%", "%", ">="), ReferenceRange(low=95.0), None, None
        ),
    ),
    procedures=(Procedure(COUGH, Status.HYPOTHETICAL, time=VALUE),),
    allergies=(Allergy(COUGH, reactions=(SEVERE,)),),
    no_known_allergies=SEVERE,
    family=(FamilyCondition(COUGH, relative=SEVERE),),
    social=(SocialFact(SocialKind.TOBACCO, COUGH, Use.FORMER, VALUE),),
    demographics=Demographics(VALUE, 98.0, Sex.FEMALE, COUGH),
    follow_up=(FollowUp(COUGH, VALUE),),
    engine="rules",
    version="1",
)
PLAIN_COUGH = {"start": 9, "end": 14, "text": "cough"}
PLAIN_SEVERE = {"start": 2, "end": 8, "text": "severe"}
PLAIN_VALUE = {"start": 15, "end": 18, "text": "98%"}


def test_a_problem_is_told_with_all_its_keys_and_where_its_words_stand() -> None:
    [problem] = record_to_plain(RECORD, DOCUMENT)["problems"]

    assert problem == {
        "name": PLAIN_COUGH,
        "status": "PRESENT",
        "temporality": "CURRENT",
        "experiencer": "PATIENT",
        "confidence": 0.8765,
        "severity": PLAIN_SEVERE,
        "body_site": None,
        "section": "plan",
        "codes": [
            {
                "system": "http://hl7.org/fhir/sid/icd-10-cm",
                "code": "R05.9",
                "display": "Cough, unspecified",
                "score": 0.9124,
            }
        ],
        "mentions": [PLAIN_COUGH],
    }


def test_a_measurement_has_its_number_its_unit_and_its_range() -> None:
    [measurement] = record_to_plain(RECORD, DOCUMENT)["measurements"]

    assert measurement["quantity"] == {"comparator": ">=", "value": 98.0, "unit": "%", "ucum": "%"}
    assert measurement["reference"] == {"low": 95.0, "high": None}
    assert (measurement["kind"], measurement["value"], measurement["flag"]) == ("VITAL", PLAIN_VALUE, None)


def test_what_is_told_of_a_life_and_a_family_is_there() -> None:
    plain = record_to_plain(RECORD, DOCUMENT)

    assert plain["social"] == [{"kind": "TOBACCO", "words": PLAIN_COUGH, "use": "FORMER", "amount": PLAIN_VALUE}]
    assert plain["family"] == [{"condition": PLAIN_COUGH, "status": "PRESENT", "relative": PLAIN_SEVERE, "codes": []}]
    assert plain["demographics"] == {"age": PLAIN_VALUE, "years": 98.0, "sex": "FEMALE", "sex_words": PLAIN_COUGH}
    assert plain["follow_up"] == [{"words": PLAIN_COUGH, "when": PLAIN_VALUE, "whom": None}]
    assert plain["no_known_allergies"] == PLAIN_SEVERE
    assert plain["allergies"][0]["reactions"] == [PLAIN_SEVERE]


@pytest.mark.parametrize(
    "key", ["problems", "medications", "measurements", "procedures", "allergies", "family", "social"]
)
def test_every_field_of_an_item_has_its_key(key: str) -> None:
    [item] = getattr(RECORD, key)

    [plain] = record_to_plain(RECORD, DOCUMENT)[key]

    assert set(plain) == {each.name for each in fields(item)}


def test_an_empty_record_has_all_its_lists() -> None:
    plain = record_to_plain(NoteRecord("n1", "en"), DOCUMENT)

    assert {key: value for key, value in plain.items() if value == []}.keys() == {
        "problems", "denied", "hypothetical", "medications", "measurements", "procedures", "allergies", "family",
        "social", "follow_up",
    }  # fmt: skip
    assert plain["no_known_allergies"] is None


@pytest.mark.parametrize(("unit", "place"), [(OffsetUnit.UTF16, (10, 15)), (OffsetUnit.BYTE, (12, 17))])
def test_counts_the_unit_asked_for(unit: OffsetUnit, place: tuple[int, int]) -> None:
    plain = json.loads(json.dumps(record_to_plain(RECORD, DOCUMENT, offset_unit=unit)))

    assert plain["offset_unit"] == unit
    name = plain["problems"][0]["name"]
    assert (name["start"], name["end"]) == place
