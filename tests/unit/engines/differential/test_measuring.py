from __future__ import annotations

import pytest

from epicrisis.domain.patients import Sex
from epicrisis.domain.records import ReferenceRange
from epicrisis.engines.differential.answering import Told
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
    return {each.finding: each.present for each in (by or laboratory()).read(result, age=age, sex=sex).observed}


@pytest.mark.parametrize(
    ("loinc", "value", "there", "absent"),
    [
        ("26515-7", 82_000, "platelets-low", "platelets-high"),
        ("777-3", 8_000, "platelets-critical-low", "platelets-high"),
        ("26464-8", 15_200, "wbc-high", "wbc-critical-high"),
        ("6690-2", 900, "wbc-low", "wbc-high"),
        ("751-8", 400, "neutrophils-critical-low", "neutrophils-high"),
        ("26515-7", 1_200, "platelets-high", "platelets-low"),
        ("26464-8", 120, "wbc-critical-high", "wbc-low"),
    ],
)
def test_a_count_without_a_unit_is_in_thousands_or_of_single_cells(
    loinc: str, value: float, there: str, absent: str
) -> None:
    told = shown(loinc, value)

    assert (told[there], told[absent]) == (True, False)


def test_a_positive_pregnancy_test_is_not_a_very_high_one() -> None:
    reading = laboratory().read(Result("21198-7", Told.POSITIVE), age=30.0, sex=Sex.FEMALE)

    assert [(each.finding, each.present) for each in reading.observed] == [("hcg-positive", True)]


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
    troponin = Laboratory([Measure("troponin-high", "6598-7", Shows.HIGH, "ng/mL", 0.04)])
    [observed] = troponin.read(Result("6598-7", 0.5, "ng/mL"), age=None, sex=Sex.UNKNOWN).observed

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


@pytest.mark.parametrize(
    ("loinc", "value", "unit", "finding"),
    [
        ("6598-7", 50.0, "ng/mL", "troponin-critical-high"),
        ("10839-9", 50.0, "ng/mL", "troponin-critical-high"),
        ("751-8", 0.02, "10*3/uL", "neutrophils-critical-low"),
        ("8310-5", 42.0, "Cel", "hyperpyrexia"),
        ("2571-8", 4200.0, "mg/dL", "triglycerides-critical-high"),
    ],
)
def test_what_is_extreme_is_there(loinc: str, value: float, unit: str, finding: str) -> None:
    assert shown(loinc, value, unit)[finding] is True


def test_an_end_that_nobody_knows_rules_nothing_out() -> None:
    # Of the blood pressure of small children the table knows what is too low alone.
    assert shown("8480-6", 105.0, "mm[Hg]", age=4.0) == {"hypotension": False}
    assert shown("718-7", 14.0, "g/dL", age=4.0).get("hemoglobin-high") is None


@pytest.mark.parametrize(
    ("age", "loinc", "value"),
    [
        (0.02, "9279-1", 48.0), (0.02, "8867-4", 190.0), (0.5, "9279-1", 36.0), (0.5, "8867-4", 140.0),
        (0.5, "8480-6", 82.0), (2.0, "8480-6", 80.0), (5.0, "9279-1", 24.0), (11.0, "39156-5", 14.9),
        (5.0, "8889-8", 110.0),
    ],
)  # fmt: skip
def test_children_are_measured_by_limits_of_their_age(age: float, loinc: str, value: float) -> None:
    assert not any(shown(loinc, value, age=age).values())


@pytest.mark.parametrize(
    ("age", "loinc", "value", "finding"),
    [
        (0.02, "9279-1", 64.0, "tachypnea"),
        (0.5, "9279-1", 75.0, "severe-tachypnea"),
        (5.0, "9279-1", 52.0, "severe-tachypnea"),
        (0.5, "8867-4", 230.0, "extreme-tachycardia"),
        (5.0, "8867-4", 190.0, "extreme-tachycardia"),
        (0.5, "8867-4", 50.0, "severe-bradycardia"),
        (0.5, "8480-6", 64.0, "hypotension"),
        (4.0, "8480-6", 76.0, "hypotension"),
        (5.0, "98979-8", 12.0, "egfr-critical-low"),
    ],
)
def test_an_ill_child_is_ill_by_limits_of_its_age(age: float, loinc: str, value: float, finding: str) -> None:
    assert shown(loinc, value, age=age)[finding] is True


def why(loinc: str, value: float | Told, unit: str = "", *, age: float = 40.0, comparator: str = "") -> str:
    return laboratory().read(Result(loinc, value, unit, None, comparator), age=age, sex=Sex.UNKNOWN).why


