"""What a head marks has no half of a pair of brackets at its edge."""

from __future__ import annotations

import pytest

from epicrisis.domain.spans import Span
from epicrisis.engines.tag_heads import whole_brackets


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
