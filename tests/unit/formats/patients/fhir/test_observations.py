"""Results of every type, their parts, ranges and flags, and what they tell of somebody's life."""

from __future__ import annotations

from typing import Any

import pytest

from epicrisis.domain.patients import Observation, ObservationCategory, PatientRecord
from epicrisis.domain.records import Flag, Quantity, ReferenceRange, SocialKind, Use
from tests.unit.formats.patients.resources import LOINC, coded, read, resource, state

UCUM = "http://unitsofmeasure.org"
GLUCOSE = {"code": coded("2345-7", "Glucose", system=LOINC)}
MG = {"value": 126, "unit": "mg/dL", "system": UCUM, "code": "mg/dL"}


def record(**fields: Any) -> PatientRecord:
    return read(resource("Observation", **{"status": "final", **GLUCOSE, **fields}))


def result(**fields: Any) -> Observation:
    (found,) = record(**fields).observations
    return found


def test_reads_a_number_with_its_unit() -> None:
    found = result(
        valueQuantity={**MG, "comparator": ">="},
        effectiveDateTime="2020-01-02T08:00:00Z",
        category=[state("laboratory")],
        interpretation=[state("H")],
        referenceRange=[{"low": {"value": 70}, "high": {"value": 99}}],
    )

    assert found.quantity == Quantity(126.0, "mg/dL", "mg/dL", ">=")
    assert (found.category, found.flag) == (ObservationCategory.LABORATORY, Flag.HIGH)
    assert found.reference == ReferenceRange(70.0, 99.0)
    assert (str(found.at), found.part, found.words) == ("2020-01-02", 0, "")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"valueCodeableConcept": {"text": "Positive"}}, "Positive"),
        ({"valueString": "no  growth"}, "no growth"),
        ({"valueBoolean": False}, "no"),
        ({"valueDateTime": "2020-05-03"}, "2020-05-03"),
        ({"valueTime": "08:30:00"}, "08:30:00"),
        ({"valueRange": {"low": {"value": 2, "unit": "mg"}, "high": {"value": 4, "unit": "mg"}}}, "2-4 mg"),
        ({"valueRange": {"high": {"value": 4, "unit": "mg"}}}, "<= 4 mg"),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 64}}}, "1:64"),
        ({"valuePeriod": {"start": "2020", "end": "2021"}}, "2020/2021"),
        ({"interpretation": [{"coding": [{"code": "POS", "display": "Positive"}]}]}, "Positive"),
    ],
)
def test_tells_in_words_what_is_no_number(value: dict[str, Any], expected: str) -> None:
    found = result(**value)

    assert (found.words, found.quantity) == (expected, None)


def test_reads_a_whole_number_and_one_in_a_string() -> None:
    assert result(valueInteger=3).quantity == Quantity(3.0)
    assert result(valueQuantity={"value": "7.5", "unit": "{score}"}).quantity == Quantity(7.5)


@pytest.mark.parametrize(
    "value", [{}, {"valueQuantity": {"unit": "mg"}}, {"valueQuantity": 3}, {"dataAbsentReason": {}}]
)
def test_passes_over_what_has_no_value(value: dict[str, Any]) -> None:
    found = record(**value)

    assert found.observations == ()
    assert found.passed_over == (("Observation", 1),)


def test_knows_a_vital_sign_and_a_laboratory_where_no_category_is_told() -> None:
    told = {"status": "final", "code": {"text": "Sodium"}, "valueInteger": 140}
    labs = resource("DiagnosticReport", "r", status="final", result=[{"reference": "Observation/of-report"}])
    scan = resource("DiagnosticReport", "s", category=[state("RAD")], result=[{"reference": "Observation/of-scan"}])

    found = read(
        labs,
        scan,
        resource("Observation", "vital", **{**told, "code": coded("8867-4", system=LOINC)}),
        resource("Observation", "of-specimen", specimen={"reference": "Specimen/x"}, **told),
        resource("Observation", "of-report", **told),
        resource("Observation", "of-scan", **told),
    ).observations

    assert [each.category.value for each in found] == ["VITAL_SIGNS", "LABORATORY", "LABORATORY", "OTHER"]


