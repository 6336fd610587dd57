"""Sentences against the raw resources they cite: true ones pass, and each fault is found for what it is."""

from __future__ import annotations

import pytest

from epicrisis_lab.evaluation.patients.checking import Check
from epicrisis_lab.evaluation.patients.sentences import Sentence
from tests.unit.lab.evaluation.patients.bundles import allergy, condition, order, record, result, visit

RAW = record(
    condition("c1", "Asthma (disorder)", "195967001", "2012-05-03T10:00:00+00:00"),
    condition("c2", "Viral sinusitis", "444814009", "2019-01-02", "2019-01-20"),
    order("m1", "Metformin 500 MG Oral Tablet", "860975", "2020-02-03"),
    order("m2", "Aspirin 81 MG Oral Tablet", "243670", "2018-04-05"),
    allergy("a1", "Allergy to fish", "417532002", "2001-01-01", criticality="high"),
    result("o1", "Potassium", "6298-4", 5.9432, "mmol/L", "2023-05-06"),
    result("o2", "Potassium", "6298-4", 6.4432, "mmol/L", "2024-05-06"),
    result("o3", "Sodium", "2947-0", 140.2, "mmol/L", "2024-05-06"),
    visit("v1", "2024-05-06T08:00:00Z", "2024-05-06T09:00:00Z"),
)
ACTIVE = "Active problems (1): Asthma (since 2012-05-03)."
DRUGS = (
    "Current medications (2): Metformin 500 MG Oral Tablet, since 2020-02-03; "
    "Aspirin 81 MG Oral Tablet, since 2018-04-05."
)
HIGH = "Latest results out of range (1): Potassium 6.44 mmol/L, high (usual range 3.5–5.1), 2024-05-06."
BOTH = ("MedicationRequest/m1", "MedicationRequest/m2")


def kinds(text: str, *references: str) -> list[str]:
    sentence = Sentence(text, references)
    return sorted({flaw.kind for flaw in Check(RAW, [sentence], "en").flaws(sentence)})


@pytest.mark.parametrize(
    ("text", "references"),
    [
        (ACTIVE, ("Condition/c1",)),
        (DRUGS, BOTH),
        (HIGH, ("Observation/o2",)),
        ("Past problems (1): Viral sinusitis (2019-01-02 to 2019-01-20).", ("Condition/c2",)),
        ("Allergies and intolerances (1): Allergy to fish, high criticality.", ("AllergyIntolerance/a1",)),
        ("64-year-old woman, alive as of 2024-05-06.", ("Patient/p",)),
        ("Potassium rose: 5.94 mmol/L (2023-05-06) → 6.44 mmol/L (2024-05-06).", ("Observation/o1", "Observation/o2")),
        ("It rises by about 0.5 mmol/L a year over 2 results.", ("Observation/o1", "Observation/o2")),
        ("Written by a program from 1 entries of the record and attested by nobody.", ("Condition/c1",)),
    ],
)
def test_what_the_record_says_passes(text: str, references: tuple[str, ...]) -> None:
    assert kinds(text, *references) == []


@pytest.mark.parametrize(
    ("text", "references", "kind"),
    [
        ("Active problems (1): Asthma (since 2013-05-03).", ("Condition/c1",), "date"),
        ("Active problems (2): Asthma (since 2012-05-03).", ("Condition/c1",), "count"),
        ("Active problems (1): Gout (since 2012-05-03).", ("Condition/c1",), "word"),
        ("Active problems (1): Viral sinusitis (since 2019-01-02).", ("Condition/c2",), "list"),
        ("Past problems (1): Asthma (since 2012-05-03).", ("Condition/c1",), "list"),
        (ACTIVE, ("Condition/c9",), "reference"),
        (ACTIVE, (), "word"),
        (DRUGS.replace("500", "850"), BOTH, "number"),
        (DRUGS.replace("2020-02-03", "2018-04-05"), BOTH, "mixed date"),
        (DRUGS.replace("500", "81"), BOTH, "mixed number"),
        (HIGH.replace("6.44", "6.54"), ("Observation/o2",), "number"),
        (HIGH.replace("high", "low"), ("Observation/o2",), "range"),
        (HIGH.replace("3.5–5.1", "3.5–9.1"), ("Observation/o2",), "range"),
        ("Latest results out of range (1): Sodium 140.2 mmol/L.", ("Observation/o3",), "status"),
        ("Latest results in range (1): Potassium 6.44 mmol/L.", ("Observation/o2",), "list"),
        ("Potassium fell: 5.94 mmol/L → 6.44 mmol/L.", ("Observation/o1", "Observation/o2"), "status"),
        ("65-year-old woman, alive as of 2024-05-06.", ("Patient/p",), "number"),
        ("64-year-old man.", ("Patient/p",), "status"),
        ("Woman who died.", ("Patient/p",), "status"),
        ("No active problems are recorded.", (), "denial"),
        ("The record says nothing of allergies.", (), "denial"),
        ("There is no chest pain.", ("Condition/c1",), "unchecked denial"),
    ],
)
def test_a_fault_is_found_for_what_it_is(text: str, references: tuple[str, ...], kind: str) -> None:
    assert kind in kinds(text, *references)


def test_a_negation_in_a_name_denies_nothing() -> None:
    raw = record(condition("c1", "Concussion with no loss of consciousness", "62106007", "2012-05-03"))
    sentence = Sentence(
        "Active problems (1): Concussion with no loss of consciousness (since 2012-05-03).", ("Condition/c1",)
    )

    assert Check(raw, [sentence], "en").flaws(sentence) == []


def test_a_list_over_several_sentences_is_counted_once() -> None:
    first = Sentence("Current medications (2): Metformin 500 MG Oral Tablet.", BOTH[:1])
    second = Sentence("Current medications (2), continued: Aspirin 81 MG Oral Tablet.", BOTH[1:])

    check = Check(RAW, [first, second], "en")

    assert [check.flaws(each) for each in (first, second)] == [[], []]
