from __future__ import annotations

from dataclasses import replace

import pytest

from epicrisis.domain.patients import AllergyIntolerance, Concept, Dosage, Source, UseStatus, Verification
from epicrisis.domain.records import Flag, Quantity
from epicrisis.domain.spans import Span
from epicrisis.domain.summaries import Baseline, Current
from epicrisis.engines.summary.rules.checks import (
    Conflict,
    allergy_conflicts,
    critical_results,
    denied_allergies,
    denied_yet_active,
    ended_yet_active,
    noted_otherwise,
    refuted_allergies,
    same_twice,
    without_dosage,
)
from epicrisis.engines.summary.rules.wording import words_in
from tests.golden.patient_summaries.charts import DAILY, TWICE, allergy, drug, problem, when
from tests.unit.engines.summary.rules.holding import holding, latest

EN = words_in("en")


def none_known(words: str) -> AllergyIntolerance:
    return AllergyIntolerance(Source("AllergyIntolerance/none"), Concept(words), denied=True)


def conflicts(substance: str, *drugs: str) -> list[tuple[Conflict, str]]:
    medications = [drug(f"m{number}", name, "2021-06-01") for number, name in enumerate(drugs)]
    found = allergy_conflicts(holding(allergies=[allergy("a1", substance)], medications=medications))
    return [(each.kind, each.drug_class.id if each.drug_class is not None else each.ingredient) for each in found]


@pytest.mark.parametrize(
    ("substance", "taken", "found"),
    [
        ("Penicillin", "Amoxicillin 500 MG Oral Capsule", (Conflict.CLASS, "penicillins")),
        ("Alergia a la penicilina", "Amoxicilina 500 mg", (Conflict.CLASS, "penicillins")),
        ("Amoxicillin", "Augmentin 875", (Conflict.SAME, "amoxicillin")),
        ("Amoxicillin", "Ampicillin 500 MG", (Conflict.CLASS, "penicillins")),
        ("Penicillin", "Cephalexin 500 MG", (Conflict.CROSS, "cephalosporins")),
        ("Cefazolin", "Penicillin V Potassium 500 MG Oral Tablet", (Conflict.CROSS, "penicillins")),
        ("Sulfa drugs", "Sulfamethoxazole 800 MG / Trimethoprim 160 MG Oral Tablet", (Conflict.CLASS, "sulfonamides")),
        ("Aspirin", "Ibuprofen 200 MG Oral Tablet", (Conflict.CLASS, "nsaids")),
        ("AINE", "Metamizol 575 mg", (Conflict.CLASS, "nsaids")),
        ("Codeine", "Tramadol 50 MG", (Conflict.CLASS, "opioids")),
        ("Lisinopril", "Enalapril 5 MG", (Conflict.CLASS, "ace_inhibitors")),
    ],
)
def test_an_allergy_speaks_against_a_drug_or_its_class(substance: str, taken: str, found: tuple[Conflict, str]) -> None:
    assert conflicts(substance, taken) == [found]


@pytest.mark.parametrize(
    ("substance", "taken"),
    [
        ("Allergy to peanut", "Amoxicillin 500 MG"),
        ("Sulfa drugs", "Hydrochlorothiazide 25 MG"),
        ("Penicillin", "Azithromycin 250 MG"),
        ("Penicillin", "Jolivette 28 Day Pack"),
        ("Bee venom", "Epinephrine 1 MG/ML"),
        ("", "Amoxicillin 500 MG"),
    ],
)
def test_an_allergy_to_something_else_is_no_conflict(substance: str, taken: str) -> None:
    assert conflicts(substance, taken) == []


def test_drugs_against_one_allergy_for_one_reason_are_told_together() -> None:
    drugs = [drug("m1", "Ibuprofen 200 MG", "2021-06-01"), drug("m2", "Naproxen 220 MG", "2021-06-01")]

    (found,) = allergy_conflicts(holding(allergies=[allergy("a1", "NSAIDs")], medications=drugs))

    assert len(found.medications) == 2


def twice(*medications: object) -> list[tuple[str, int]]:
    found = same_twice(holding(medications=medications), EN)
    return [
        (each.drug_class.id if each.drug_class is not None else each.ingredient, len(each.orders)) for each in found
    ]


def test_the_same_ingredient_in_two_drugs_is_told_and_so_are_two_of_one_class() -> None:
    assert twice(drug("m1", "Augmentin", "2021-06-01"), drug("m2", "Amoxicillin 500 MG", "2021-06-01")) == [
        ("amoxicillin", 2)
    ]
    assert twice(drug("m1", "Ibuprofen 200 MG", "2021-06-01"), drug("m2", "Naproxen 220 MG", "2021-06-01")) == [
        ("nsaids", 2)
    ]


def test_two_orders_of_one_drug_that_differ_are_two() -> None:
    orders = (
        drug("m1", "Metformin 500 MG", "2021-06-01", dosage=DAILY),
        drug("m2", "Metformin 500 MG", "2021-06-01", dosage=TWICE),
    )

    assert twice(Current(orders)) == [("metformin", 2)]


