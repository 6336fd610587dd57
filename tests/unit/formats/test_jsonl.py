from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.documents import Document
from epicrisis.errors import InvalidRow, InvalidSpan
from epicrisis.formats.jsonl import from_plain, to_plain
from epicrisis.text.alignment import OffsetUnit
from tests.unit.formats.samples import TEXT, annotated, sample


def test_writes_a_finding_with_its_words_and_the_words_that_decided() -> None:
    plain = to_plain(sample())

    assert (plain["id"], plain["language"], plain["engine"], plain["version"]) == ("n1", "en", "model", "1")
    assert plain["entities"][1] == {
        "id": "T2",
        "start": 44,
        "end": 54,
        "text": "chest\npain",
        "label": "PROBLEM",
        "score": 0.9,
        "assertion": {
            "status": "ABSENT",
            "confidence": 0.9,
            "scores": {"ABSENT": 0.9, "PRESENT": 0.1},
            "temporality": "CURRENT",
            "experiencer": "PATIENT",
            "cues": [
                {
                    "start": 37,
                    "end": 43,
                    "text": "Denies",
                    "kind": "NEG",
                    "score": 0.9876,
                    "scope": {"start": 37, "end": 54},
                }
            ],
            "conflict": None,
        },
    }


def test_writes_no_assertion_for_a_dose_and_the_other_reading_for_a_conflict() -> None:
    entities = to_plain(sample())["entities"]

    assert entities[3]["assertion"] is None
    assert entities[2]["assertion"]["conflict"]["engine"] == "rules"
    assert entities[2]["assertion"]["conflict"]["status"] == "ABSENT"
    assert [cue["text"] for cue in entities[2]["assertion"]["conflict"]["cues"]] == ["Denies"]


def test_writes_sections_with_their_heading() -> None:
    assert to_plain(sample())["sections"][0] == {
        "start": 0,
        "end": 36,
        "category": "family-history",
        "heading": {"start": 0, "end": 14, "text": "FAMILY HISTORY"},
    }


@pytest.mark.parametrize(
    ("unit", "encoded"),
    [
        (OffsetUnit.CODE_POINT, lambda text: list(text)),
        (OffsetUnit.UTF16, lambda text: [text.encode("utf-16-le")[i : i + 2] for i in range(0, len(text) * 2 + 2, 2)]),
        (OffsetUnit.BYTE, lambda text: list(text.encode())),
    ],
)
def test_counts_offsets_in_the_unit_asked_for(unit: OffsetUnit, encoded: Any) -> None:
    plain = to_plain(sample(), offset_unit=unit)

    aspirin = plain["entities"][2]
    assert plain["offset_unit"] == unit.value
    assert encoded(TEXT)[aspirin["start"] : aspirin["end"]] == encoded("aspirin")[: aspirin["end"] - aspirin["start"]]


@given(annotated(), st.sampled_from(OffsetUnit))
def test_what_is_written_is_read_back(note: AnnotatedDocument, unit: OffsetUnit) -> None:
    row = json.loads(json.dumps(to_plain(note, offset_unit=unit)))

    assert from_plain(row, note.document) == note


def test_reads_back_sentences_sections_scores_and_conflicts() -> None:
    assert from_plain(to_plain(sample()), sample().document) == sample()


@pytest.mark.parametrize(
    "damage",
    [
        lambda plain: plain.pop("entities"),
        lambda plain: plain.update(sentences=None),
        lambda plain: plain["entities"][0].update(start="0"),
        lambda plain: plain["entities"][1]["assertion"].update(status="MAYBE"),
        lambda plain: plain["cues"][0].pop("kind"),
    ],
)
def test_refuses_a_row_that_is_not_as_we_write_it(damage: Any) -> None:
    plain = to_plain(sample())
    damage(plain)

    with pytest.raises(InvalidRow, match="document 'n1' are not as"):
        from_plain(plain, sample().document)


def test_refuses_offsets_of_another_text() -> None:
    with pytest.raises(InvalidSpan):
        from_plain(to_plain(sample()), Document(id="n1", text="Short."))
