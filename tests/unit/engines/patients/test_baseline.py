from __future__ import annotations

from dataclasses import replace

from epicrisis.domain.assertions import Status
from epicrisis.domain.moments import Period
from epicrisis.domain.patients import (
    AllergyIntolerance,
    ClinicalStatus,
    Concept,
    Immunization,
    ObservationCategory,
    PatientRecord,
    PlannedCare,
    Procedure,
    SocialFact,
    UseStatus,
    Verification,
)
from epicrisis.domain.records import Flag, SocialKind
from epicrisis.domain.summaries import Direction
from epicrisis.engines.patients.baseline import FOLLOW_UP, baseline
from tests.golden.patient_summaries.charts import when
from tests.unit.engines.patients.entries import (
    ANA,
    NOTE,
    allergy,
    condition,
    drug,
    names,
    result,
    source,
    visit,
)


def test_each_problem_stands_once_the_latest_first() -> None:
    record = PatientRecord(
        ANA,
        conditions=(
            condition("C/1", "Sinusitis", "2015-01-01", "2015-02-01"),
            condition("C/2", "Hypertension", "2010-01-01"),
            condition("C/3", "Sinusitis", "2019-01-01"),
            condition("C/4", "Fracture", "2012-01-01", "2012-06-01"),
        ),
    )

    told = baseline(record)

    assert names(told.problems) == [["C/3"], ["C/2"]]
    assert names(told.past_problems) == [["C/4"]]
    assert str(told.at) == "2019-01-01"


def test_what_is_refuted_is_no_problem_and_what_is_possible_is_one() -> None:
    record = PatientRecord(
        ANA,
        conditions=(
            condition("C/1", "Gout", "2020-01-01", verification=Verification.REFUTED),
            condition("C/2", "Angina", "2020-01-01", verification=Verification.PROVISIONAL),
            condition("C/3", "Anemia", status=ClinicalStatus.UNKNOWN),
        ),
    )

    told = baseline(record)

    assert names(told.problems) == [["C/2"], ["C/3"]]
    assert [each.source.reference for each in told.denied] == ["C/1"]


def test_a_note_stands_beside_the_resource_and_its_denial_removes_nothing() -> None:
    record = PatientRecord(
        ANA,
        conditions=(
            condition("note 1", "asthma", recorded="2020-05-03T10:00:00Z"),
            condition("C/1", "Asthma (disorder)", "2010-01-01"),
            condition("note 2", "asthma", recorded="2020-05-03T10:00:00Z", verification=Verification.REFUTED),
        ),
        notes=(NOTE,),
    )

    told = baseline(record)

    assert [each.sources for each in told.problems] == [(source("C/1"), source("note 1"))]
    assert [each.source for each in told.denied] == [source("note 2")]


def test_what_only_a_note_told_is_over_when_another_denies_it() -> None:
    cough = condition("note 1", "cough", recorded="2020-05-03")
    denied = replace(condition("D/2", "cough", recorded="2020-06-01", verification=Verification.REFUTED))
    record = PatientRecord(ANA, conditions=(cough, denied))

    assert names(baseline(record, at=when("2020-05-04")).problems) == [["DocumentReference/1"]]
    assert baseline(record).problems == ()
    assert names(baseline(record).past_problems) == [["DocumentReference/1"]]


def test_of_several_orders_of_a_drug_the_latest_that_holds_speaks() -> None:
    record = PatientRecord(
        ANA,
        medications=(
            drug("M/1", "Lisinopril 10 MG", "2018-01-01"),
            drug("M/2", "Lisinopril 20 MG", "2019-01-01"),
            drug("M/3", "Amoxicillin 500 MG", "2019-06-01", status=UseStatus.STOPPED),
            drug("M/4", "Metformin 500 MG", "2019-07-01", status=UseStatus.ON_HOLD),
            drug("M/5", "Aspirin 81 MG", "2019-07-01", status=UseStatus.INTENDED),
            drug("M/6", "Ibuprofen 200 MG", "2019-07-01", status=UseStatus.COMPLETED, kind="MedicationDispense"),
        ),
    )

    assert names(baseline(record).medications) == [["M/4"], ["M/2", "M/1"]]


