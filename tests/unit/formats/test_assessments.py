from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from epicrisis.domain.assertions import Scheme, SentenceLabel
from epicrisis.domain.assessments import Assessment, Coverage
from epicrisis.domain.spans import Span
from epicrisis.errors import InvalidRow
from epicrisis.formats.assessments import assessment_from_plain, assessment_to_plain
from epicrisis.formats.jsonl import to_plain
from epicrisis.text.alignment import OffsetUnit
from tests.unit.formats.samples import TEXT, sample


def assessment() -> Assessment:
    """Return the findings of the sample note, as if somebody had asked for them."""
    note = sample()
    return Assessment(
        document=note.document,
        assertions=tuple(assertion for assertion in note.assertions if assertion is not None),
        labels=("PROBLEM", None, "MEDICATION"),
        sentence=SentenceLabel.MIXED,
        sentences=note.sentences,
        sections=note.sections,
        coverage=Coverage((Span(0, len(TEXT)),), 0.98765),
        engine="model",
        version="1",
    )


def test_a_finding_is_told_as_a_note_tells_it_and_where_it_stands() -> None:
    [stroke, pain, aspirin] = assessment_to_plain(assessment())["assertions"]

    told = to_plain(sample())["entities"]
    for finding, entity in zip((stroke, pain, aspirin), told, strict=False):
        assert finding.items() >= entity["assertion"].items()
        assert {name: finding[name] for name in ("start", "end", "text")}.items() <= entity.items()
    assert [finding["label"] for finding in (stroke, pain, aspirin)] == ["PROBLEM", None, "MEDICATION"]
    assert [finding["model_label"] for finding in (stroke, pain, aspirin)] == ["PRESENT", "ABSENT", "PRESENT"]
    assert stroke["section"] == to_plain(sample())["sections"][0]
    assert pain["section"] is None
    assert (stroke["scope"], pain["scope"]) == (None, {"start": 37, "end": 54})


def test_the_text_as_a_whole_is_told_beside_its_findings() -> None:
    plain = assessment_to_plain(assessment())

    assert (plain["id"], plain["language"], plain["label"], plain["scores"]) == ("n1", "en", "MIXED", {})
    assert plain["sentences"] == to_plain(sample())["sentences"]
    assert plain["coverage"] == {"stretches": [{"start": 0, "end": len(TEXT)}], "share": 0.9877}
    assert (plain["engine"], plain["version"]) == ("model", "1")


def test_only_the_schemes_asked_for_are_told() -> None:
    asked = assessment_to_plain(assessment(), schemes=[Scheme.FOUR, Scheme.I2B2])["assertions"]

    assert [finding["projections"] for finding in asked] == [
        {"four": "PRESENT", "i2b2": "associated_with_someone_else"},
        {"four": "ABSENT", "i2b2": "absent"},
        {"four": "PRESENT", "i2b2": "present"},
    ]
    assert all("projections" not in finding for finding in assessment_to_plain(assessment())["assertions"])


@pytest.mark.parametrize(("unit", "width"), [(OffsetUnit.CODE_POINT, 1), (OffsetUnit.UTF16, 2), (OffsetUnit.BYTE, 4)])
def test_everything_behind_an_astral_character_counts_the_unit_asked_for(unit: OffsetUnit, width: int) -> None:
    plain: Any = assessment_to_plain(assessment(), offset_unit=unit)

    aspirin = TEXT.index("aspirin") - 1 + width
    assert plain["offset_unit"] == unit.value
    assert (plain["assertions"][2]["start"], plain["assertions"][2]["end"]) == (aspirin, aspirin + 7)
    assert plain["coverage"]["stretches"][0]["end"] == len(TEXT) - 1 + width


@pytest.mark.parametrize("unit", list(OffsetUnit))
def test_what_is_written_is_read_back(unit: OffsetUnit) -> None:
    asked = assessment()
    plain = json.loads(json.dumps(assessment_to_plain(asked, offset_unit=unit, schemes=list(Scheme))))

    read = assessment_from_plain(plain, asked.document)

    # Told are the sections the findings stand in, and shares to four decimals.
    told = replace(asked, sections=asked.sections[:1], coverage=replace(asked.coverage, share=0.9877))
    assert read == told


@pytest.mark.parametrize(
    "damage",
    [
        lambda plain: plain.pop("coverage"),
        lambda plain: plain.update(label="MAYBE"),
        lambda plain: plain["assertions"][0].update(start="0"),
        lambda plain: plain["assertions"][1].pop("status"),
    ],
)
def test_refuses_what_is_not_as_we_write_it(damage: Any) -> None:
    plain = assessment_to_plain(assessment())
    damage(plain)

    with pytest.raises(InvalidRow, match="about document 'n1' are not as"):
        assessment_from_plain(plain, assessment().document)
