"""Data types of FHIR, and what is not of its type."""

from __future__ import annotations

import pytest

from epicrisis.domain.patients import Concept
from epicrisis.domain.records import Quantity
from epicrisis.formats.patients.fhir.values import all_said, code_of, codes_of, concept_of, number, plainly, quantity
from tests.unit.formats.patients.resources import SNOMED, code, coded


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"text": "  chest\npain "}, Concept("chest pain")),
        (coded("29857009", "Chest pain"), Concept("Chest pain", (code(SNOMED, "29857009", "Chest pain"),))),
        (coded("29857009"), Concept("29857009", (code(SNOMED, "29857009"),))),
        ({"concept": {"text": "gout"}}, Concept("gout")),
        ("gout", Concept("gout")),
        ([{"text": "gout"}, {"text": "lupus"}], Concept("gout")),
        ({"coding": [{"display": "a"}, {"display": "b", "userSelected": True}]}, Concept("b")),
        ({"coding": {"code": "x", "system": SNOMED}}, Concept("x", (code(SNOMED, "x"),))),
        ({"text": 3, "coding": [7]}, None),
        ({}, None),
        ([], None),
        ([[{"text": "gout"}]], None),
        (7, None),
        (" ", None),
    ],
)
def test_reads_a_concept(value: object, expected: Concept | None) -> None:
    assert concept_of(value) == expected


def test_reads_codes_as_codeable_concepts_codings_and_bare() -> None:
    assert [
        code_of(each) for each in ({"coding": [{}, {"code": "Active"}]}, {"code": "AMB"}, "Active", [{"code": "x"}])
    ] == [
        "active",
        "amb",
        "active",
        "x",
    ]
    assert [code_of(each) for each in (None, 3, {}, [[]], {"coding": 3})] == ["", "", "", "", ""]
    assert codes_of([coded("a"), "b", {"text": "C"}, coded("a")]) == ("a", "b", "c")
    assert all_said([{"text": "a"}, {"text": "a"}, [{}], {"text": "b"}]) == ("a", "b")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 3.0),
        (2.5, 2.5),
        ("7.5", 7.5),
        (True, None),
        ("7,5", None),
        (10**400, None),
        (float("nan"), None),
        (None, None),
        ([], None),
    ],
)
def test_reads_a_number_or_none(value: object, expected: float | None) -> None:
    assert number(value) == expected


@pytest.mark.parametrize(
    ("value", "expected", "words"),
    [
        ({"value": 5, "unit": "mg", "comparator": "<"}, Quantity(5.0, "mg", None, "<"), "< 5 mg"),
        ({"value": 5, "code": "1", "system": "http://unitsofmeasure.org"}, Quantity(5.0, None, "1"), "5"),
        ({"value": 3, "unit": "{score}", "comparator": "~"}, Quantity(3.0), "3"),
    ],
)
def test_reads_a_quantity_and_says_it_plainly(value: object, expected: Quantity, words: str) -> None:
    found = quantity(value)

    assert found == expected
    assert plainly(expected) == words
