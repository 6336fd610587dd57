"""What a head marks has no half of a pair of brackets and no mark of a list at its edge."""

from __future__ import annotations

import pytest

from epicrisis.domain.spans import Span
from epicrisis.engines.tag_heads import whole_brackets, without_marks


@pytest.mark.parametrize(
    ("text", "marked", "kept"),
    [
        ("MRI (magnetic resonance)", "MRI (", "MRI"),
        ("MRI (magnetic resonance)", "magnetic resonance)", "magnetic resonance"),
        ("(fever) today", "(fever", "fever"),
        ("seen [in a dream] ]", "] ]", "] ]"),
        ("MRI (magnetic resonance)", "MRI (magnetic resonance)", "MRI (magnetic resonance)"),
        ("Na (138) low", "(138)", "(138)"),
        ("no pair", "no pair", "no pair"),
        ("only (", "(", "("),
    ],
)
def test_a_bracket_whose_other_half_lies_outside_goes(text: str, marked: str, kept: str) -> None:
    start = text.index(marked)

    span = whole_brackets(text, Span(start, start + len(marked)))

    assert text[span.start : span.end] == kept


@pytest.mark.parametrize(
    ("marked", "kept"),
    [
        ("Diabetes \u2610", "Diabetes"),
        ("\u2717 Diabetes", "Diabetes"),
        ("\u2612 Diabetes", "Diabetes"),
        ("# Hypokalemia", "Hypokalemia"),
        ("#COPD", "COPD"),
        ("#30", "#30"),
        ("#", None),
        ("\u2713 \u2610", None),
        ("Cough", "Cough"),
    ],
)
def test_boxes_and_marks_of_a_list_are_no_part_of_a_finding(marked: str, kept: str | None) -> None:
    text = f"x {marked}"

    span = without_marks(text, Span(2, len(text)))

    assert (None if span is None else text[span.start : span.end]) == kept
