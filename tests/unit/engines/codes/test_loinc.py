from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from epicrisis.domain.records import CodeSystem
from epicrisis.engines.codes.loinc.linker import LoincLinker, build
from epicrisis.engines.extraction.lists import word_lists
from epicrisis.engines.extraction.measurements.units import measured_by
from epicrisis.engines.record_contracts import Coded, Mention

CODED = [
    ("Hgb", "g/dL", "718-7"),
    ("hemoglobina", "g/dL", "718-7"),
    ("Hemoglobin A1c", "%", "4548-4"),
    ("glucose", "mg/dL", "2345-7"),
    ("glucose", "mmol/L", "14749-6"),
    ("white count", "10*3/uL", "26464-8"),
    ("WBC", "/[HPF]", "5821-4"),
    ("repeat serum sodium level", None, "2951-2"),
    ("creatinina", "umol/L", "14682-9"),
    ("systolic", "mm[Hg]", "8480-6"),
    ("diastolic", None, "8462-4"),
    ("TA", "mm[Hg]", "85354-9"),
    ("O2 sat", "%", "59408-5"),
    ("temp", "[degF]", "8310-5"),
    ("weighs", "kg", "29463-7"),
]
SENTENCES = [
    ("glucose", "Urinalysis: glucose negative.", "25428-4"),
    ("protein", "Spinal fluid showed protein 45.", "2880-3"),
    ("pH", "ABG: pH 7.32.", "2744-1"),
    ("glucose", "Urinalysis clean; serum glucose 98.", "2345-7"),
    ("glucosa", "Sistemático de orina: glucosa negativa.", "25428-4"),
]
# Near a test that has another code: counted and not a share, in the finger and not a vein, at birth and not today.
OWN = [
    ("ANC", None, "26499-4"), ("absolute lymphocyte count", None, "26474-7"),
    ("fingerstick glucose", "mg/dL", "41653-7"),
    ("glucemia capilar", "mg/dL", "41653-7"), ("birth weight", "kg", "8339-4"), ("peso al nacer", "g", "8339-4"),
    ("corrected calcium", "mg/dL", "46099-8"), ("corrected calcium", "mmol/L", "29265-6"),
    ("calcio corregido", "mg/dL", "46099-8"), ("calcio corregido", "mmol/L", "29265-6"),
    ("corrected calcium", None, "46099-8"), ("capillary glucose", "mmol/L", "14743-9"),
    ("glucemia capilar", "mmol/L", "14743-9"), ("free phenytoin", "ug/mL", "3969-3"), ("rbc folate", "ng/mL", "2283-0"),
    ("VDRL", None, "5292-8"), ("hepatitis B core antibody", None, "16933-4"),
    ("pro brain natriuretic peptide", "pg/mL", "33762-6"),
]  # fmt: skip
NONE_OF_THEM = ["estimated fetal weight", "viral load", "atypical lymphocytes", "MB index", "hepatitis B core IgM"]
SILENT = [
    ("hemoglobin", "mm[Hg]"), ("chest x-ray", None), ("H&H", None), ("CBC", None), ("glucose and sodium", None),
    ("", None), ("glucose", "mg"),
]  # fmt: skip


@pytest.fixture(scope="module")
def linker() -> LoincLinker:
    return build()


def first(linker: LoincLinker, text: str, *, unit: str | None = None, sentence: str = "") -> str | None:
    for language in ("en", "es"):
        [codes] = linker.link([Mention(text, Coded.MEASUREMENT, language, sentence=sentence, unit=unit)])
        if codes:
            return codes[0].code
    return None


def rows() -> list[tuple[str, list[str]]]:
    content = tomllib.loads((files("epicrisis.engines.codes.loinc") / "codes.toml").read_text(encoding="utf-8"))
    return [(analyte, row) for analyte, found in content["codes"].items() for row in found]


@pytest.mark.parametrize(("text", "unit", "code"), CODED)
def test_name_and_unit_choose_the_code(linker: LoincLinker, text: str, unit: str | None, code: str) -> None:
    assert first(linker, text, unit=unit) == code


