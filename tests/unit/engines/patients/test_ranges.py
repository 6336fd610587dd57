from __future__ import annotations

import tomllib
from dataclasses import replace
from importlib.resources import files

import pytest

from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import Identity, Sex, Source
from epicrisis.domain.records import Flag, ReferenceRange
from epicrisis.engines.codes.loinc.linker import codes_file
from epicrisis.engines.patients.ranges import meaning, range_file
from epicrisis.engines.patients.units import scale_of
from tests.unit.engines.patients.entries import ANA, result

MEANT = [
    ("2951-2", 140, "mmol/L", Flag.NORMAL),
    ("2951-2", 133, "mmol/L", Flag.LOW),
    ("2951-2", 118, "mmol/L", Flag.CRITICAL),
    ("2823-3", 5.1, "meq/L", Flag.HIGH),
    ("2823-3", 6.3, "mmol/L", Flag.CRITICAL),
    ("718-7", 11.9, "g/dL", Flag.LOW),
    ("718-7", 119, "g/L", Flag.LOW),
    ("2345-7", 9.0, "mmol/L", Flag.HIGH),
    ("2160-0", 1.2, "mg/dL", Flag.HIGH),
    ("14682-9", 106, "umol/L", Flag.HIGH),
    ("8480-6", 130, "mm[Hg]", Flag.HIGH),
    ("8480-6", 129, "mm[Hg]", Flag.NORMAL),
    ("8480-6", 186, "mm[Hg]", Flag.CRITICAL),
    ("4548-4", 5.7, "%", Flag.HIGH),
    ("33914-3", 59, "mL/min/{1.73_m2}", Flag.LOW),
    ("39156-5", 25.0, "kg/m2", Flag.HIGH),
    ("1742-6", 2, "U/L", Flag.NORMAL),
    ("2524-7", 3.5, "mmol/L", Flag.CRITICAL),
    ("2951-2", 140, "%", None),
    ("99999-9", 140, "mmol/L", None),
]


def born(year: str, sex: Sex) -> Identity:
    return Identity(Source("Patient/1"), born=Moment.told(year), sex=sex)


@pytest.mark.parametrize(("code", "value", "unit", "flag"), MEANT)
def test_a_result_is_held_against_the_usual_range_of_a_woman_of_seventy(
    code: str, value: float, unit: str, flag: Flag | None
) -> None:
    meant = meaning(result("Observation/1", code, value, unit, "2020-05-03"), ANA)

    assert meant.flag is flag
    assert meant.is_usual is (flag is not None)


def test_the_record_knows_better_than_any_table() -> None:
    told = result("Observation/1", "2951-2", 133, "mmol/L", "2020-05-03")

    flagged = meaning(replace(told, flag=Flag.NORMAL), ANA)
    ranged = meaning(replace(told, reference=ReferenceRange(130, 150)), ANA)

    assert (flagged.flag, flagged.is_usual) == (Flag.NORMAL, False)
    assert (ranged.flag, ranged.reference, ranged.is_usual) == (Flag.NORMAL, ReferenceRange(130, 150), False)


def test_the_range_is_told_in_the_unit_of_the_result() -> None:
    meant = meaning(result("Observation/1", "718-7", 119, "g/L", "2020-05-03"), ANA)

    assert meant.reference == ReferenceRange(120, 160)


@pytest.mark.parametrize(
    ("year", "sex", "value", "flag"),
    [
        ("1990", Sex.MALE, 12.8, Flag.LOW),
        ("1990", Sex.FEMALE, 12.8, Flag.NORMAL),
        ("2016", Sex.MALE, 11.2, Flag.NORMAL),
        ("2010", Sex.MALE, 11.2, Flag.LOW),
        ("1990", Sex.UNKNOWN, 12.8, Flag.NORMAL),
        ("1990", Sex.UNKNOWN, 11.8, Flag.LOW),
    ],
)
def test_age_and_sex_decide_which_range_is_usual(year: str, sex: Sex, value: float, flag: Flag) -> None:
    told = result("Observation/1", "718-7", value, "g/dL", "2020-05-03")

    assert meaning(told, born(year, sex)).flag is flag


def test_without_an_age_no_range_of_adults_is_used() -> None:
    told = result("Observation/1", "718-7", 5, "g/dL", "2020-05-03")

    assert meaning(told, Identity(Source("Patient/1"))).flag is None


@pytest.mark.parametrize(
    ("value", "comparator", "flag"),
    [(0.01, "<", Flag.NORMAL), (0.5, "<", None), (0.5, ">", Flag.HIGH), (0.01, ">", None)],
)
def test_a_result_told_as_a_limit_is_flagged_where_all_it_can_be_agrees(
    value: float, comparator: str, flag: Flag | None
) -> None:
    troponin = result("Observation/1", "10839-9", value, "ng/mL", "2020-05-03", comparator=comparator)

    assert meaning(troponin, ANA).flag is flag


def test_every_code_has_its_check_digit() -> None:
    """LOINC checks by the algorithm of Luhn (LOINC Users' Guide, appendix C)."""
    for code in (each for test in range_file()["tests"].values() for each in test["codes"]):
        digits, _, check = code.partition("-")
        doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits))]
        assert (-sum(each // 10 + each % 10 for each in doubled)) % 10 == int(check), code


def test_a_test_is_what_the_code_linker_calls_so() -> None:
    linked = {row[0]: analyte for analyte, rows in codes_file()["codes"].items() for row in rows}
    # The linker tells near relatives apart that have one range: a count from a share, blood of a finger from plasma.
    cells = ("basophils", "eosinophils", "lymphocytes", "monocytes", "neutrophils")
    same = {
        "bicarbonate": {"bicarbonate", "carbon-dioxide"},
        "glucose": {"glucose", "glucose-capillary"},
        "oxygen-saturation": {"oxygen-saturation", "oxygen-saturation-arterial"},
        **{name: {name, f"{name}-absolute"} for name in cells},
    }

    for name, test in range_file()["tests"].items():
        found = {linked[code] for code in test["codes"] if code in linked}
        assert found <= same.get(name, {name}), name


def test_the_unit_of_every_range_is_one_we_can_tell_in_others() -> None:
    own = {"", "fL", "pg"}

    units = {test["unit"] for test in range_file()["tests"].values()}

    assert {unit for unit in units if scale_of(unit) is None} <= own


def test_every_source_is_used_and_every_critical_limit_lies_outside_the_usual_range() -> None:
    content = tomllib.loads((files("epicrisis.engines.patients") / "ranges.toml").read_text(encoding="utf-8"))
    bands = [band for test in content["tests"].values() for band in test.get("bands", [])]

    used = {band["source"] for band in bands} | {band["critical"]["source"] for band in bands if "critical" in band}

    assert used == set(content["sources"])
    for band in bands:
        critical = band.get("critical", {})
        low, high = band.get("low", float("-inf")), band.get("high", band.get("below", float("-inf")))
        assert critical.get("low", float("-inf")) < low or "low" not in critical
        assert critical.get("high", float("inf")) > high
