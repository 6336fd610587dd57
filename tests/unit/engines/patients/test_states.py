from __future__ import annotations

from dataclasses import replace

from epicrisis.domain.assertions import Status
from epicrisis.domain.moments import Period
from epicrisis.domain.patients import ClinicalStatus, Concept, PatientRecord, PlannedCare, Procedure, UseStatus
from epicrisis.engines.patients.states import as_of
from tests.golden.patient_summaries.charts import when
from tests.unit.engines.patients.entries import ANA, NOTE, condition, drug, source, visit


def statuses(*entries: object, at: str, visits: tuple = ()) -> list[UseStatus]:
    record = PatientRecord(ANA, medications=entries, encounters=visits)  # type: ignore[arg-type]
    return [each.status for each in as_of(record, when(at)).medications]


def test_what_began_or_was_written_down_later_is_gone() -> None:
    record = PatientRecord(
        ANA,
        conditions=(
            condition("Condition/1", start="2019-01-01"),
            condition("Condition/2", start="2021-01-01"),
            condition("Condition/3", start="2010-01-01", recorded="2021-01-01"),
            condition("Condition/4"),
        ),
    )

    earlier = as_of(record, when("2020-01-01"))

    assert [each.source.reference for each in earlier.conditions] == ["Condition/1", "Condition/4"]


def test_what_ended_later_has_not_ended() -> None:
    record = PatientRecord(ANA, conditions=(condition("Condition/1", start="2019-01-01", end="2019-05-03"),))

    (before,) = as_of(record, when("2019-05-02")).conditions
    (after,) = as_of(record, when("2019-05-03")).conditions

    assert (before.clinical, before.ended) == (ClinicalStatus.ACTIVE, None)
    assert after.clinical is ClinicalStatus.RESOLVED


def test_a_day_means_its_end_and_an_instant_itself() -> None:
    record = PatientRecord(ANA, conditions=(condition("Condition/1", start="2020-05-03T15:00:00Z"),))

    assert as_of(record, when("2020-05-03")).conditions
    assert not as_of(record, when("2020-05-03T14:00:00Z")).conditions


def test_a_drug_is_taken_until_the_end_that_is_told() -> None:
    told = drug("M/1", start="2019-01-01", end="2019-07-01", status=UseStatus.STOPPED)

    assert statuses(told, at="2019-06-30") == [UseStatus.ACTIVE]
    assert statuses(told, at="2019-07-01") == [UseStatus.STOPPED]


def test_without_an_end_the_next_order_within_a_year_ends_it() -> None:
    old = drug("M/1", "Lisinopril 10 MG", start="2019-01-01", status=UseStatus.STOPPED)
    new, late = drug("M/2", "Lisinopril 20 MG", start="2019-12-01"), drug("M/2", "Lisinopril 20 MG", start="2025-01-01")

    assert statuses(old, new, at="2019-11-30") == [UseStatus.ACTIVE]
    assert statuses(old, new, at="2019-12-02") == [UseStatus.STOPPED, UseStatus.ACTIVE]
    assert statuses(old, late, at="2019-11-30") == [UseStatus.STOPPED]


def test_else_the_visit_in_which_it_was_ordered_ends_it_and_else_it_is_never_seen_taken() -> None:
    stay = visit("Encounter/1", "2019-01-01T08:00:00Z", "2019-01-09T08:00:00Z")
    ordered = drug("M/1", start="2019-01-01T09:00:00Z", status=UseStatus.STOPPED, encounter="Encounter/1")

    assert statuses(ordered, at="2019-01-08", visits=(stay,)) == [UseStatus.ACTIVE]
    assert statuses(ordered, at="2019-01-09", visits=(stay,)) == [UseStatus.STOPPED]
    assert statuses(ordered, at="2019-01-01") == [UseStatus.STOPPED]


def test_a_hold_without_a_date_and_what_a_note_says_is_over_stay_as_they_are() -> None:
    entries = (
        drug("M/1", start="2019-01-01", status=UseStatus.ON_HOLD),
        drug("note 1", start="2019-01-01", status=UseStatus.STOPPED),
    )

    assert statuses(*entries, at="2019-01-01") == [UseStatus.ON_HOLD, UseStatus.STOPPED]


def test_what_a_note_tells_is_not_known_before_the_note() -> None:
    operation = Procedure(source("note 3"), Concept("Appendectomy"), period=Period(when("1998"), when("1998")))
    record = PatientRecord(ANA, procedures=(operation,), notes=(NOTE,))

    assert as_of(record, when("2020-05-03")).procedures == (operation,)
    assert as_of(record, when("2020-05-02")).procedures == ()


def test_a_plan_is_known_before_it_begins() -> None:
    appointment = PlannedCare(
        source("Appointment/1"), Concept("Check"), "Appointment", period=Period(when("2021-01-01"))
    )
    planned = replace(appointment, source=source("Appointment/2"), authored=when("2020-06-01"))
    operation = Procedure(source("P/1"), Concept("Hip"), Status.HYPOTHETICAL, Period(when("2021-02-01")))
    care = PlannedCare(source("CarePlan/1"), Concept("Diet"), "CarePlan", period=Period(when("2021-01-01")))
    record = PatientRecord(ANA, plans=(appointment, planned, care), procedures=(operation,))

    earlier = as_of(record, when("2020-05-03"))

    assert earlier.plans == (appointment,)
    assert earlier.procedures == (operation,)


def test_a_stay_that_ended_later_is_not_over() -> None:
    record = PatientRecord(ANA, encounters=(visit("Encounter/1", "2020-05-01", "2020-05-09"),))

    (stay,) = as_of(record, when("2020-05-03")).encounters

    assert not stay.is_over
    assert stay.period.end is None


def test_who_died_later_lives() -> None:
    record = PatientRecord(replace(ANA, died=when("2021-01-01"), is_dead=True))

    assert not as_of(record, when("2020-05-03")).identity.is_dead
    assert as_of(record, when("2021-01-01")).identity.is_dead


def test_an_operation_is_done_when_it_has_ended() -> None:
    hip = Procedure(source("P/1"), Concept("Hip"), period=Period(when("2020-05-01"), when("2020-05-03")))
    record = PatientRecord(ANA, procedures=(hip,))

    assert as_of(record, when("2020-05-02")).procedures == ()
    assert as_of(record, when("2020-05-03")).procedures == (hip,)