@pytest.mark.parametrize(("text", "unit", "code"), OWN)
def test_a_near_relative_has_a_code_of_its_own(linker: LoincLinker, text: str, unit: str | None, code: str) -> None:
    assert first(linker, text, unit=unit) == code


@pytest.mark.parametrize("text", NONE_OF_THEM)
def test_a_near_relative_without_a_code_takes_no_other(linker: LoincLinker, text: str) -> None:
    assert first(linker, text) is None


@pytest.mark.parametrize(("text", "sentence", "code"), SENTENCES)
def test_the_sentence_tells_the_specimen(linker: LoincLinker, text: str, sentence: str, code: str) -> None:
    assert first(linker, text, sentence=sentence) == code


@pytest.mark.parametrize(("text", "unit"), SILENT)
def test_stays_silent_where_nothing_or_two_things_fit(linker: LoincLinker, text: str, unit: str | None) -> None:
    assert first(linker, text, unit=unit) is None


@pytest.mark.parametrize(
    ("text", "language", "part", "code"),
    [
        ("BP", "en", "systolic", "8480-6"),
        ("TA", "es", "systolic", "8480-6"),
        ("Tensión arterial", "es", "diastolic", "8462-4"),
        ("systolic", "en", "diastolic", "8462-4"),
        ("H&H", "en", "hematocrit", "20570-8"),
        ("Apgars", "en", "apgar-5", "9274-2"),
    ],
)
def test_the_part_chooses_in_every_language(
    linker: LoincLinker, text: str, language: str, part: str, code: str
) -> None:
    [codes] = linker.link([Mention(text, Coded.MEASUREMENT, language, part=part)])

    assert codes[0].code == code


@pytest.mark.parametrize(("text", "part"), [("PA pressure", "systolic"), ("LV pressure", "diastolic"), ("BP", "mean")])
def test_the_pressure_of_another_place_is_not_that_of_the_arm(linker: LoincLinker, text: str, part: str) -> None:
    assert linker.link([Mention(text, Coded.MEASUREMENT, unit="mm[Hg]", part=part)]) == [()]


def test_a_letter_is_a_cell_where_it_has_a_share(linker: LoincLinker) -> None:
    assert first(linker, "N", unit="%") == "26511-6"
    assert first(linker, "N") is None


def test_another_fluid_has_no_code_of_blood(linker: LoincLinker) -> None:
    assert first(linker, "glucose", unit="mg/dL", sentence="Pleural fluid glucose 50 mg/dL.") is None


def test_a_missing_unit_costs_certainty(linker: LoincLinker) -> None:
    sure, unsure = linker.link(
        [Mention("glucose", Coded.MEASUREMENT, unit="mg/dL"), Mention("glucose", Coded.MEASUREMENT)]
    )

    assert sure[0].system == CodeSystem.LOINC
    assert sure[0].score > unsure[0].score > unsure[1].score


def test_every_check_digit_is_right() -> None:
    """Modulo 10, as appendix C of the LOINC User's Guide computes it (Luhn's formula)."""
    wrong = [row[0] for _, row in rows() if row[0].rpartition("-")[2] != check_digit(row[0].rpartition("-")[0])]

    assert wrong == []


def check_digit(number: str) -> str:
    doubled = str(int(number[::-1][::2][::-1]) * 2)
    total = sum(map(int, doubled + number[::-1][1::2]))
    return str(-total % 10)


def test_every_code_is_one_of_something_that_has_a_name_and_of_a_unit_that_notes_use() -> None:
    named = {*word_lists("analytes", "en"), *word_lists("analytes", "es")}
    content = tomllib.loads(
        (files("epicrisis.engines.extraction.measurements") / "units.toml").read_text(encoding="utf-8")
    )

    assert {analyte for analyte, _ in rows()} <= named
    assert {row[1] for _, row in rows()} <= {"", *content}
    assert len({row[0] for _, row in rows()}) >= 200
    assert measured_by("mg/dL") == "mass-concentration"
