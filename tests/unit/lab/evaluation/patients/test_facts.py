"""What holds at the end of a record, as FHIR means it."""

from __future__ import annotations

from typing import Any

import pytest

from epicrisis_lab.evaluation.patients.facts import allergies, medications, out_of_range, problems
from epicrisis_lab.evaluation.patients.raw import raw
from tests.unit.lab.evaluation.patients.bundles import (
    allergy,
    bundle,
    condition,
    order,
    patient,
    record,
    result,
    status,
    told,
)


@pytest.mark.parametrize(
    ("more", "holds"),
    [
        ({}, True),
        ({"clinicalStatus": status("recurrence")}, True),
        ({"clinicalStatus": status("remission")}, False),
        ({"clinicalStatus": {}}, True),
        ({"clinicalStatus": {}, "abatementDateTime": "2019"}, False),
        ({"verificationStatus": status("provisional")}, True),
        ({"verificationStatus": status("refuted")}, False),
        ({"verificationStatus": status("entered-in-error")}, False),
        ({"code": told("No current problems or disability (situation)", "160245001")}, False),
    ],
)
def test_a_problem_is_there_by_its_status(more: dict[str, Any], holds: bool) -> None:
    found = problems(record({**condition("c1", "Asthma", "195967001", "2012"), **more}))

    assert bool(found) is holds


@pytest.mark.parametrize(
    ("more", "holds"),
    [
        ({}, True),
        ({"status": "on-hold"}, False),
        ({"status": "stopped"}, False),
        ({"intent": "proposal"}, False),
        ({"doNotPerform": True}, False),
    ],
)
def test_a_medication_is_taken_where_an_order_is_active(more: dict[str, Any], holds: bool) -> None:
    found = medications(record(order("m1", "Metformin 500 MG", "860975", "2020-01-01", **more)))

    assert bool(found) is holds


def test_a_medication_may_be_a_resource_of_its_own() -> None:
    statement = {
        "resourceType": "MedicationStatement",
        "id": "s1",
        "status": "active",
        "medicationReference": {"reference": "urn:uuid:d1"},
    }
    drug = {"resourceType": "Medication", "id": "d1", "code": told("Anastrozole (product)", "108774000")}

    [found] = medications(record(statement, drug))

    assert (found.name, found.references) == ("Anastrozole", ("MedicationStatement/s1",))


def test_several_entries_of_one_thing_are_one_fact() -> None:
    twice = record(condition("c1", "Asthma", "195967001", "2012"), condition("c2", "Asthma", "195967001", "2015"))

    [found] = problems(twice)

    assert found.references == ("Condition/c1", "Condition/c2")


def test_that_there_are_no_allergies_is_no_allergy() -> None:
    none = record(allergy("a1", "No known allergy", "716186003", "2020-01-01"))

    assert allergies(none) == []


@pytest.mark.parametrize(
    ("value", "more", "side"),
    [
        (5.9, {}, "high"),
        (5.2, {}, ""),  # beyond some ranges and not beyond others
        (4.2, {}, ""),
        (4.2, {"interpretation": [status("H")]}, "high"),
        (5.9, {"interpretation": [status("N")]}, ""),
        (4.2, {"referenceRange": [{"low": {"value": 4.5}}]}, "low"),
        (5.9, {"referenceRange": [{"high": {"value": 6.0}}]}, ""),
    ],
)
def test_what_the_record_says_of_a_result_goes_before_what_is_usual(
    value: float, more: dict[str, Any], side: str
) -> None:
    found = out_of_range(record(result("o1", "Potassium", "6298-4", value, "mmol/L", "2024-05-06", **more)))

    assert [each.side for each in found] == ([side] if side else [])


def test_only_the_last_result_of_a_test_counts() -> None:
    before, after = (
        result(name, "Potassium", "6298-4", value, "mmol/L", when)
        for name, value, when in (("o1", 5.9, "2023-05-06"), ("o2", 4.0, "2024-05-06"))
    )

    assert out_of_range(record(after, before)) == []


def test_nothing_is_usual_of_a_child() -> None:
    child = raw(
        bundle(patient(birthDate="2020-01-01"), result("o1", "Potassium", "6298-4", 5.9, "mmol/L", "2024-05-06"))
    )

    assert out_of_range(child) == []
