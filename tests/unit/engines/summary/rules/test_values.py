from __future__ import annotations

import pytest

from epicrisis.domain.patients import Concept, Observation, Source
from epicrisis.domain.records import Code, Quantity, ReferenceRange
from epicrisis.engines.summary.rules.values import (
    dose_told,
    name_of,
    number,
    plain_words,
    quantity_told,
    range_told,
    result_told,
    test_name,
)
from epicrisis.engines.summary.rules.wording import words_in

EN = words_in("en")
name_of_test = test_name
del test_name  # pytest takes it for a test


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (160.4692, "160.5"),
        (5.926, "5.93"),
        (0.012345, "0.0123"),
        (70.0, "70"),
        (0.0, "0"),
        (-2.4567, "-2.46"),
        (250000.0, "250000"),
        (1.056, "1.06"),
        (99.99, "100"),
        (1e-9, "1e-09"),
        (-0.0, "0"),
        (float("nan"), "nan"),
    ],
)
def test_a_number_has_three_figures_or_one_decimal(value: float, told: str) -> None:
    assert number(value) == told


@pytest.mark.parametrize(
    ("value", "low", "high", "told"),
    [
        (99.96, 70.0, 100.0, "99.96"),
        (100.04, 70.0, 100.0, "100.04"),
        (100.0, 70.0, 100.0, "100"),
        (3.4996, 3.5, None, "3.4996"),
    ],
)
def test_rounding_carries_no_number_over_its_range(value: float, low: float, high: float | None, told: str) -> None:
    assert number(value, low, high) == told


def test_a_whole_number_has_no_decimals_unless_its_range_asks_for_them() -> None:
    assert number(131.3, 90, 130, whole=True) == "131"
    assert number(130.3, 90, 130, whole=True) == "130.3"


@pytest.mark.parametrize(
    ("quantity", "told"),
    [
        (Quantity(36.6, "Cel", "Cel"), "36.6 °C"),
        (Quantity(128.0, "mm[Hg]"), "128 mmHg"),
        (Quantity(2.0, "{score}"), "2"),
        (Quantity(17.5, "(score)"), "17.5"),
        (Quantity(90.2, "mL/min/{1.73_m2}"), "90.2 mL/min/1.73 m2"),
        (Quantity(369.1, "10*3/uL"), "369.1 10^3/uL"),
        (Quantity(0.01, "ng/mL", comparator="<"), "<0.01 ng/mL"),
        (Quantity(1.0, None, "1"), "1"),
        (Quantity(45.0, "%"), "45 %"),
    ],
)
def test_a_quantity_is_told_as_at_the_bedside(quantity: Quantity, told: str) -> None:
    assert quantity_told(quantity) == told


def test_a_dose_keeps_the_word_for_its_unit() -> None:
    assert dose_told(Quantity(1.0, None, "{tablet}")) == "1 tablet"
    assert dose_told(Quantity(2.5, "mg")) == "2.5 mg"


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ("Viral sinusitis (disorder)", "Viral sinusitis"),
        ("Concussion (with loss of consciousness)", "Concussion (with loss of consciousness)"),
        ("Asthma\n ## Plan\x07", "Asthma ## Plan"),
        ("Hemoglobin [Mass/\u200bvolume] in Blood", "Hemoglobin [Mass/volume] in Blood"),
        ("", "something the record gives no name"),
    ],
)
def test_a_name_is_that_of_the_record_without_its_kind(record: str, told: str) -> None:
    assert name_of(Concept(record), EN) == told


def test_a_concept_without_words_is_called_what_its_code_stands_for() -> None:
    assert name_of(Concept("", (Code("http://snomed.info/sct", "38341003", "Hypertension"),)), EN) == "Hypertension"


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ("Hemoglobin [Mass/volume] in Blood", "Hemoglobin"),
        ("Hemoglobin A1c/Hemoglobin.total in Blood", "Hemoglobin A1c"),
        ("Hematocrit [Volume Fraction] of Blood by Automated count", "Hematocrit"),
        ("Glucose [Presence] in Urine by Test strip", "Glucose in Urine"),
        ("DXA [T-score] Bone density", "DXA [T-score] Bone density"),
        ("Creatinine", "Creatinine"),
    ],
)
def test_a_test_is_named_without_its_method_and_with_a_specimen_that_is_not_blood(record: str, told: str) -> None:
    assert name_of_test(Concept(record), EN) == told


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        (ReferenceRange(70.0, 99.0), "70\u201399"),
        (ReferenceRange(40.0), "≥ 40"),
        (ReferenceRange(None, 5.6), "≤ 5.6"),
        (ReferenceRange(0.0, 1.2), "0\u20131.2"),
    ],
)
def test_a_range_is_told_without_its_unit(reference: ReferenceRange, told: str) -> None:
    assert range_told(reference) == told


def test_a_range_that_ends_below_a_number_says_so() -> None:
    assert range_told(ReferenceRange(90, 130), is_below=True) == "≥ 90, < 130"
    assert range_told(ReferenceRange(None, 5.7), is_below=True) == "< 5.7"


def test_a_result_in_words_is_told_in_them() -> None:
    observation = Observation(Source("Observation/1"), Concept("Clarity of Urine"), words="Cloudy urine (finding)")

    assert result_told(observation) == "Cloudy urine"


def test_words_of_a_record_stay_on_one_line() -> None:
    assert plain_words("1 tablet\n\n# twice\u202e daily") == "1 tablet # twice daily"
