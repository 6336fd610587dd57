from __future__ import annotations

import pytest

from epicrisis.domain.patients import Sex
from epicrisis.domain.records import ReferenceRange
from epicrisis.engines.differential.knowledge.entries import Measure, Shows
from epicrisis.engines.differential.measuring import Laboratory, Result, check_digit, checked, laboratory
from epicrisis.errors import InvalidInput

GLUCOSE, CREATININE, POTASSIUM, HAEMOGLOBIN = "2345-7", "2160-0", "2823-3", "718-7"


def shown(
    loinc: str,
    value: float,
    unit: str = "",
    *,
    age: float | None = 40.0,
    sex: Sex = Sex.UNKNOWN,
    low: float | None = None,
    high: float | None = None,
    by: Laboratory | None = None,
) -> dict[str, bool]:
    reference = None if low is None and high is None else ReferenceRange(low, high)
    result = Result(loinc, value, unit, reference)
    return {each.finding: each.present for each in (by or laboratory()).observed(result, age=age, sex=sex)}


@pytest.mark.parametrize("code", ["2345-7", "718-7", "2160-0", "6598-7", "10839-9", "8310-5", "4548-4", "94500-6"])
def test_a_code_of_loinc_ends_in_its_check_digit(code: str) -> None:
    number, digit = code.split("-")

    assert check_digit(number) == int(digit)
    assert checked(code) == (code, "")


@pytest.mark.parametrize("code", ["2345-8", "718-0", "2435-7", "6589-7"])
def test_a_wrong_check_digit_is_told_and_taken(code: str) -> None:
    told, warning = checked(f" {code}\n")

    assert told == code
    assert warning == f"{code} has a wrong check digit; is it mistyped?"


@pytest.mark.parametrize(
    "code", ["", "2345", "2345-", "-7", "2345-77", "12345678-1", "2345–7", "23 45-7", "GLU-1", "Quetzal"]
)
def test_what_has_no_shape_of_a_code_is_refused_and_not_repeated(code: str) -> None:
    with pytest.raises(InvalidInput, match=r"^Invalid LOINC code format: ") as refused:
        checked(code)

    assert "Quetzal" not in str(refused.value)


@pytest.mark.parametrize(
    ("loinc", "value", "unit", "other", "other_unit", "finding"),
    [
        (GLUCOSE, 180.0, "mg/dL", 10.0, "mmol/L", "glucose-high"),
        (GLUCOSE, 250.0, "mg/dL", 13.9, "mmol/L", "glucose-diabetic-range"),
        (GLUCOSE, 40.0, "mg/dL", 2.2, "mmol/L", "glucose-low"),
        (CREATININE, 2.0, "mg/dL", 177.0, "umol/L", "creatinine-high"),
        ("14682-9", 177.0, "umol/L", 2.0, "mg/dL", "creatinine-high"),
        (HAEMOGLOBIN, 9.0, "g/dL", 90.0, "g/L", "hemoglobin-low"),
        ("8310-5", 38.5, "Cel", 101.3, "[degF]", "fever-measured"),
        ("6598-7", 0.4, "ng/mL", 400.0, "ng/L", "troponin-high"),
    ],
)
def test_a_result_shows_the_same_in_every_unit(
    loinc: str, value: float, unit: str, other: float, other_unit: str, finding: str
) -> None:
    here, there = shown(loinc, value, unit), shown(loinc, other, other_unit)

    assert here[finding] is True
    assert here == there


def test_without_a_unit_a_number_is_in_the_usual_one() -> None:
    assert shown(GLUCOSE, 180.0) == shown(GLUCOSE, 180.0, "mg/dL")
    assert shown("14749-6", 10.0)["glucose-high"] is True
    assert shown("14749-6", 5.0)["glucose-high"] is False


@pytest.mark.parametrize(
    ("loinc", "value", "unit"), [(GLUCOSE, 90.0, "mg/dL"), (GLUCOSE, 5.0, "mmol/L"), (POTASSIUM, 4.2, "mmol/L")]
)
def test_a_normal_result_shows_that_a_finding_is_not_there(loinc: str, value: float, unit: str) -> None:
    told = shown(loinc, value, unit)

    assert told
    assert not any(told.values())


