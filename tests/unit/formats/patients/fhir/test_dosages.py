"""Dosages as numbers that can be compared, and the words they are told in."""

from __future__ import annotations

from typing import Any

import pytest

from epicrisis.domain.patients import Dosage
from epicrisis.domain.records import Quantity
from epicrisis.formats.patients.fhir.dosages import dosages_of
from tests.unit.formats.patients.resources import coded

UCUM = "http://unitsofmeasure.org"


def often(timing: dict[str, Any]) -> tuple[float | None, float | None]:
    found = dosages_of([{"timing": timing, "text": "as told"}])
    return found[0].frequency, found[0].period_days


@pytest.mark.parametrize(
    ("repeat", "expected"),
    [
        ({"frequency": 2, "period": 1, "periodUnit": "d"}, (2, 1)),
        ({"period": 8, "periodUnit": "h"}, (1, 8 / 24)),
        ({"frequency": 1, "period": 4, "periodMax": 6, "periodUnit": "h"}, (1, 4 / 24)),
        ({"frequency": 1, "frequencyMax": 3, "period": 1, "periodUnit": "d"}, (3, 1)),
        ({"frequency": 1, "period": 1, "periodUnit": "wk"}, (1, 7)),
        ({"frequency": 1, "period": 1, "periodUnits": "d"}, (1, 1)),
        ({"when": ["ACM", "HS"]}, (2, 1)),
        ({"timeOfDay": ["08:00:00", "14:00:00", "20:00:00"]}, (3, 1)),
        ({"dayOfWeek": ["mon", "wed", "fri"]}, (3, 7)),
        ({"dayOfWeek": ["mon", "thu"], "frequency": 2, "period": 1, "periodUnit": "d"}, (4, 7)),
        ({"count": 1, "periodUnit": "d"}, (None, None)),
        ({"frequency": 1, "period": 0, "periodUnit": "d"}, (None, None)),
        ({"frequency": True, "period": "often", "periodUnit": 3}, (None, None)),
    ],
)
def test_reads_how_often(repeat: dict[str, Any], expected: tuple[float | None, float | None]) -> None:
    assert (
        often({"repeat": repeat}) == pytest.approx(expected) if expected[0] else often({"repeat": repeat}) == expected
    )


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("BID", (2, 1)), ("TID", (3, 1)), ("QD", (1, 1)), ("Q4H", (1, 4 / 24)), ("q 8 h", (1, 8 / 24)), ("QOD", (1, 2)),
        ("WK", (1, 7)), ("Q2W", (1, 14)), ("Q0H", (None, None)), ("as needed", (None, None)),
    ],
)  # fmt: skip
def test_reads_the_codes_of_timing(told: str, expected: tuple[float | None, float | None]) -> None:
    assert often({"code": coded(told)}) == expected
    assert often({"code": {"text": told}}) == expected


def test_reads_how_much_and_by_which_way() -> None:
    tablet = {"value": 1, "unit": "tablet", "system": UCUM, "code": "{tbl}"}

    (found,) = dosages_of([{"doseAndRate": [{"doseQuantity": tablet}], "route": {"text": "oral"}}])

    assert found == Dosage(dose=Quantity(1.0, "tablet", "{tbl}"), route="oral")


@pytest.mark.parametrize(
    "dosage",
    [
        {"doseQuantity": {"value": 5, "unit": "mg"}},
        {"dose": {"value": 5, "unit": "mg"}},
        {"quantityQuantity": {"value": 5, "unit": "mg"}},
        {"doseAndRate": [{"doseRange": {"low": {"value": 2, "unit": "mg"}, "high": {"value": 5, "unit": "mg"}}}]},
    ],
)
def test_reads_a_dose_of_any_release_and_the_most_of_a_range(dosage: dict[str, Any]) -> None:
    assert dosages_of(dosage)[0].dose == Quantity(5.0, "mg")


@pytest.mark.parametrize(
    "need",
    [{"asNeededBoolean": True}, {"asNeeded": True}, {"asNeededCodeableConcept": {"text": "pain"}},
     {"asNeededFor": [{"text": "pain"}]}, {"timing": {"code": {"text": "PRN"}}}],
)  # fmt: skip
def test_knows_what_is_taken_at_need(need: dict[str, Any]) -> None:
    assert dosages_of([{"text": "1 tablet", **need}])[0].as_needed


def test_keeps_the_words_and_drops_what_says_nothing() -> None:
    assert dosages_of([{"text": "two at  night"}, {}, {"sequence": 1}]) == (Dosage("two at night"),)
    assert dosages_of("twice") == ()


def test_trusts_only_the_words_of_a_dosage_with_a_modifier() -> None:
    dosage = {"text": "not with milk", "doseQuantity": {"value": 5}, "modifierExtension": [{"url": "http://x"}]}

    assert dosages_of(dosage) == (Dosage("not with milk"),)
