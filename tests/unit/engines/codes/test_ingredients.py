from __future__ import annotations

import time

import pytest

from epicrisis.domain.records import CodeSystem
from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.codes.ingredients.linker import FOLDER, VOCABULARY, IngredientLinker, build
from epicrisis.engines.codes.ingredients.names import Names
from epicrisis.engines.record_contracts import Coded, Mention
from epicrisis.engines.shipped import shipped

FOUND = [
    ("Tylenol", "Acetaminophen"), ("paracetamol", "Acetaminophen"), ("aspirin 81 mg tablets", "Aspirin"),
    ("ASA", "Aspirin"), ("Lopressor SR", "Metoprolol"), ("metoprolol succinate", "Metoprolol"),
    ("enteric-coated aspirin", "Aspirin"), ("Lantus insulin", "Insulin Glargine"), ("insulina", "Insulin human"),
    ("heparin drip", "Heparin"), ("levotiroxina", "Levothyroxine"), ("furosemida", "Furosemide"),
    ("Ibuprofeno", "Ibuprofen"), ("KCl", "Potassium chloride"),
    ("Insulin glargine (Lantus)", "Insulin Glargine"), ("insulin Humalog", "Insulin Lispro"),
    ("valproico", "Valproic Acid"), ("insulin pump", "Insulin human"),
]  # fmt: skip
COMBINED = [
    ("Vicodin", ["Hydrocodone", "Acetaminophen"]),
    ("hydrocodone/acetaminophen", ["Hydrocodone", "Acetaminophen"]),
    ("amoxicillin-clavulanate", ["Amoxicillin", "Clavulanic Acid"]),
    ("losartan-HCTZ", ["Losartan", "Hydrochlorothiazide"]),
    ("amoxicilina/clavulánico", ["Amoxicillin", "Clavulanic Acid"]),
    ("amoxicilina + ác. clavulánico", ["Amoxicillin", "Clavulanic Acid"]),
    ("Bactrim DS", ["Sulfamethoxazole", "Trimethoprim"]),
]
UNKNOWN = [
    "antibiotics",
    "chemotherapy",
    "statins",
    "insulin degludec",
    "insulina degludec",
    "pain medications",
    "normal saline",
    "",
    "quimioterapia",
    "50 mg",
    "the",
]


@pytest.fixture(scope="module")
def linker() -> IngredientLinker:
    return build()


def ingredients(linker: IngredientLinker, name: str) -> list[str]:
    [codes] = linker.link([Mention(name, Coded.MEDICATION)])
    return [code.display for code in codes]


@pytest.mark.parametrize(("name", "ingredient"), FOUND)
def test_brands_salts_and_forms_lead_to_the_ingredient(linker: IngredientLinker, name: str, ingredient: str) -> None:
    assert ingredients(linker, name) == [ingredient]


@pytest.mark.parametrize(("name", "parts"), COMBINED)
def test_a_combination_has_the_codes_of_all_its_parts(linker: IngredientLinker, name: str, parts: list[str]) -> None:
    assert ingredients(linker, name) == parts


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_names_no_substance_has_no_code(linker: IngredientLinker, name: str) -> None:
    assert ingredients(linker, name) == []


def test_a_long_name_may_be_one_letter_off_and_is_less_sure(linker: IngredientLinker) -> None:
    right, wrong = linker.link([Mention(name, Coded.MEDICATION) for name in ("lisinopril", "lisinoprill")])

    assert (right[0].system, right[0].code) == (wrong[0].system, wrong[0].code) == (CodeSystem.DRUGBANK, "DB00722")
    assert right[0].score > wrong[0].score


def test_a_name_between_two_drugs_is_neither() -> None:
    names = Names([("1", "One"), ("2", "Two")], {"prednisone": 0, "prednisole": 1}, ["tablets"])

    assert names.of("prednisoe") == []
    assert [each.display for each, _ in names.of("prednisone tablets")] == ["One"]


def test_the_vocabulary_is_small_and_loads_at_once() -> None:
    path = Artifact(shipped(FOLDER)).path(VOCABULARY)

    begin = time.process_time()
    Names.read(path)

    assert time.process_time() - begin < 0.5
    assert path.stat().st_size < 1_000_000