def test_a_low_result_is_not_high() -> None:
    told = shown(POTASSIUM, 3.0, "mmol/L")

    assert (told["potassium-low"], told["potassium-high"]) == (True, False)
    assert told["potassium-critical-low"] is False
    assert shown(POTASSIUM, 2.0, "mmol/L")["potassium-critical-low"] is True


def test_the_range_that_came_with_a_result_is_asked_first() -> None:
    assert shown(POTASSIUM, 5.3, "mmol/L")["potassium-high"] is True
    assert shown(POTASSIUM, 5.3, "mmol/L", low=3.5, high=5.5)["potassium-high"] is False
    assert shown(POTASSIUM, 4.9, "mmol/L", low=3.5, high=4.8)["potassium-high"] is True
    # A threshold stands back too where a range is told.
    assert shown("14682-9", 120.0, "umol/L")["creatinine-high"] is True
    assert shown("14682-9", 120.0, "umol/L", high=125.0)["creatinine-high"] is False


def test_a_range_says_nothing_of_what_begins_far_beyond_it() -> None:
    told = shown(GLUCOSE, 7.0, "mmol/L", low=3.9, high=5.6)

    assert told["glucose-high"] is True
    assert told["glucose-diabetic-range"] is False


def test_ranges_are_those_of_the_sex_and_age_of_a_patient() -> None:
    assert shown(HAEMOGLOBIN, 12.5, "g/dL", sex=Sex.MALE)["hemoglobin-low"] is True
    assert shown(HAEMOGLOBIN, 12.5, "g/dL", sex=Sex.FEMALE)["hemoglobin-low"] is False
    # Of whom nobody says the sex, only what is unusual in both is.
    assert shown(HAEMOGLOBIN, 12.5, "g/dL")["hemoglobin-low"] is False
    assert shown("8867-4", 140.0, age=0.1)["tachycardia"] is False
    assert shown("8867-4", 140.0, age=30.0)["tachycardia"] is True


def test_of_whose_age_nobody_says_the_ranges_are_those_of_adults() -> None:
    assert shown(HAEMOGLOBIN, 9.0, "g/dL", age=None) == shown(HAEMOGLOBIN, 9.0, "g/dL", age=40.0)


def test_a_result_in_a_unit_of_another_kind_says_nothing() -> None:
    assert shown(GLUCOSE, 180.0, "kg") == {}
    assert shown("8310-5", 39.0, "mmol/L").get("fever-measured") is None


def test_a_test_nobody_knows_says_nothing() -> None:
    assert "99999-5" not in laboratory()
    assert shown("99999-5", 1.0) == {}


def test_what_was_measured_is_told_with_its_unit_and_its_code() -> None:
    [observed] = Laboratory([Measure("troponin-high", "6598-7", Shows.HIGH, "ng/mL", 0.04)]).observed(
        Result("6598-7", 0.5, "ng/mL"), age=None, sex=Sex.UNKNOWN
    )

    assert observed.told == "0.5 ng/mL"
    assert observed.source is not None
    assert observed.source.reference == "loinc/6598-7"


@pytest.mark.parametrize(
    ("shows", "value", "present"),
    [(Shows.HIGH, 10.0, True), (Shows.HIGH, 9.9, False), (Shows.LOW, 9.9, True), (Shows.LOW, 10.0, False)],
)
def test_a_threshold_belongs_to_what_is_high(shows: Shows, value: float, present: bool) -> None:
    by = Laboratory([Measure("found", GLUCOSE, shows, "mg/dL", 10.0)])

    assert shown(GLUCOSE, value, "mg/dL", by=by) == {"found": present}


def test_a_test_that_is_positive_or_not_is_read_by_the_range_it_came_with() -> None:
    assert shown("630-4", 1.0) == {}
    assert shown("630-4", 1.0, high=0.0) == {"urine-culture-positive": True}
    assert shown("630-4", 0.0, high=0.0) == {"urine-culture-positive": False}


def test_a_high_sensitivity_troponin_is_read() -> None:
    assert shown("89579-7", 300.0, "ng/L")["troponin-high"] is True
