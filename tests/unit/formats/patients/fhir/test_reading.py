"""Resources of a patient as one record: what counts, what is passed over, and what one resource gets wrong."""

from __future__ import annotations

import pytest

from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import Missing, facts_of
from epicrisis.errors import UnreadableDocument
from epicrisis.formats.patients.fhir.reading import record_of
from tests.unit.formats.patients.resources import PATIENT, bundle, read, resource


def test_reads_bundles_and_resources_alike() -> None:
    gout = resource("Condition", code={"text": "gout"})

    assert record_of([PATIENT, gout]) == record_of([bundle(PATIENT, gout)]) == record_of([bundle(PATIENT), gout])


def test_counts_what_holds_nothing_for_a_summary() -> None:
    record = read(
        resource("Claim", "1"),
        resource("Claim", "2"),
        resource("ExplanationOfBenefit"),
        {"resourceType": "Organization", "id": "o"},
        resource("Flag"),
    )

    assert record.passed_over == (("Claim", 2), ("ExplanationOfBenefit", 1), ("Flag", 1), ("Organization", 1))
    assert record.is_empty


def test_reads_nothing_that_carries_a_modifier() -> None:
    record = read(resource("Condition", code={"text": "gout"}, modifierExtension=[{"url": "http://x/is-not"}]))

    assert (record.conditions, record.passed_over) == ((), (("Condition", 1),))


def test_loses_only_the_resource_that_breaks_its_types() -> None:
    record = read(
        resource(
            "Condition", "1", code={"text": "gout"}, encounter=[["x"]], clinicalStatus=[3], category=7, bodySite="x"
        ),
        resource("Observation", "2", code=[[]], valueQuantity={"value": "much"}, component=[3, {"code": 4}]),
        resource("MedicationRequest", "3", status={"a": 1}, medication=[[{}]], dosageInstruction=[[], 3]),
        resource("Condition", "4", code={"text": "asthma"}),
    )

    assert [each.source.reference for each in record.conditions] == ["Condition/1", "Condition/4"]


def test_names_what_it_is_given_as_missing_and_what_a_system_says() -> None:
    timeout = Missing("Observation", "The EHR did not answer in time.")
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "processing"}]}

    record = record_of([PATIENT, outcome], missing=[timeout])

    assert record.missing == (timeout, Missing("*", "The system it comes from says that something could not be told."))


def test_calls_what_has_no_id_by_its_place() -> None:
    nameless = {key: value for key, value in resource("Condition", code={"text": "gout"}).items() if key != "id"}

    record = read(nameless)

    assert [each.source.reference for each in record.conditions] == ["Condition#2"]


def test_keeps_times_in_the_zone_they_were_told_in() -> None:
    record = read(resource("Condition", code={"text": "gout"}, onsetDateTime="2020-01-01T00:30:00+02:00"))

    assert record.conditions[0].onset == Moment.told("2019-12-31T22:30:00Z")
    assert str(record.conditions[0].onset) == "2020-01-01"


def test_cites_a_resource_for_every_fact() -> None:
    record = read(
        resource("Condition", "c", code={"text": "gout"}),
        resource("Goal", "g", lifecycleStatus="active", description={"text": "walk"}),
        resource("Observation", "o", status="final", code={"text": "weight"}, valueQuantity={"value": 80}),
    )

    assert {each.source.reference for each in facts_of(record)} == {"Condition/c", "Goal/g", "Observation/o"}


def test_refuses_more_resources_than_it_reads_at_once() -> None:
    many = {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Flag"}}] * 200_001}

    with pytest.raises(UnreadableDocument, match="more than 200000 resources; send it in parts"):
        record_of([many])
