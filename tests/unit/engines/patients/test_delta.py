from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from epicrisis.domain.moments import Period
from epicrisis.domain.patients import (
    AllergyIntolerance,
    ClinicalStatus,
    Concept,
    Immunization,
    PatientRecord,
    Procedure,
    UseStatus,
    Verification,
)
from epicrisis.domain.summaries import Change, ChangeKind, Delta
from epicrisis.engines.patients.delta import delta, since_last_visit
from tests.golden.patient_summaries.charts import when
from tests.unit.engines.patients.entries import ANA, allergy, condition, drug, result, source, visit

SINCE, UNTIL = when("2019-12-31"), when("2020-12-31")
PAGE = Path(__file__).parents[4] / "docs" / "clinical" / "baseline-and-delta.md"


def changes(record: PatientRecord) -> tuple[Change, ...]:
    return delta(record, since=SINCE, until=UNTIL).changes


def told(record: PatientRecord) -> list[tuple[str, str, str, str]]:
    return [(each.kind, str(each.at), each.before, each.after) for each in changes(record)]


def test_a_problem_that_came_and_went_in_between_is_told_as_both() -> None:
    record = PatientRecord(
        ANA,
        conditions=(
            condition("C/1", "Sinusitis", "2020-02-01", "2020-03-01"),
            condition("C/2", "Hypertension", "2010-01-01"),
            condition("C/3", "Gout", "2020-05-03"),
            condition("C/4", "Fracture", "2019-05-03", "2020-06-01"),
        ),
    )

    assert told(record) == [
        ("NEW_PROBLEM", "2020-02-01", "", "ACTIVE"),
        ("PROBLEM_RESOLVED", "2020-03-01", "ACTIVE", "RESOLVED"),
        ("NEW_PROBLEM", "2020-05-03", "", "ACTIVE"),
        ("PROBLEM_RESOLVED", "2020-06-01", "ACTIVE", "RESOLVED"),
    ]


def test_a_problem_that_was_there_before_recurs() -> None:
    record = PatientRecord(
        ANA,
        conditions=(condition("C/1", "Otitis", "2015-01-01", "2015-02-01"), condition("C/2", "Otitis", "2020-02-01")),
    )

    (change,) = changes(record)

    assert change.kind is ChangeKind.PROBLEM_RECURRED
    assert change.sources == (source("C/2"), source("C/1"))
    assert (change.before, change.after) == ("RESOLVED", "ACTIVE")


def test_a_problem_that_another_entry_goes_on_telling_has_not_changed() -> None:
    record = PatientRecord(
        ANA,
        conditions=(condition("C/1", "Gout", "2015-01-01", "2020-02-01"), condition("C/2", "Gout", "2020-02-01")),
    )

    assert changes(record) == ()


@pytest.mark.parametrize(
    "entry",
    [
        condition("C/1", "Gout", "1990-01-01", "1995-01-01", recorded="2020-05-03"),
        condition("C/1", "Gout", "2020-05-03", status=ClinicalStatus.RESOLVED),
        condition("C/1", "Gout", "2020-05-03", verification=Verification.REFUTED),
        condition("C/1", "Gout"),
    ],
)
def test_what_was_over_denied_or_undated_when_it_was_written_down_is_no_change(entry) -> None:  # type: ignore[no-untyped-def]
    assert changes(PatientRecord(ANA, conditions=(entry,))) == ()


def test_an_old_disease_that_is_written_down_now_is_new_to_the_record() -> None:
    record = PatientRecord(ANA, conditions=(condition("C/1", "Gout", "2001-01-01", recorded="2020-05-03"),))

    assert told(record) == [("NEW_PROBLEM", "2020-05-03", "", "ACTIVE")]


def test_what_a_note_told_goes_when_another_denies_it() -> None:
    record = PatientRecord(
        ANA,
        conditions=(
            condition("note 1", "cough", recorded="2019-05-03"),
            condition("C/2", "cough", recorded="2020-05-03", verification=Verification.REFUTED),
        ),
    )

    (change,) = changes(record)

    assert change.kind is ChangeKind.PROBLEM_RESOLVED
    assert change.sources == (source("note 1"), source("C/2"))
    assert (change.before, change.after) == ("ACTIVE", "")


def test_a_drug_is_started_its_dose_changed_and_it_is_stopped() -> None:
    record = PatientRecord(
        ANA,
        medications=(
            drug("M/1", "Lisinopril 10 MG Oral Tablet", "2020-02-01", "2020-04-01", status=UseStatus.STOPPED),
            drug("M/2", "Lisinopril 20 MG Oral Tablet", "2020-04-01", "2020-06-01", status=UseStatus.COMPLETED),
        ),
    )

    found = changes(record)

    assert told(record) == [
        ("MEDICATION_STARTED", "2020-02-01", "", "10 mg"),
        ("DOSE_CHANGED", "2020-04-01", "10 mg", "20 mg"),
        ("MEDICATION_STOPPED", "2020-06-01", "20 mg", ""),
    ]
    assert found[1].sources == (source("M/2"), source("M/1"))


def test_a_stop_of_which_nobody_tells_the_day_has_no_moment() -> None:
    record = PatientRecord(
        ANA, medications=(drug("M/1", "Amoxicillin 500 MG", "2020-02-01", status=UseStatus.STOPPED),)
    )

    assert told(record) == [
        ("MEDICATION_STARTED", "2020-02-01", "", "500 mg"),
        ("MEDICATION_STOPPED", "None", "500 mg", ""),
    ]


def test_a_single_dose_is_started_and_stopped() -> None:
    once = drug("M/1", "Alteplase 100 MG", "2020-02-01", "2020-02-01", status=UseStatus.COMPLETED)

    assert [kind for kind, *_ in told(PatientRecord(ANA, medications=(once,)))] == [
        "MEDICATION_STARTED",
        "MEDICATION_STOPPED",
    ]


