from __future__ import annotations

from dataclasses import replace

import pytest

from epicrisis.domain.assertions import Experiencer, Status, Temporality
from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import (
    ClinicalNote,
    ClinicalStatus,
    ObservationCategory,
    PatientRecord,
    Source,
    UseStatus,
    Verification,
    facts_of,
)
from epicrisis.domain.records import (
    Code,
    CodeSystem,
    Measurement,
    MeasurementKind,
    Medication,
    MedicationState,
    NoteRecord,
    Problem,
    Quantity,
    Use,
)
from epicrisis.engines.patients.baseline import baseline
from epicrisis.engines.patients.from_notes import with_note
from tests.golden.patient_summaries.charts import when
from tests.records import NOTE as DOCUMENT
from tests.records import RECORD, stated
from tests.unit.engines.patients.entries import ANA, condition

NOTE = ClinicalNote(Source("DocumentReference/1"), DOCUMENT, at=when("2020-05-03T10:00:00Z"), encounter="Encounter/1")


def read(**lists: object) -> PatientRecord:
    return with_note(PatientRecord(ANA), NOTE, NoteRecord("n1", "en", **lists))  # type: ignore[arg-type]


def test_every_fact_quotes_the_note() -> None:
    record = with_note(PatientRecord(ANA), NOTE, RECORD)

    assert record.notes == (NOTE,)
    for fact in facts_of(record):
        assert fact.source.reference == "DocumentReference/1"
        assert fact.source.span is not None
        assert DOCUMENT.text[fact.source.span.start : fact.source.span.end]


def test_what_the_note_says_of_the_patient_holds() -> None:
    told = baseline(with_note(PatientRecord(ANA), NOTE, RECORD))

    assert [each.entries[0].concept.text for each in told.problems] == ["asthma", "pneumonia"]
    assert [each.concept.text for each in told.denied] == ["fever"]
    assert [each.entries[0].concept.text for each in told.medications] == ["lisinopril"]
    assert [each.entries[0].concept.text for each in told.allergies] == ["penicillin"]
    assert [each.concept.text for each in told.procedures] == ["Appendectomy"]
    assert [(each.relative, [one.text for one in each.conditions]) for each in told.family] == [
        ("mother", ["diabetes"])
    ]
    assert [each.use for each in told.social] == [Use.CURRENT, None]
    assert [each.concept.text for each in told.plans] == ["See Dr. Prueba in 2 weeks", "colonoscopy"]


@pytest.mark.parametrize(
    ("problem", "status", "verification"),
    [
        (Problem(stated("asthma"), Status.PRESENT), ClinicalStatus.ACTIVE, Verification.UNKNOWN),
        (Problem(stated("asthma"), Status.POSSIBLE), ClinicalStatus.ACTIVE, Verification.PROVISIONAL),
        (Problem(stated("asthma"), Status.PRESENT, Temporality.PAST), ClinicalStatus.INACTIVE, Verification.UNKNOWN),
    ],
)
def test_a_problem_keeps_how_sure_the_note_is_and_when_it_was(
    problem: Problem, status: ClinicalStatus, verification: Verification
) -> None:
    (found,) = read(problems=(problem,)).conditions

    assert (found.clinical, found.verification, found.recorded) == (status, verification, NOTE.at)


@pytest.mark.parametrize(
    "problem",
    [
        Problem(stated("asthma"), Status.CONDITIONAL),
        Problem(stated("asthma"), Status.HYPOTHETICAL),
        Problem(stated("asthma"), Status.NORMAL),
        Problem(stated("asthma"), Status.PRESENT, Temporality.FUTURE),
        Problem(stated("asthma"), Status.PRESENT, experiencer=Experiencer.FAMILY),
        Problem(stated("asthma"), Status.PRESENT, experiencer=Experiencer.OTHER),
    ],
)
def test_what_might_be_or_somebody_else_has_is_no_problem(problem: Problem) -> None:
    assert read(problems=(problem,), hypothetical=(problem,)).conditions == ()