def test_passes_over_what_is_observed_in_somebody_else() -> None:
    assert record(valueQuantity=MG, focus=[{"display": "fetus"}]).observations == ()


@pytest.mark.parametrize("status", ["cancelled", "entered-in-error", "registered"])
def test_drops_what_is_no_result(status: str) -> None:
    assert record(status=status, valueQuantity=MG).observations == ()


def test_marks_what_is_preliminary() -> None:
    assert result(status="preliminary", valueQuantity=MG).is_preliminary


def test_reads_a_blood_pressure_as_its_two_parts() -> None:
    parts = [
        {"code": {"text": "Systolic"}, "valueQuantity": {"value": 132}},
        {"code": {"text": "Oxygen"}, "dataAbsentReason": {}},
        {"code": {"text": "Diastolic"}, "valueQuantity": {"value": 88}, "interpretation": [state("N")]},
    ]

    found = record(code={"text": "Blood pressure"}, category=[state("vital-signs")], component=parts).observations

    assert [(each.concept.text, each.part) for each in found] == [("Systolic", 1), ("Diastolic", 3)]
    assert {each.category for each in found} == {ObservationCategory.VITAL_SIGNS}
    assert [each.flag for each in found] == [None, Flag.NORMAL]


def test_reads_the_members_that_a_panel_contains_and_leaves_the_others_to_stand_alone() -> None:
    sodium = {
        "resourceType": "Observation",
        "id": "na",
        "status": "final",
        "code": {"text": "Sodium"},
        "valueInteger": 140,
    }
    panel = resource(
        "Observation",
        "panel",
        status="final",
        code={"text": "Electrolytes"},
        contained=[sodium],
        hasMember=[{"reference": "#na"}, {"reference": "Observation/k"}],
    )
    potassium = resource("Observation", "k", status="final", code={"text": "Potassium"}, valueInteger=4)

    found = read(panel, potassium).observations

    assert [(each.source.reference, each.concept.text, each.part) for each in found] == [
        ("Observation/panel", "Sodium", 1),
        ("Observation/k", "Potassium", 0),
    ]


@pytest.mark.parametrize(
    ("interpretation", "flag"),
    [
        ([state("HH")], Flag.CRITICAL), ([state("LL")], Flag.CRITICAL), ([state("L")], Flag.LOW),
        ([state("A")], Flag.ABNORMAL), ([{"text": "Abnormal"}], Flag.ABNORMAL), (state("H"), Flag.HIGH),
        ([state("U"), state("H")], Flag.HIGH), ([state("POS")], None),
    ],
)  # fmt: skip
def test_reads_what_a_result_means(interpretation: object, flag: Flag | None) -> None:
    assert result(valueQuantity=MG, interpretation=interpretation).flag is flag


@pytest.mark.parametrize(
    ("code", "answer", "kind", "use"),
    [
        (coded("72166-2", system=LOINC), coded("266919005", "Never smoker"), SocialKind.TOBACCO, Use.NEVER),
        (coded("72166-2", system=LOINC), coded("8517006", "Former smoker"), SocialKind.TOBACCO, Use.FORMER),
        (coded("72166-2", system=LOINC), coded("449868002", "Every day"), SocialKind.TOBACCO, Use.CURRENT),
        (coded("11331-6", system=LOINC), {"text": "two glasses"}, SocialKind.ALCOHOL, None),
        (coded("45404-1", system=LOINC), {"text": "married"}, SocialKind.MARITAL, None),
    ],
)
def test_tells_twice_what_is_of_how_somebody_lives(
    code: dict[str, Any], answer: dict[str, Any], kind: SocialKind, use: Use | None
) -> None:
    found = record(code=code, valueCodeableConcept=answer, effectiveDateTime="2020")

    assert len(found.observations) == 1
    assert [(each.kind, each.use, str(each.at)) for each in found.social] == [(kind, use, "2020")]


def test_knows_that_who_smoked_until_then_smokes_no_more() -> None:
    found = record(
        code=coded("11367-0", system=LOINC),
        valueCodeableConcept=coded("160604004", "Moderate smoker"),
        effectivePeriod={"start": "2009-02-14", "end": "2011-02-15"},
    )

    assert [each.use for each in found.social] == [Use.FORMER]