def test_a_drug_is_held_and_taken_up_again() -> None:
    record = PatientRecord(
        ANA,
        medications=(
            drug("M/1", "Metformin 500 MG", "2019-01-01"),
            drug("M/2", "Metformin 500 MG", "2020-02-01", status=UseStatus.ON_HOLD),
            drug("M/3", "Metformin 500 MG", "2020-04-01"),
        ),
    )

    assert told(record) == [
        ("MEDICATION_HELD", "2020-02-01", "500 mg", "500 mg"),
        ("MEDICATION_RESUMED", "2020-04-01", "500 mg", "500 mg"),
    ]


def test_the_same_order_again_and_one_that_tells_no_dose_change_nothing() -> None:
    record = PatientRecord(
        ANA,
        medications=(
            drug("M/1", "Lisinopril 10 MG", "2019-01-01"),
            drug("M/2", "Lisinopril 10 MG", "2020-02-01"),
            drug("M/3", "lisinopril", "2020-04-01"),
            drug("M/4", "Lisinopril 10 MG", "2020-05-01", status=UseStatus.COMPLETED, kind="MedicationDispense"),
        ),
    )

    assert changes(record) == ()


def test_allergies_come_and_go() -> None:
    over = AllergyIntolerance(
        source("A/2"), Concept("Latex"), ClinicalStatus.RESOLVED, recorded=when("2019"), ended=when("2020-03-01")
    )
    record = PatientRecord(ANA, allergies=(allergy("A/1", "Penicillin", "2020-02-01"), over))

    assert told(record) == [
        ("NEW_ALLERGY", "2020-02-01", "", "ACTIVE"),
        ("ALLERGY_RESOLVED", "2020-03-01", "ACTIVE", "RESOLVED"),
    ]


@pytest.mark.parametrize(
    ("values", "crossing"),
    [
        ((4.2, 4.4, 5.6), [("LEFT_RANGE", "2020-08-01", "NORMAL", "HIGH")]),
        ((4.2, 5.4, 5.6), [("LEFT_RANGE", "2020-04-01", "NORMAL", "HIGH")]),
        ((4.2, 5.4, 6.6), [("LEFT_RANGE", "2020-04-01", "NORMAL", "HIGH")]),
        ((5.6, 4.4, 4.2), [("ENTERED_RANGE", "2020-04-01", "HIGH", "NORMAL")]),
        ((3.1, 4.4, 5.6), [("LEFT_RANGE", "2020-08-01", "LOW", "HIGH")]),
        ((4.2, 5.6, 4.2), []),
        ((5.6, 5.8, 6.6), []),
        ((4.2, 4.4, 4.6), []),
    ],
)
def test_a_test_crosses_its_range_between_two_states(
    values: tuple[float, ...], crossing: list[tuple[str, str, str, str]]
) -> None:
    days = ("2019-06-01", "2020-04-01", "2020-08-01")
    results = (
        result(f"O/{number}", "2823-3", value, "mmol/L", day)
        for number, (day, value) in enumerate(zip(days, values, strict=True))
    )

    assert told(PatientRecord(ANA, observations=tuple(results))) == crossing


def test_a_first_result_has_left_nothing() -> None:
    record = PatientRecord(ANA, observations=(result("O/1", "2823-3", 5.6, "mmol/L", "2020-04-01"),))

    assert changes(record) == ()


def test_what_was_done_and_given_in_between_is_told_once_a_day() -> None:
    colonoscopy = Procedure(source("P/1"), Concept("Colonoscopy"), period=Period(when("2020-02-01")))
    tdap = Immunization(source("I/1"), Concept("Tdap"), when("2020-03-01"))
    record = PatientRecord(
        ANA,
        procedures=(colonoscopy, replace(colonoscopy, source=source("P/2"))),
        immunizations=(tdap, replace(tdap, source=source("I/2"), at=when("2019-03-01"))),
    )

    found = changes(record)

    assert [(each.kind, each.sources) for each in found] == [
        (ChangeKind.PROCEDURE_DONE, (source("P/1"), source("P/2"))),
        (ChangeKind.IMMUNIZATION_GIVEN, (source("I/1"),)),
    ]


def test_without_a_moment_it_is_the_end_of_the_visit_before_the_last() -> None:
    record = PatientRecord(
        ANA,
        encounters=(
            visit("E/2", "2020-02-01T09:00:00Z", "2020-02-01T10:00:00Z"),
            visit("E/3", "2020-06-01T09:00:00Z", "2020-06-01T10:00:00Z"),
            visit("E/1", "2019-02-01T09:00:00Z", "2019-02-01T10:00:00Z"),
        ),
        conditions=(
            condition("C/1", "Cough", "2020-02-01T09:30:00Z"),
            condition("C/2", "Gout", "2020-06-01T09:30:00Z"),
        ),
    )

    found = delta(record)

    assert found.since == since_last_visit(record) == when("2020-02-01T10:00:00Z")
    assert found.until == when("2020-06-01T10:00:00Z")
    assert [each.item.source.reference for each in found.changes] == ["C/2"]


def test_of_one_visit_nothing_has_changed() -> None:
    record = PatientRecord(
        ANA, encounters=(visit("E/1", "2020-02-01"),), conditions=(condition("C/1", "Gout", "2020-02-01"),)
    )

    assert delta(record) == Delta(None, when("2020-02-01"))


@pytest.mark.parametrize("kind", list(ChangeKind))
def test_every_change_is_defined(kind: ChangeKind) -> None:
    rows = [line.split("|")[1] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]

    assert any(kind in row.replace(",", " ").split() for row in rows)
