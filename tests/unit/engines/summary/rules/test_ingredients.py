from __future__ import annotations

import pytest

from epicrisis.engines.summary.rules.ingredients import drug_classes, ingredients
from epicrisis.errors import InvalidWordList


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet", {"amoxicillin", "clavulanic acid"}),
        ("Augmentin 875", {"amoxicillin", "clavulanic acid"}),
        ("120 ACTUAT Fluticasone propionate 0.044 MG/ACTUAT Metered Dose Inhaler", {"fluticasone"}),
        ("NDA020800 0.3 ML Epinephrine 1 MG/ML Auto-Injector", {"epinephrine"}),
        ("Clonazepam [Klonopin]", {"clonazepam"}),
        ("aspirina", {"aspirin"}),
        ("bee venom", set()),
        ("", set()),
    ],
)
def test_a_drug_has_its_ingredients_by_any_name(name: str, found: set[str]) -> None:
    assert ingredients().of(name) == found


@pytest.mark.parametrize(
    ("name", "classes"),
    [
        ("Allergy to penicillin", ["penicillins"]),
        ("Alergia a la penicilina", ["penicillins"]),
        ("Substance with penicillin structure and antibacterial mechanism of action (substance)", ["penicillins"]),
        ("Sulfa drugs", ["sulfonamides"]),
        ("AINEs", ["nsaids"]),
        ("Betalactámicos", ["penicillins", "cephalosporins", "carbapenems"]),
        ("Allergy to peanut", []),
        ("Statin intolerance", ["statins"]),
    ],
)
def test_an_allergy_may_name_a_class(name: str, classes: list[str]) -> None:
    assert [each.id for each in ingredients().classes_named(name)] == classes


def test_an_ingredient_belongs_to_its_class_in_both_languages() -> None:
    (nsaids,) = ingredients().classes_of({"naproxen", "esomeprazole_not_a_drug"})

    assert (nsaids.names["en"], nsaids.once) == ("non-steroidal anti-inflammatory drugs", True)
    assert nsaids.names["es"] == "antiinflamatorios no esteroideos"


def test_spanish_drugs_that_the_vocabulary_does_not_hold_are_known_by_their_class() -> None:
    assert [each.id for each in ingredients().classes_of(ingredients().of("Dexketoprofeno 25 mg"))] == ["nsaids"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("[a]\nen='a'\nes='a'\nmembers=['x']", "no `source`"),
        ("source='us'\n[a]\nen='a'\nes='a'\nmembers=['y','x']", "not sorted"),
        ("source='us'\n[a]\nen='a'\nmembers=['x']", "a name in each"),
        ("source='us'\n[a]\nen='a'\nes='a'\nmembers=['x']\ncrosses=['b']", "not there"),
    ],
)
def test_classes_that_break_their_rules_are_refused(content: str, why: str) -> None:
    with pytest.raises(InvalidWordList, match=why):
        drug_classes(content)


@pytest.mark.parametrize(
    "name", ["Co-trimoxazole 960 mg tablets", "TMP/SMX DS", "tmp-smx", "Cotrimoxazol", "trimetoprima-sulfametoxazol"]
)
def test_a_medicine_is_known_by_its_short_name(name: str) -> None:
    assert {"sulfamethoxazole", "trimethoprim"} <= ingredients().of(name)


@pytest.mark.parametrize("name", ["PCN", "PCN allergy", "allergic to pcn"])
def test_an_allergy_names_a_class_by_its_short_name(name: str) -> None:
    assert [each.id for each in ingredients().classes_named(name)] == ["penicillins"]


def test_a_medicine_that_holds_no_member_is_refused() -> None:
    content = 'source = "us"\n[some]\nen = "some"\nes = "unos"\nmembers = ["a"]\n[some.also]\n"b" = ["c"]\n'

    with pytest.raises(InvalidWordList, match=r"some\.also"):
        drug_classes(content)
