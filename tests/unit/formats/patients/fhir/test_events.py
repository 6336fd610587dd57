"""Procedures, immunizations and visits: done, not done, going on, or only planned."""

from __future__ import annotations

from typing import Any

import pytest

from epicrisis.domain.assertions import Status
from epicrisis.domain.patients import Encounter, Procedure
from epicrisis.formats.patients.fhir.events import NOT_COMPLETED
from tests.unit.formats.patients.resources import ANA, read, resource


def procedure(**fields: Any) -> Procedure:
    told = {"code": {"text": "colonoscopy"}, "status": "completed", **fields}
    (found,) = read(resource("Procedure", **told)).procedures
    return found


def visit(**fields: Any) -> Encounter:
    (found,) = read(resource("Encounter", **{"status": "finished", **fields})).encounters
    return found


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"status": "completed"}, Status.PRESENT),
        ({"status": "in-progress"}, Status.PRESENT),
        ({"status": "not-done"}, Status.ABSENT),
        ({"status": "completed", "notPerformed": True}, Status.ABSENT),
        ({"status": "preparation"}, Status.HYPOTHETICAL),
        ({"status": "unknown"}, Status.POSSIBLE),
    ],
)
def test_says_whether_a_procedure_was_done(fields: dict[str, Any], status: Status) -> None:
    assert procedure(**fields).status is status


def test_reads_when_and_where_of_either_release() -> None:
    fourth = procedure(performedDateTime="2012-05-12", bodySite=[{"text": "colon"}], outcome={"text": "successful"})
    fifth = procedure(occurrencePeriod={"start": "2012-05-12", "end": "2012-05-13"})

    assert (str(fourth.period.start), str(fourth.period.end)) == ("2012-05-12", "2012-05-12")
    assert (fourth.body_site, fourth.outcome) == ("colon", "successful")
    assert str(fifth.period.end) == "2012-05-13"


def test_says_of_what_was_broken_off_that_it_is_not_complete() -> None:
    assert procedure(status="stopped").outcome == NOT_COMPLETED
    assert procedure(status="stopped", outcome={"text": "bleeding"}).outcome == "bleeding"


def test_drops_a_procedure_that_was_an_error() -> None:
    assert read(resource("Procedure", code={"text": "x"}, status="entered-in-error")).procedures == ()


@pytest.mark.parametrize(
    ("fields", "is_given"),
    [
        ({"status": "completed", "occurrenceDateTime": "2020-10-01"}, True),
        ({"status": "not-done", "occurrenceDateTime": "2020-10-01"}, False),
        ({"status": "completed", "notGiven": True, "date": "2020-10-01"}, False),
        ({"status": "completed", "wasNotGiven": False, "date": "2020-10-01"}, True),
    ],
)
def test_says_whether_a_vaccine_was_given(fields: dict[str, Any], is_given: bool) -> None:
    told = {"resourceType": "Immunization", "id": "1", "patient": ANA, "vaccineCode": {"text": "influenza"}}

    (found,) = read({**told, **fields}).immunizations

    assert (found.is_given, str(found.at)) == (is_given, "2020-10-01")


def test_reads_a_visit_of_each_release() -> None:
    second = visit(**{"class": "inpatient"}, reason=[{"text": "chest pain"}])
    fourth = visit(
        **{"class": {"code": "EMER", "display": "emergency"}},
        type=[{"text": "Emergency room visit"}],
        period={"start": "2020-01-01T10:00:00Z", "end": "2020-01-01T12:00:00Z"},
        reasonCode=[{"text": "chest pain"}],
    )
    fifth = visit(
        **{"class": [{"coding": [{"code": "AMB", "display": "ambulatory"}]}]},
        status="completed",
        actualPeriod={"start": "2020-01-01"},
        reason=[{"value": [{"concept": {"text": "chest pain"}}]}],
    )

    assert (second.kind, fourth.kind, fifth.kind) == ("IMP", "EMER", "AMB")
    assert (fourth.concept.text, fifth.concept.text) == ("Emergency room visit", "ambulatory")
    assert second.reasons == fourth.reasons == fifth.reasons == ("chest pain",)
    assert all(each.is_over for each in (second, fourth, fifth))


def test_names_the_diagnosis_a_visit_was_for() -> None:
    record = read(
        resource("Condition", "c", code={"text": "angina"}),
        resource("Encounter", "v", status="finished", diagnosis=[{"condition": {"reference": "Condition/c"}}]),
    )

    assert record.encounters[0].reasons == ("angina",)


def test_knows_a_visit_that_goes_on() -> None:
    assert not visit(status="in-progress", period={"start": "2020-01-01"}).is_over


def test_takes_a_visit_that_is_planned_for_planned_care() -> None:
    record = read(resource("Encounter", status="planned", type=[{"text": "check-up"}], period={"start": "2030-01-01"}))

    assert record.encounters == ()
    assert [(each.concept.text, each.kind, str(each.period.start)) for each in record.plans] == [
        ("check-up", "Appointment", "2030-01-01")
    ]
    assert read(resource("Encounter", status="cancelled")).plans == ()