@pytest.mark.parametrize(
    ("state", "temporality", "status"),
    [
        (MedicationState.TAKEN, Temporality.CURRENT, UseStatus.ACTIVE),
        (MedicationState.TAKEN, Temporality.PAST, UseStatus.STOPPED),
        (MedicationState.STARTED, Temporality.CURRENT, UseStatus.ACTIVE),
        (MedicationState.CHANGED, Temporality.CURRENT, UseStatus.ACTIVE),
        (MedicationState.STOPPED, Temporality.CURRENT, UseStatus.STOPPED),
        (MedicationState.HELD, Temporality.CURRENT, UseStatus.ON_HOLD),
        (MedicationState.PLANNED, Temporality.FUTURE, UseStatus.INTENDED),
        (MedicationState.GIVEN, Temporality.CURRENT, UseStatus.COMPLETED),
        (MedicationState.NOT_TAKEN, Temporality.CURRENT, UseStatus.NOT_TAKEN),
    ],
)
def test_a_drug_is_what_became_of_it(state: MedicationState, temporality: Temporality, status: UseStatus) -> None:
    (found,) = read(medications=(Medication(stated("lisinopril"), state, temporality=temporality),)).medications

    assert found.status is status


def test_a_dose_is_told_in_words_and_as_a_number() -> None:
    (dosage,) = with_note(PatientRecord(ANA), NOTE, RECORD).medications[0].dosages

    assert dosage.text == "10 mg by mouth daily"
    assert dosage.dose == Quantity(10, "mg", "mg")
    assert dosage.route == "by mouth"


def test_a_result_that_the_note_dates_in_its_own_words_has_no_moment() -> None:
    potassium, pulse, nitrite = with_note(PatientRecord(ANA), NOTE, RECORD).observations

    assert potassium.at is None
    assert (pulse.at, pulse.category) == (NOTE.at, ObservationCategory.VITAL_SIGNS)
    assert (nitrite.quantity, nitrite.words) == (None, "negative")


def test_a_blood_pressure_is_two_results() -> None:
    record = read(
        measurements=(
            Measurement(
                stated("pulse"), MeasurementKind.VITAL, stated("72"), Quantity(150, None, "mm[Hg]"), part="systolic"
            ),
            Measurement(
                stated("pulse"), MeasurementKind.VITAL, stated("5.9"), Quantity(92, None, "mm[Hg]"), part="diastolic"
            ),
        )
    )

    assert [each.concept.codes[0].code for each in record.observations] == ["8480-6", "8462-4"]
    assert len({each.source for each in record.observations}) == 2


def test_a_code_of_which_the_linker_is_unsure_joins_nothing() -> None:
    unsure = Code(CodeSystem.ICD_10_CM, "J45.909", "Asthma", 0.6)

    (found,) = read(problems=(Problem(stated("asthma"), Status.PRESENT, codes=(unsure,)),)).conditions

    assert found.concept.codes == ()


def test_the_year_of_an_operation_is_the_one_the_note_tells() -> None:
    appendectomy, colonoscopy = with_note(PatientRecord(ANA), NOTE, RECORD).procedures

    assert appendectomy.period.start == Moment.told("1998")
    assert (colonoscopy.status, colonoscopy.period.start) == (Status.HYPOTHETICAL, None)


def test_a_note_that_knows_of_no_allergies_says_so() -> None:
    record = with_note(PatientRecord(ANA), NOTE, replace(RECORD, allergies=(), no_known_allergies=stated("no fever")))

    assert [each.concept.text for each in baseline(record).allergies_denied] == ["no fever"]
    assert baseline(record).allergies == ()


def test_a_problem_of_the_record_is_told_once_with_the_note_beside_it() -> None:
    record = PatientRecord(ANA, conditions=(condition("Condition/1", "Asthma (disorder)", "2010-01-01"),))

    told = baseline(with_note(record, NOTE, RECORD))

    asthma = next(each for each in told.problems if each.entries[0].source.reference == "Condition/1")
    assert [each.reference for each in asthma.sources] == ["Condition/1", "DocumentReference/1"]