def test_a_result_says_why_it_says_nothing() -> None:
    assert "no limits for this age are known" in why("39156-5", 14.9, age=11.0)
    assert "no limits for this age are known" in why("3016-3", 3.0, "m[IU]/L", age=5.0)
    assert "its unit cannot be told" in why(GLUCOSE, 180.0, "kg")
    assert "positive or negative" in why("94500-6", 1.0)
    assert "its bound leaves open" in why("6598-7", 50.0, "ng/mL", comparator="<")
    assert "in numbers" in why(POTASSIUM, Told.NEGATIVE)
    assert why(POTASSIUM, 4.1) == ""


@pytest.mark.parametrize(
    ("loinc", "value", "unit", "way"),
    [
        (GLUCOSE, 1e300, "mg/dL", "high"),
        (POTASSIUM, -4.0, "mmol/L", "low"),
        (POTASSIUM, 690.0, "mmol/L", "high"),
        ("8310-5", 101.5, "", "high"),
        ("59408-5", 104.0, "%", "high"),
        ("6598-7", -0.1, "ng/mL", "low"),
    ],
)
def test_what_nobody_can_have_shows_nothing_and_says_so(loinc: str, value: float, unit: str, way: str) -> None:
    assert shown(loinc, value, unit) == {}
    assert f"no result is so {way}" in why(loinc, value, unit)


@pytest.mark.parametrize(
    ("loinc", "comparator", "value", "unit", "expected"),
    [
        (GLUCOSE, ">", 600.0, "mg/dL", {"glucose-critical-high": True, "glucose-high": True, "glucose-low": False}),
        (GLUCOSE, ">", 90.0, "mg/dL", {"glucose-low": False}),
        (GLUCOSE, "<", 40.0, "mg/dL", {"glucose-low": True, "glucose-critical-low": True, "glucose-high": False}),
        ("6598-7", "<", 0.01, "ng/mL", {"troponin-high": False}),
        ("6598-7", ">", 50.0, "ng/mL", {"troponin-high": True, "troponin-critical-high": True}),
        ("6301-6", ">", 10.0, "", {"inr-high": True, "inr-critical-high": True}),
        ("69405-9", "<", 60.0, "", {"egfr-low": True}),
        ("69405-9", ">", 60.0, "", {"egfr-low": False}),
        ("59408-5", "<", 88.0, "%", {"severe-hypoxia": True}),
        ("9269-2", "<", 15.0, "", {"gcs-low": True}),
    ],
)
def test_a_bound_tells_what_it_settles(
    loinc: str, comparator: str, value: float, unit: str, expected: dict[str, bool]
) -> None:
    read = laboratory().read(Result(loinc, value, unit, None, comparator), age=40.0, sex=Sex.FEMALE)
    told = {each.finding: each.present for each in read.observed}

    assert {finding: told.get(finding) for finding in expected} == expected
    assert read.observed[0].told.startswith(f"{comparator}{value:g}")


def test_a_bound_tells_nothing_that_it_leaves_open() -> None:
    read = laboratory().read(Result(GLUCOSE, 90.0, "mg/dL", None, ">"), age=40.0, sex=Sex.FEMALE)

    assert {each.finding for each in read.observed} == {"glucose-low", "glucose-critical-low"}


@pytest.mark.parametrize(
    ("loinc", "told", "expected"),
    [
        ("94500-6", Told.POSITIVE, {"sars-cov-2-test-positive": True}),
        ("94500-6", Told.NEGATIVE, {"sars-cov-2-test-positive": False}),
        ("600-7", Told.NEGATIVE, {"blood-culture-positive": False}),
        ("6598-7", Told.NEGATIVE, {"troponin-high": False, "troponin-critical-high": False}),
        ("48065-7", Told.POSITIVE, {"d-dimer-high": True}),
        (POTASSIUM, Told.NEGATIVE, {}),
    ],
)
def test_a_word_is_a_result(loinc: str, told: Told, expected: dict[str, bool]) -> None:
    read = laboratory().read(Result(loinc, told), age=40.0, sex=Sex.UNKNOWN)

    assert {each.finding: each.present for each in read.observed} == expected


def test_of_a_test_nobody_names_in_full_what_all_it_may_be_show_is_so() -> None:
    def told(value: float) -> dict[str, bool]:
        result = Result("10839-9", value, "ng/mL", others=("6598-7",))
        read = laboratory().read(result, age=40.0, sex=Sex.UNKNOWN)
        return {each.finding: each.present for each in read.observed}

    assert told(0.02) == {"troponin-critical-high": False}
    assert told(0.9) == {"troponin-high": True, "troponin-critical-high": True}


@pytest.mark.parametrize(
    ("loinc", "value", "unit", "finding"),
    [
        ("3016-3", 12.0, "m[IU]/L", "tsh-high"),
        ("3016-3", 12.0, "m[iU]/L", "tsh-high"),
        ("3016-3", 12.0, "u[IU]/mL", "tsh-high"),
        ("19080-1", 4000.0, "mIU/mL", "hcg-positive"),
        ("19080-1", 4000.0, "[IU]/L", "hcg-positive"),
        (POTASSIUM, 5.6, "mEq/L", "potassium-high"),
        (POTASSIUM, 5.6, "meq/L", "potassium-high"),
    ],
)
def test_a_unit_is_known_as_it_is_written(loinc: str, value: float, unit: str, finding: str) -> None:
    assert shown(loinc, value, unit)[finding] is True


