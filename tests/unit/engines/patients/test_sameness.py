from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import pytest

from epicrisis.domain.patients import Condition, MedicationUse
from epicrisis.domain.records import Code, CodeSystem
from epicrisis.engines.patients.sameness import same_allergies, same_conditions, same_drugs, words_of
from tests.unit.engines.patients.entries import SNOMED, allergy, condition, drug

ASTHMA = Code(SNOMED, "195967001", "Asthma")
HIP, HAND = Code(SNOMED, "239872002", "Hip"), Code(SNOMED, "22193007", "Hand")
ARTHROSIS = Code(CodeSystem.ICD_10_CM, "M19.90", "Unspecified osteoarthritis")


def grouped(groups: Sequence[Sequence[Condition | MedicationUse]]) -> set[frozenset[str]]:
    return {frozenset(each.source.reference for each in group) for group in groups}


def test_one_code_or_the_same_words_are_one_problem() -> None:
    coded = [condition("1", "Asthma (disorder)", codes=(ASTHMA,)), condition("2", "Reactive airway", codes=(ASTHMA,))]
    entries = [*coded, condition("3", "ASTHMA"), condition("4", "Gout")]

    assert grouped(same_conditions(entries)) == {frozenset("123"), frozenset("4")}


def test_a_problem_of_the_left_is_none_of_the_right() -> None:
    entries = [condition("1", "Knee pain", site="left"), condition("2", "Knee pain", site="right")]

    assert grouped(same_conditions(entries)) == {frozenset("1"), frozenset("2")}


def test_a_coarse_code_joins_no_two_finer_ones() -> None:
    hip, hand = condition("1", "Coxarthrosis", codes=(HIP, ARTHROSIS)), condition("2", "Hand", codes=(HAND, ARTHROSIS))
    unspecific, again = condition("3", "Arthrosis", codes=(ARTHROSIS,)), condition("4", "OA", codes=(ARTHROSIS,))

    assert grouped(same_conditions([hip, unspecific])) == {frozenset("13")}
    for entries in permutations([hip, hand, unspecific, again]):
        assert grouped(same_conditions(entries)) == {frozenset("1"), frozenset("2"), frozenset("34")}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lisinopril 10 MG Oral Tablet", "Lisinopril 20 MG Oral Tablet"),
        ("Lisinopril 10 MG Oral Tablet", "lisinopril"),
        ("Clavulanate / amoxicillin", "Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet"),
        ("NITROFURANTOIN, MACROCRYSTALS 50 MG Oral Capsule", "Nitrofurantoin 5 MG/ML Oral Suspension"),
    ],
)
def test_a_drug_is_one_whatever_its_strength(one: str, other: str) -> None:
    assert len(same_drugs([drug("1", one), drug("2", other)])) == 1


def test_a_cream_replaces_no_tablet() -> None:
    cream, tablet = "Hydrocortisone 10 MG/ML Topical Cream", "Hydrocortisone 10 MG Oral Tablet"

    groups = same_drugs([drug("1", cream), drug("2", tablet), drug("3", "hydrocortisone")])

    assert grouped(groups) == {frozenset("1"), frozenset("2"), frozenset("3")}


@pytest.mark.parametrize(
    "name", ["Penicillin", "Allergy to penicillin", "penicillin allergy", "Penicillin (substance)"]
)
def test_an_allergy_is_known_by_its_substance(name: str) -> None:
    assert len(same_allergies([allergy("1", "penicillin"), allergy("2", name)])) == 1


def test_an_allergy_is_told_in_spanish_too() -> None:
    assert len(same_allergies([allergy("1", "Alergia a la penicilina"), allergy("2", "penicilina")])) == 1


def test_words_are_compared_without_case_accents_and_kind() -> None:
    assert words_of("Úlcera  gástrica (disorder)") == "ulcera gastrica"
