from __future__ import annotations

import pytest

from epicrisis.engines.patients.units import Substance, measured, scale_of, told_in, unit_file

GLUCOSE, CALCIUM = Substance(180.156), Substance(40.078, 2)
TOLD = [
    (98.6, "[degF]", "Cel", Substance(), 37.0),
    (37.0, "Cel", "[degF]", Substance(), 98.6),
    (100, "mg/dL", "mmol/L", GLUCOSE, 5.5507),
    (5.5507, "mmol/L", "mg/dL", GLUCOSE, 100),
    (5.0, "meq/L", "mg/dL", CALCIUM, 10.0195),
    (4.2, "10*3/uL", "10*9/L", Substance(), 4.2),
    (4200, "/mm3", "10*3/uL", Substance(), 4.2),
    (1.2, "ug/mL{FEU}", "ng/mL{FEU}", Substance(), 1200),
    (13.5, "g/dL", "g/L", Substance(), 135),
    (70, "kg", "[lb_av]", Substance(), 154.324),
    (3, "{score}", "{score}", Substance(), 3),
    (72, "{beats}/min", "/min", Substance(), 72),
]


@pytest.mark.parametrize(("value", "unit", "other", "substance", "expected"), TOLD)
def test_a_value_is_told_in_another_unit(
    value: float, unit: str, other: str, substance: Substance, expected: float
) -> None:
    assert told_in(value, unit, other, substance) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(("unit", "other"), [("mg/dL", "mmol/L"), ("mg/dL", "%"), ("mg/dL", ""), ("", "mg/dL")])
def test_what_cannot_be_told_in_another_unit_is_not(unit: str, other: str) -> None:
    assert told_in(1, unit, other) is None


def test_units_that_can_be_told_in_each_other_measure_the_same() -> None:
    assert measured("mg/dL", GLUCOSE) == measured("mmol/L", GLUCOSE)
    assert measured("mg/dL") != measured("mmol/L")


def test_a_unit_is_known_as_people_write_it() -> None:
    written, ucum = scale_of("K/uL"), scale_of("10*3/uL")

    assert written == ucum is not None


def test_every_table_begins_with_the_unit_its_sizes_are_told_in() -> None:
    tables = {
        name: units
        for name, units in unit_file().items()
        if name not in ("zero", "equivalents", "ratio", "excretion", "fraction")
    }

    for name, units in tables.items():
        assert next(iter(units.values())) == 1.0, name