@pytest.mark.parametrize(
    ("loinc", "value"), [("17861-6", 2.3), (GLUCOSE, 5.5), ("41653-7", 8.9), (CREATININE, 88.0), ("46099-8", 2.4)]
)
def test_a_number_without_its_unit_that_is_in_another_shows_nothing(loinc: str, value: float) -> None:
    assert shown(loinc, value) == {}
    assert "give it right, with its unit" in why(loinc, value)


@pytest.mark.parametrize(
    ("loinc", "value", "finding", "present"),
    [
        ("2000-8", 2.3, "calcium-low", False), ("29265-6", 3.3, "calcium-critical-high", True),
        ("14749-6", 5.5, "glucose-critical-low", False), ("14743-9", 3.0, "glucose-low", True),
        ("14682-9", 60.0, "creatinine-high", False), ("59260-0", 5.0, "hemoglobin-low", True),
    ],
)  # fmt: skip
def test_a_number_without_its_unit_is_in_that_of_its_code(
    loinc: str, value: float, finding: str, present: bool
) -> None:
    assert shown(loinc, value)[finding] is present


@pytest.mark.parametrize(
    ("loinc", "value", "unit"), [("46099-8", 13.2, "mg/dL"), ("46099-8", 3.3, "mmol/L"), ("29265-6", 3.3, "mmol/L")]
)
def test_a_corrected_calcium_is_a_calcium(loinc: str, value: float, unit: str) -> None:
    told = shown(loinc, value, unit)

    assert told == {"calcium-low": False, "calcium-high": True, "calcium-critical-high": True}


@pytest.mark.parametrize(
    ("loinc", "value", "unit", "high"),
    [
        ("41653-7", 120.0, "mg/dL", False), ("41653-7", 140.0, "mg/dL", True), ("2340-8", 120.0, "mg/dL", False),
        ("2340-8", 150.0, "mg/dL", True), ("14749-6", 7.0, "mmol/L", False), ("14749-6", 7.8, "mmol/L", True),
        ("14743-9", 7.0, "mmol/L", False), ("14743-9", 7.8, "mmol/L", True), ("1558-6", 110.0, "mg/dL", True),
    ],
)  # fmt: skip
def test_a_glucose_of_the_finger_is_high_where_one_of_the_vein_is(
    loinc: str, value: float, unit: str, high: bool
) -> None:
    assert shown(loinc, value, unit)["glucose-high"] is high


@pytest.mark.parametrize(
    ("age", "loinc", "value", "unit", "finding"),
    [
        (2.0, "20570-8", 34.0, "%", "hemoglobin-low"), (2.0, "59260-0", 7.0, "mmol/L", "hemoglobin-low"),
        (8.0, "59260-0", 7.2, "mmol/L", "hemoglobin-low"), (5.0, "2777-1", 5.4, "mg/dL", "phosphate-high"),
        (5.0, "14879-1", 1.7, "mmol/L", "phosphate-high"), (5.0, "2532-0", 290.0, "U/L", "ldh-high"),
        (5.0, "14804-9", 290.0, "U/L", "ldh-high"), (0.1, "1834-1", 400.0, "ng/mL", "afp-high"),
        (0.05, "806-0", 12.0, "/uL", "csf-leukocytes-high"), (0.05, "26465-5", 12.0, "/uL", "csf-leukocytes-high"),
        (0.2, "2880-3", 60.0, "mg/dL", "csf-protein-high"),
    ],
)  # fmt: skip
def test_a_child_has_nothing_by_a_limit_of_adults(
    age: float, loinc: str, value: float, unit: str, finding: str
) -> None:
    assert not shown(loinc, value, unit, age=age).get(finding)
    assert shown(loinc, value * (0.8 if finding.endswith("low") else 1.0), unit)[finding] is True


def test_a_hematocrit_and_a_haemoglobin_in_moles_are_low_by_sex() -> None:
    assert shown("20570-8", 38.0, "%", sex=Sex.MALE)["hemoglobin-low"] is True
    assert shown("20570-8", 38.0, "%", sex=Sex.FEMALE)["hemoglobin-low"] is False
    assert shown("59260-0", 8.0, "mmol/L", sex=Sex.MALE)["hemoglobin-low"] is True
    assert shown("59260-0", 8.0, "mmol/L", sex=Sex.FEMALE)["hemoglobin-low"] is False
    assert shown("59260-0", 6.5, "mmol/L", age=2.0)["hemoglobin-low"] is True
