from __future__ import annotations

import json
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.dosage import Dosage

from epicrisis.domain.documents import Document
from epicrisis.domain.records import Code, CodeSystem, Medication, NoteRecord
from epicrisis.formats.fhir.bundle import to_bundle
from epicrisis.formats.fhir.doses import dosage_of
from tests.records import stated

UCUM = "http://unitsofmeasure.org"


OXYCODONE = Code(CodeSystem.DRUGBANK, "DB00497", "Oxycodone", 0.97)
ACETAMINOPHEN = Code(CodeSystem.DRUGBANK, "DB00316", "Acetaminophen", 0.97)


def taken(dose: str, *codes: Code, language: str = "en") -> Any:
    """Return the amount of a drug whose ``dose`` is written so."""
    note = Document("n1", f"Drug {dose} daily.", language)
    drug = Medication(stated("Drug", document=note), dose=stated(dose, document=note), codes=codes)
    made = dosage_of(drug, language)
    Dosage.model_validate(made)
    return made.get("doseAndRate", [None])[0]


@pytest.mark.parametrize(
    ("dose", "language", "value", "unit", "code"),
    [
        ("10 mg", "en", 10, "mg", "mg"),
        ("0.5 tablet", "en", 0.5, "tablet", None),
        ("50 mcg", "en", 50, "mcg", "ug"),
        ("5,000 units", "en", 5000, "units", None),
        ("half a tablet", "en", 0.5, "tablet", None),
        ("one tablet", "en", 1, "tablet", None),
        ("2,5 mg", "es", 2.5, "mg", "mg"),
        ("1.000 mg", "es", 1000, "mg", "mg"),
        ("10 UI", "es", 10, "UI", "[iU]"),
        ("medio comprimido", "es", 0.5, "comprimido", None),
        ("1 1/2 tablets", "en", 1.5, "tablets", None),
        ("1½ tablets", "en", 1.5, "tablets", None),
        ("1 ½ tab", "en", 1.5, "tab", None),
        ("¼ tab", "en", 0.25, "tab", None),
        ("½tab", "en", 0.5, "tab", None),
        ("2¾ mg", "en", 2.75, "mg", "mg"),
        ("1½ comprimidos", "es", 1.5, "comprimidos", None),
        ("1 ½ comp", "es", 1.5, "comp", None),
        ("¼ comprimido", "es", 0.25, "comprimido", None),
        ("5 gr", "en", 5, "gr", None),
        ("1 gr", "es", 1, "gr", "g"),
        ("1 g", "es", 1, "g", "g"),
    ],
)
def test_a_dose_is_a_number_and_a_unit(dose: str, language: str, value: float, unit: str, code: str | None) -> None:
    coded = {"system": UCUM, "code": code} if code else {}

    assert taken(dose, language=language) == {"doseQuantity": {"value": value, "unit": unit, **coded}}


def test_a_range_has_two_ends_and_what_runs_in_is_a_rate() -> None:
    low, high = ({"value": value, "unit": "tablets"} for value in (1, 2))

    assert taken("1-2 tablets") == taken("1 to 2 tablets") == {"doseRange": {"low": low, "high": high}}
    assert taken("75 mL/hr") == {"rateQuantity": {"value": 75, "unit": "mL/hr", "system": UCUM, "code": "mL/h"}}


@pytest.mark.parametrize(
    ("dose", "language"),
    [
        ("20-12.5 mg", "en"),
        ("875/125 mg", "es"),
        ("1.125 mg", "en"),
        ("5,000 UI", "es"),
        ("a few", "en"),
        ("10", "en"),
        ("5 mg/frob", "en"),
        ("5-325 mg", "en"),
        ("5-325 mg tablets", "en"),
        ("5-325 tablets", "en"),
        ("50-1000 mg", "en"),
        ("50-1000 mg", "es"),
        ("1⅓ tablets", "en"),
        ("1.5½ tablets", "en"),
    ],
)
def test_what_could_be_read_two_ways_is_told_in_words_alone(dose: str, language: str) -> None:
    assert taken(dose, language=language) is None


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_strengths_of_a_combination_are_no_range(language: str) -> None:
    codes = (OXYCODONE, ACETAMINOPHEN)

    assert taken("10-12.5 mg", *codes, language="en") is None
    assert taken("10-12.5 mg tablets", *codes, language="en") is None
    assert taken("37,5-75 mg", *codes, language="es") is None
    assert taken("10-20 mg", OXYCODONE, language=language) == taken("10-20 mg", language=language)
    assert [taken("10-20 mg", language=language)["doseRange"][end]["value"] for end in ("low", "high")] == [10, 20]


@pytest.mark.parametrize("dose", ["1-2 tablets", "1 to 2 tablets", "5-10 mL", "½-1 tablet", "1-1½ tablets"])
def test_how_many_of_a_combination_are_taken_may_be_a_range(dose: str) -> None:
    assert taken(dose, OXYCODONE, ACETAMINOPHEN) == taken(dose)
    assert list(taken(dose)) == ["doseRange"]


@pytest.mark.parametrize(
    ("frequency", "language"), [("q6h prn", "en"), ("every 4 hours as needed", "en"), ("cada 8 horas si dolor", "es")]
)
def test_what_is_taken_when_needed_says_so(frequency: str, language: str) -> None:
    note = Document("n1", f"Drug {frequency} for pain.", language)
    drug = Medication(stated("Drug", document=note), frequency=stated(frequency, document=note))
    why = Medication(drug.name, frequency=drug.frequency, reason=stated("pain", document=note))

    assert dosage_of(drug, language)["asNeededBoolean"] is True
    assert dosage_of(why, language)["asNeededCodeableConcept"] == {"text": "pain"}


def test_a_combination_is_told_by_all_its_ingredients() -> None:
    note = Document("n1", "Lisinopril-hydrochlorothiazide daily.")
    codes = (
        Code(CodeSystem.DRUGBANK, "DB00722", "Lisinopril", 0.97),
        Code(CodeSystem.DRUGBANK, "DB00999", "Hydrochlorothiazide", 0.97),
    )
    drug = Medication(stated("Lisinopril-hydrochlorothiazide", document=note), codes=codes)

    made = to_bundle(NoteRecord("n1", "en", medications=(drug,)), note)

    Bundle.model_validate_json(json.dumps(made))
    [told] = [each["resource"] for each in made["entry"] if each["resource"]["resourceType"] == "MedicationStatement"]
    [combination] = told["contained"]
    assert told["medicationReference"]["reference"] == f"#{combination['id']}"
    assert [each["itemCodeableConcept"]["coding"][0]["code"] for each in combination["ingredient"]] == [
        "DB00722", "DB00999",
    ]  # fmt: skip
    assert "Lisinopril-hydrochlorothiazide" in made["entry"][0]["resource"]["section"][0]["text"]["div"]
