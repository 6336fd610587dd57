"""Whose a record is, and that nobody gets what is somebody else's."""

from __future__ import annotations

import pytest

from epicrisis.errors import InvalidInput, PatientNotFound, WrongPatient
from epicrisis.formats.patients.fhir.reading import record_of
from tests.unit.formats.patients.resources import PATIENT, bundle, read, resource

LUIS = {"resourceType": "Patient", "id": "luis", "identifier": [{"system": "urn:mrn", "value": "P-2"}]}
OF_LUIS = {"subject": {"reference": "Patient/luis"}}
GOUT, LUPUS = (
    resource("Condition", "1", code={"text": "gout"}),
    resource("Condition", "2", code={"text": "lupus"}, **OF_LUIS),
)


@pytest.mark.parametrize(
    "asked", ["luis", "Patient/luis", "https://ehr.invalid/fhir/Patient/luis", "P-2", "urn:mrn|P-2", " luis "]
)
def test_gives_each_patient_their_own(asked: str) -> None:
    record = read(LUIS, GOUT, LUPUS, patient=asked)

    assert record.identity.id == "luis"
    assert [each.concept.text for each in record.conditions] == ["lupus"]
    assert record.passed_over == (("Condition", 1), ("Patient", 1))


def test_asks_which_of_several_patients_is_meant() -> None:
    with pytest.raises(InvalidInput, match="of 2 patients; name the one"):
        read(LUIS, GOUT, LUPUS)


def test_takes_the_subject_of_a_document_for_its_patient() -> None:
    composition = resource("Composition", "c", status="final")

    assert read(LUIS, GOUT, LUPUS, composition).identity.id == "ana"


def test_refuses_the_record_of_somebody_else() -> None:
    with pytest.raises(WrongPatient, match="another patient"):
        read(GOUT, patient="luis")
    with pytest.raises(PatientNotFound, match="none of the 2"):
        read(LUIS, patient="eva")
    with pytest.raises(PatientNotFound, match="does not say whose"):
        record_of([{"resourceType": "Condition", "id": "1", "code": {"text": "gout"}}], patient="ana")


def test_gives_an_empty_record_to_whoever_has_none() -> None:
    record = record_of([bundle()], patient="ana")

    assert record.is_empty
    assert record.identity.id == "ana"


def test_takes_what_names_nobody_for_that_of_the_only_one() -> None:
    nameless = {"resourceType": "Condition", "id": "1", "code": {"text": "gout"}}

    assert len(read(nameless).conditions) == 1
    two = read(LUIS, nameless, patient="ana")
    assert two.conditions == ()
    assert [each.section for each in two.missing] == ["Condition"]


@pytest.mark.parametrize(
    "reference",
    [
        "Patient/ana",
        "urn:uuid:ana",
        "Patient/ana/_history/4",
        "https://ehr.invalid/r4/Patient/ana",
        "Patient?identifier=urn:mrn|P-1",
    ],
)
def test_knows_a_patient_by_every_kind_of_reference(reference: str) -> None:
    ana = {**PATIENT, "identifier": [{"system": "urn:mrn", "value": "P-1"}]}
    told = {**GOUT, "subject": {"reference": reference}}

    record = record_of([ana, LUIS, told], patient="ana")

    assert len(record.conditions) == 1


def test_takes_a_patient_inside_a_resource_for_the_only_one() -> None:
    inside = {"resourceType": "Patient", "id": "p"}

    record = read({**GOUT, "contained": [inside], "subject": {"reference": "#p"}})

    assert len(record.conditions) == 1


def test_knows_a_patient_by_an_identifier_alone() -> None:
    told = {**GOUT, "subject": {"identifier": {"system": "urn:mrn", "value": "P-2"}}}

    assert len(read(LUIS, told, patient="luis").conditions) == 1


def test_takes_a_group_for_no_patient() -> None:
    record = read(
        GOUT, resource("Observation", "o", subject={"reference": "Group/g"}, code={"text": "x"}, valueInteger=1)
    )

    assert record.observations == ()
    assert record.passed_over == (("Observation", 1),)
