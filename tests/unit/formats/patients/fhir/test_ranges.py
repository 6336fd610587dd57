"""The reference range that is meant for somebody of this age and sex, in the unit of the result."""

from __future__ import annotations

from typing import Any

import pytest

from epicrisis.domain.records import ReferenceRange
from epicrisis.formats.patients.fhir.ranges import range_in_words
from tests.unit.formats.patients.resources import coded, read, resource


def reference(*ranges: dict[str, Any], unit: str = "g/dL") -> ReferenceRange | None:
    told = resource(
        "Observation",
        status="final",
        code={"text": "Hemoglobin"},
        valueQuantity={"value": 13.2, "unit": unit},
        effectiveDateTime="2020-03-01",
        referenceRange=[*ranges],
    )
    (found,) = read(told).observations
    return found.reference


def between(low: float, high: float, **fields: Any) -> dict[str, Any]:
    return {"low": {"value": low}, "high": {"value": high}, **fields}


def years(low: float, high: float) -> dict[str, Any]:
    return {"low": {"value": low, "unit": "a"}, "high": {"value": high, "unit": "years"}}


def test_takes_the_range_for_women_for_a_woman() -> None:
    anybody, men = between(12, 18), between(13, 17, appliesTo=[coded("248153007", "Male")])
    women = between(12, 15.5, appliesTo=[{"text": "Female"}])

    assert reference(anybody, men, women) == ReferenceRange(12.0, 15.5)
    assert reference(men, anybody) == ReferenceRange(12.0, 18.0)


def test_takes_the_range_for_the_age_at_that_time() -> None:
    adults, old = between(12, 16, age=years(18, 69)), between(11, 16, age=years(70, 120))

    assert reference(adults, old) == ReferenceRange(11.0, 16.0)
    assert reference(adults) is None


def test_takes_what_is_usual_and_not_what_is_treated_to() -> None:
    therapeutic = between(1, 2, type=coded("therapeutic"))

    assert reference(therapeutic, between(3, 4, type=coded("normal"))) == ReferenceRange(3.0, 4.0)
    assert reference(therapeutic) is None


def test_leaves_out_a_range_in_another_unit() -> None:
    millimolar = {"low": {"value": 7.4, "unit": "mmol/L"}, "high": {"value": 9.6, "unit": "mmol/L"}}

    assert reference(millimolar) is None
    assert reference(millimolar, unit="mmol/L") == ReferenceRange(7.4, 9.6)


def test_leaves_out_a_range_upside_down() -> None:
    assert reference(between(9, 3)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.5-5.1", (3.5, 5.1)), ("(28 - 217)", (28, 217)), ("<30", (None, 30)), (">= 60", (60, None)),
        ("≤ 5", (None, 5)), ("-2 to 2", (-2, 2)), ("3.5-5.1 mmol/L", (3.5, 5.1)),
    ],
)  # fmt: skip
def test_reads_a_range_in_words(text: str, expected: tuple[float | None, float | None]) -> None:
    assert range_in_words(text) == ReferenceRange(*expected)


@pytest.mark.parametrize("text", ["", "negative", "5", "1-2-3", "see report", "9" * 200])
def test_reads_no_range_where_there_is_none(text: str) -> None:
    assert range_in_words(text) is None