def test_a_refill_a_cream_and_two_insulins_are_no_repetition() -> None:
    refill = Current((drug("m1", "Metformin 500 MG", "2021-06-01"), drug("m2", "Metformin 500 MG", "2020-06-01")))
    tablet = drug("m3", "Hydrocortisone 10 MG Oral Tablet", "2021-06-01")
    cream = drug("m4", "Hydrocortisone 10 MG/ML Topical Cream", "2021-06-01")
    insulins = [drug("m5", "Insulin human", "2021-06-01"), drug("m6", "Humulin R", "2021-06-01")]

    assert twice(refill, tablet, cream, *insulins) == []


def test_a_drug_that_a_note_names_once_more_is_one() -> None:
    noted = replace(drug("m2", "metformin", "2021-06-02"), source=Source("DocumentReference/d1", Span(3, 12)))

    assert twice(Current((drug("m1", "Metformin 500 MG", "2021-06-01"), noted))) == []


def test_a_problem_that_is_denied_by_name_or_code_is_a_contradiction() -> None:
    asthma, gout = problem("c1", "Asthma", "2001-01-01"), problem("c2", "Gout", "2019-05-01")
    denied = replace(problem("c3", "asthma"), verification=Verification.REFUTED)

    (found,) = denied_yet_active(holding(problems=[asthma, gout], denied=[denied]))

    assert found.problem.entries == (asthma,)
    assert found.denied == (denied,)


@pytest.mark.parametrize(
    ("words", "contradicted"),
    [
        ("No known allergies", ["Penicillin", "Allergy to peanut"]),
        ("No known drug allergies", ["Penicillin"]),
        ("Sin alergias medicamentosas conocidas", ["Penicillin"]),
        ("No known food allergy", []),
    ],
)
def test_no_known_allergies_of_a_kind_contradict_those_of_that_kind(words: str, contradicted: list[str]) -> None:
    allergies = [allergy("a1", "Penicillin"), allergy("a2", "Allergy to peanut")]

    found = list(denied_allergies(holding(allergies=allergies, allergies_denied=[none_known(words)])))

    assert [each.entries[0].concept.text for _, against in found for each in against] == contradicted


def test_an_allergy_with_a_category_is_contradicted_by_its_own_denial() -> None:
    peanut = replace(allergy("a1", "Allergy to peanut"), categories=("food",))

    assert list(denied_allergies(holding(allergies=[peanut], allergies_denied=[none_known("No known food allergy")])))
    assert not list(
        denied_allergies(holding(allergies=[peanut], allergies_denied=[none_known("No known drug allergy")]))
    )


def test_a_drug_is_without_dosage_where_nobody_says_how_much_or_how_often() -> None:
    as_needed = drug("m1", "Albuterol", "2021-06-01", dosage=Dosage(as_needed=True))
    dosed = drug("m2", "Metformin", "2021-06-01", dosage=Dosage(dose=Quantity(500, "mg")))

    found = without_dosage(holding(medications=[as_needed, dosed, drug("m3", "Aspirin", "2021-06-01")]))

    assert [each.entries[0].source.reference for each in found] == ["MedicationRequest/m1", "MedicationRequest/m3"]


def test_a_critical_part_makes_a_blood_pressure_critical() -> None:
    parts = [
        latest(185, Flag.CRITICAL, name="Systolic Blood Pressure", code="8480-6", unit="mm[Hg]"),
        latest(85, Flag.HIGH, name="Diastolic Blood Pressure", code="8462-4", unit="mm[Hg]"),
        latest(4.0, Flag.NORMAL, id_="o2"),
    ]

    (reading,) = critical_results(holding(vitals=parts[:2], labs=parts[2:]))

    assert [each.observation.quantity.value for each in reading if each.observation.quantity] == [185, 85]


def test_what_entries_say_against_each_other_is_found() -> None:
    stopped = replace(
        drug("m2", "Aspirin", "2021-06-01", status=UseStatus.STOPPED), source=Source("DocumentReference/d", Span(0, 7))
    )
    refuted = replace(allergy("a2", "Latex"), verification=Verification.REFUTED)
    ended = replace(problem("c1", "Gout", "2019-05-01"), ended=when("2020-01-01"))
    both: Baseline = holding(
        medications=[Current((drug("m1", "Aspirin", "2021-05-01"), stopped)), drug("m3", "Insulin", "2021-05-01")],
        allergies=[Current((allergy("a1", "Latex"), refuted)), allergy("a3", "Peanut")],
        problems=[ended, problem("c2", "Asthma", "2001-01-01")],
    )

    assert noted_otherwise(both) == [both.medications[0]]
    assert refuted_allergies(both) == [both.allergies[0]]
    assert ended_yet_active(both) == [both.problems[0]]
