"""Shapes of FHIR that documents and messages are written in."""

from __future__ import annotations

import pytest

from epicrisis.formats.patients.shapes import Ids, iso, quantity


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("2012", "2012"),
        ("201205", "2012-05"),
        ("20120512", "2012-05-12"),
        ("201205121430", "2012-05-12T14:30:00"),
        ("20120512143005.123-0800", "2012-05-12T14:30:05-08:00"),
        ("2012051214+0100", "2012-05-12T14:00:00+01:00"),
        ("20120512000000", "2012-05-12"),
        ("", ""),
        ("201205121", ""),
        ("soon", ""),
    ],
)
def test_writes_a_packed_time_as_fhir_does(stamp: str, expected: str) -> None:
    assert iso(stamp) == expected


def test_gives_every_resource_an_id_of_its_own() -> None:
    ids = Ids()

    given = [ids.of("Goal", wanted) for wanted in ("1.2^a b", "1.2^a b", "", "", "x" * 90)]

    assert given == ["1.2-a-b", "1.2-a-b-2", "n-1", "n-2", "x" * 64]
    assert ids.of("Condition", "1.2^a b") == "1.2-a-b"


def test_writes_a_quantity_with_what_is_known_of_it() -> None:
    assert quantity("5", "mg", is_ucum=True)["code"] == "mg"
    assert quantity("5", "") == {"value": "5"}
    assert quantity("", "mg") == {}
