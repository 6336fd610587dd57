from __future__ import annotations

import pytest

from epicrisis.engines.extraction.medications.reader import medications
from tests.unit.engines.extraction.marked import note


def names(marked: str, language: str = "en") -> list[str]:
    return [each.name.text for each in medications(note(marked, language))]


@pytest.mark.parametrize(
    ("marked", "language"),
    [
        ("[Vitamin D|MEDICATION] 18 ng/mL.", "en"),
        ("[vitamin D|MEDICATION], 25-OH: [18 ng/mL|DOSE]", "en"),
        ("[Iron|MEDICATION] [45 mcg/dL|VALUE].", "en"),
        ("[Tacrolimus|MEDICATION] level was 8.2 ng/mL.", "en"),
        ("[Lithium|MEDICATION] [0.8 mEq/L|DOSE] today.", "en"),
        ("[Vancomycin|MEDICATION] trough 15.", "en"),
        ("LABS: [tacrolimus|MEDICATION] [8.2|DOSE], [phenytoin|MEDICATION] 12 (L), [digoxin|MEDICATION] 1.2", "en"),
        ("LABS: [valproic acid|MEDICATION] [65 mcg/mL|DOSE]", "en"),
        ("[Hierro|MEDICATION] [45 mcg/dl|DOSE].", "es"),
        ("[Insulin|MEDICATION] 12 µIU/mL.", "en"),
        ("[Insulina|MEDICATION] 12 mUI/ml.", "es"),
        ("ANALÍTICA: [Tacrolimus|MEDICATION] [8,2|DOSE]. [Vancomicina|MEDICATION] [15|VALUE].", "es"),
    ],
)
def test_what_was_measured_in_blood_is_not_taken(marked: str, language: str) -> None:
    assert names(marked, language) == []


@pytest.mark.parametrize(
    ("marked", "kept"),
    [
        (
            "MEDICATIONS: [Vitamin D|MEDICATION] [2000|DOSE], [lithium|MEDICATION] [300 mg|DOSE]",
            ["Vitamin D", "lithium"],
        ),
        (
            "LABS: pending. Given [calcium|MEDICATION] [1 g|DOSE] and [aspirin|MEDICATION] 81 daily.",
            ["calcium", "aspirin"],
        ),
        ("Saline with [KCl|MEDICATION] [20 mEq/L|DOSE].", ["KCl"]),
        (
            "[Lidocaine|MEDICATION] [10 mg/mL|DOSE] and [fentanyl|MEDICATION] [2 mcg/mL|DOSE].",
            ["Lidocaine", "fentanyl"],
        ),
        ("[Amoxicillin|MEDICATION] [250 mg/5 mL|DOSE].", ["Amoxicillin"]),
        ("[Insulin glargine|MEDICATION] [100 IU/mL|DOSE], [20 units|DOSE] [at night|FREQUENCY].", ["Insulin glargine"]),
        ("[Heparin|MEDICATION] [1000 IU/mL|DOSE].", ["Heparin"]),
        ("[Cefazolin|MEDICATION] [2 g/dL|DOSE].", ["Cefazolin"]),
    ],
)
def test_a_dose_is_no_level(marked: str, kept: list[str]) -> None:
    assert names(marked) == kept


@pytest.mark.parametrize(
    ("marked", "language"),
    [
        ("PMHx of [HTN|MEDICATION], [DM2|MEDICATION].", "en"),
        ("[HTA|MEDICATION] y [EPOC|MEDICATION].", "es"),
    ],
)
def test_a_disease_by_its_letters_is_no_drug(marked: str, language: str) -> None:
    assert names(marked, language) == []


def test_continue_by_its_first_letters_is_no_drug() -> None:
    assert names("#HTN: [cont|MEDICATION] [amlodipine|MEDICATION]. Con't [omeprazole|MEDICATION absent].") == [
        "amlodipine",
        "omeprazole",
    ]


@pytest.mark.parametrize(
    ("marked", "name", "language"),
    [
        ("[Amoxicillin/|MEDICATION][clavulanate|MEDICATION] [875/125 mg|DOSE]", "Amoxicillin/clavulanate", "en"),
        ("[sitagliptin|MEDICATION]/[metformin|MEDICATION] [50/1000 mg|DOSE]", "sitagliptin/metformin", "en"),
        ("[losartan|MEDICATION]-[HCTZ|MEDICATION] [100 mg|DOSE]", "losartan-HCTZ", "en"),
        ("[Carbidopa|MEDICATION]/levodopa [25/100|DOSE]", "Carbidopa/levodopa", "en"),
        ("[Amoxicilina|MEDICATION]/clavulánico [875/125 mg|DOSE]", "Amoxicilina/clavulánico", "es"),
        ("[Amoxicilina|MEDICATION] + [ác. clavulánico|MEDICATION] [1 g|DOSE]", "Amoxicilina + ác. clavulánico", "es"),
    ],
)
def test_two_drugs_in_one_are_one_with_its_dose(marked: str, name: str, language: str) -> None:
    (drug,) = medications(note(marked, language))

    assert drug.name.text == name
    assert drug.dose is not None


def test_two_drugs_beside_each_other_stay_two() -> None:
    assert names("[Aspirin|MEDICATION]/[Plavix|MEDICATION] 75 mg held.") == ["Aspirin", "Plavix"]


@pytest.mark.parametrize(
    ("marked", "frequency", "reason"),
    [
        (
            "[Nitroglicerina|MEDICATION] [0,4 mg|DOSE] si [dolor torácico|PROBLEM hypothetical].",
            "si dolor torácico",
            "dolor torácico",
        ),
        ("[Metamizol|MEDICATION] [575 mg|DOSE] si dolor intenso.", "si dolor intenso", "dolor intenso"),
        ("[Metamizol|MEDICATION] [575 mg|DOSE] si dolor.", "si dolor", None),
        ("[Metamizol|MEDICATION] [575 mg|DOSE] si dolor o [fiebre|PROBLEM hypothetical].", "si dolor", None),
        (
            "[Paracetamol|MEDICATION] [1 g|DOSE] [cada 8 horas|FREQUENCY] si [dolor lumbar|PROBLEM hypothetical].",
            "cada 8 horas si dolor lumbar",
            "dolor lumbar",
        ),
    ],
)
def test_a_complaint_is_told_whole(marked: str, frequency: str, reason: str | None) -> None:
    (drug,) = medications(note(marked, "es"))

    assert drug.frequency is not None
    assert drug.frequency.text == frequency
    assert (None if drug.reason is None else drug.reason.text) == reason


def test_the_other_days_of_a_week_stand_in_the_frequency() -> None:
    (drug,) = medications(note("[Warfarin|MEDICATION] [5 mg|DOSE] [MWF|FREQUENCY], [2.5 mg|DOSE] TThSaSu"))

    assert drug.frequency is not None
    assert drug.frequency.text == "MWF, 2.5 mg TThSaSu"