def test_an_older_order_that_holds_is_not_lost_behind_a_newer_one_that_is_over() -> None:
    record = PatientRecord(
        ANA,
        medications=(
            drug("M/1", "Acetaminophen 325 MG", "2010-01-01"),
            drug("M/2", "Acetaminophen 500 MG", "2019-01-01", status=UseStatus.COMPLETED),
        ),
    )

    assert names(baseline(record).medications) == [["M/1"]]


def test_a_note_that_says_a_drug_was_stopped_stands_last_beside_the_order() -> None:
    record = PatientRecord(
        ANA,
        medications=(
            drug("note 1", "lisinopril", "2020-05-03T10:00:00Z", status=UseStatus.STOPPED),
            drug("M/1", "Lisinopril 10 MG", "2019-01-01"),
        ),
        notes=(NOTE,),
    )

    (lisinopril,) = baseline(record).medications

    assert lisinopril.sources == (source("M/1"), source("note 1"))


def test_a_drug_that_only_notes_tell_is_taken_until_one_says_it_was_stopped() -> None:
    record = PatientRecord(
        ANA,
        medications=(
            drug("note 1", "gabapentin", "2020-01-01"),
            drug("note 2", "gabapentin", "2020-03-01", status=UseStatus.STOPPED),
        ),
    )

    assert names(baseline(record, at=when("2020-02-01")).medications) == [["DocumentReference/1"]]
    assert baseline(record).medications == ()


def test_allergies_and_their_denial_stand_side_by_side() -> None:
    record = PatientRecord(
        ANA,
        allergies=(
            allergy("A/1", "Penicillin", "2010-01-01"),
            allergy("A/2", "Allergy to penicillin", "2015-01-01"),
            allergy("A/3", "No known allergies", "2016-01-01", denied=True),
            AllergyIntolerance(source("A/4"), Concept("Latex"), ClinicalStatus.RESOLVED),
            AllergyIntolerance(source("A/5"), Concept("Nuts"), verification=Verification.REFUTED),
        ),
    )

    told = baseline(record)

    assert names(told.allergies) == [["A/2", "A/1"]]
    assert [each.source.reference for each in told.allergies_denied] == ["A/3"]


def test_the_last_result_of_a_test_has_a_flag_the_one_before_and_a_trend() -> None:
    record = PatientRecord(
        ANA,
        observations=(
            result("O/3", "2160-0", 1.7, "mg/dL", "2020-03-01"),
            result("O/1", "2160-0", 0.9, "mg/dL", "2019-03-01"),
            result("O/2", "14682-9", 115, "umol/L", "2019-09-01"),
        ),
    )

    (creatinine,) = baseline(record).labs

    assert creatinine.observation.source.reference == "O/3"
    assert creatinine.flag is Flag.HIGH
    assert creatinine.is_usual
    assert creatinine.previous is not None
    assert creatinine.previous.source.reference == "O/2"
    assert creatinine.trend is not None
    assert creatinine.trend.direction is Direction.RISING
    assert [each.reference for each in creatinine.trend.sources] == ["O/1", "O/2", "O/3"]


def test_results_that_cannot_be_told_in_one_unit_are_two_tests() -> None:
    number, words = result("O/1", "718-7", 12.5, "g/dL", "2020-01-01"), result("O/2", "718-7", 0, "", "2020-02-01")
    record = PatientRecord(ANA, observations=(number, replace(words, quantity=None, words="hemolyzed")))

    assert [each.observation.source.reference for each in baseline(record).labs] == ["O/1", "O/2"]


def test_a_final_result_goes_before_a_preliminary_one_and_a_resource_before_a_note() -> None:
    final = result("O/1", "718-7", 12.5, "g/dL", "2020-05-03T08:00:00Z")
    early = replace(result("O/2", "718-7", 12.1, "g/dL", "2020-05-03T08:00:00Z"), is_preliminary=True)
    noted = result("note 1", "718-7", 12.4, "g/dL", "2020-05-03T10:00:00Z")
    record = PatientRecord(ANA, observations=(final, early, noted), notes=(NOTE,))

    (hemoglobin,) = baseline(record).labs

    assert hemoglobin.observation == final
    assert hemoglobin.previous is None


def test_a_test_that_a_note_names_is_the_one_the_record_has_a_code_for() -> None:
    coded = result("O/1", "718-7", 12.5, "g/dL", "2020-01-01", text="Hemoglobin")
    named = result("note 1", "718-7", 11.0, "g/dL", "2020-05-03T10:00:00Z")
    record = PatientRecord(ANA, observations=(coded, replace(named, concept=Concept("hemoglobin"))), notes=(NOTE,))

    (hemoglobin,) = baseline(record).labs

    assert hemoglobin.observation.source == source("note 1")
    assert hemoglobin.previous == coded


def test_vital_signs_and_examinations_stand_apart() -> None:
    pulse = replace(result("O/1", "8867-4", 72, "/min", "2020-01-01"), category=ObservationCategory.VITAL_SIGNS)
    score = replace(result("O/2", "72106-8", 20, "{score}", "2020-01-01"), category=ObservationCategory.SURVEY)

    told = baseline(PatientRecord(ANA, observations=(pulse, score)))

    assert [each.observation for each in told.vitals] == [pulse]
    assert [(each.observation, each.flag) for each in told.examinations] == [(score, Flag.LOW)]


def test_an_operation_is_told_once_a_day_and_one_to_come_is_a_plan() -> None:
    done = Procedure(source("P/1"), Concept("Colonoscopy"), period=Period(when("2019-01-01")))
    again = replace(done, source=source("P/2"), period=Period(when("2020-01-01")))
    noted = Procedure(source("note 1"), Concept("colonoscopy"))
    coming = Procedure(source("P/3"), Concept("Hip replacement"), Status.HYPOTHETICAL)
    missed = Procedure(source("P/4"), Concept("Biopsy"), Status.ABSENT)
    record = PatientRecord(ANA, procedures=(done, again, replace(done, source=source("P/9")), noted, coming, missed))

    told = baseline(record)

    assert [each.source.reference for each in told.procedures] == ["P/2", "P/1"]
    assert [(each.source.reference, each.kind) for each in told.plans] == [("P/3", "Procedure")]


def test_vaccines_that_were_not_given_are_none() -> None:
    given = Immunization(source("I/1"), Concept("Tdap"), when("2019-01-01"))
    record = PatientRecord(ANA, immunizations=(given, replace(given, source=source("I/2"), is_given=False)))

    assert baseline(record).immunizations == (given,)


def test_of_how_somebody_lives_the_last_word_of_each_kind_is_kept() -> None:
    old = SocialFact(source("S/1"), SocialKind.TOBACCO, "smokes", at=when("2010"))
    new = SocialFact(source("S/2"), SocialKind.TOBACCO, "quit", at=when("2019"))

    assert baseline(PatientRecord(ANA, social=(old, new))).social == (new,)


def test_what_a_note_plans_is_open_until_the_next_visit() -> None:
    follow_up = PlannedCare(source("note 1"), Concept("See in 2 weeks"), FOLLOW_UP, authored=NOTE.at)
    record = PatientRecord(ANA, plans=(follow_up,), notes=(NOTE,), encounters=(visit("E/1", "2020-05-03"),))

    assert baseline(record).plans == (follow_up,)
    assert baseline(replace(record, encounters=(visit("E/2", "2020-06-03"),))).plans == ()


def test_an_empty_record_holds_nothing() -> None:
    told = baseline(PatientRecord(ANA), at=when("2020-01-01"))

    assert told == type(told)(when("2020-01-01"), ANA)


def test_of_two_results_of_one_moment_the_worse_is_told() -> None:
    low, usual = result("O/1", "718-7", 9.5, "g/dL", "2020-05-03"), result("O/2", "718-7", 13.5, "g/dL", "2020-05-03")

    (hemoglobin,) = baseline(PatientRecord(ANA, observations=(low, usual))).labs

    assert hemoglobin.observation == low
