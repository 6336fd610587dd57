"""Offsets never lie: not in another unit, and not on the way through an edited text."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from epicrisis.domain.spans import Span
from epicrisis.text.alignment import OffsetUnit, convert, edited, normalised, to_code_points
from tests.property.texts import texts

units = st.sampled_from(OffsetUnit)


def counted(text: str, unit: OffsetUnit) -> int:
    """Return how long ``text`` is in ``unit``, the slow and obvious way."""
    match unit:
        case OffsetUnit.CODE_POINT:
            return len(text)
        case OffsetUnit.UTF16:
            return sum(1 + (ord(character) > 0xFFFF) for character in text)
        case OffsetUnit.BYTE:
            return len(text.encode())


@st.composite
def cut_texts(draw: st.DrawFn) -> tuple[str, list[Span]]:
    """Draw a text and spans of it that do not overlap."""
    text = draw(texts)
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    return text, [Span(start, end) for start, end in list(pairwise(edges))[::2]]


@given(text=texts, unit=units)
def test_counts_every_offset_as_the_reader_would(text: str, unit: OffsetUnit) -> None:
    offsets = range(len(text) + 1)

    assert convert(text, offsets, unit) == [counted(text[:offset], unit) for offset in offsets]


@given(text=texts, unit=units, data=st.data())
def test_offsets_convert_back_and_forth(text: str, unit: OffsetUnit, data: st.DataObject) -> None:
    offsets = data.draw(st.lists(st.integers(0, len(text)), max_size=20))

    assert to_code_points(text, convert(text, offsets, unit), unit) == offsets


@given(text=texts)
def test_a_converted_span_quotes_the_same_characters(text: str) -> None:
    starts, ends = range(len(text)), range(1, len(text) + 1)
    data, units16 = text.encode(), text.encode("utf-16-le")

    for character, start, end in zip(
        text, convert(text, starts, OffsetUnit.BYTE), convert(text, ends, OffsetUnit.BYTE), strict=True
    ):
        assert data[start:end].decode() == character
    for character, start, end in zip(
        text, convert(text, starts, OffsetUnit.UTF16), convert(text, ends, OffsetUnit.UTF16), strict=True
    ):
        assert units16[2 * start : 2 * end].decode("utf-16-le") == character


@given(cut=cut_texts(), words=st.sampled_from(["", "[NAME]", "x"]))
def test_what_no_edit_touched_is_found_again_on_both_sides(cut: tuple[str, list[Span]], words: str) -> None:
    text, replaced = cut
    copy, offsets = edited(text, [(span, words) for span in replaced])

    for start in range(len(text)):
        span = Span(start, start + 1)
        if not any(span.overlaps(other) for other in replaced):
            moved = offsets.to_edited(span)
            assert moved is not None
            assert copy[moved.start : moved.end] == text[start]
            assert offsets.to_original(moved) == span


@given(cut=cut_texts(), words=st.sampled_from(["", "[NAME]", "x"]))
def test_every_span_of_the_copy_stands_for_a_stretch_of_the_original(cut: tuple[str, list[Span]], words: str) -> None:
    text, replaced = cut
    copy, offsets = edited(text, [(span, words) for span in replaced])

    for start in range(len(copy)):
        original = offsets.to_original(Span(start, start + 1))
        assert original.end <= len(text)
        assert text[original.start : original.end] == copy[start] or original in replaced


@given(text=texts)
def test_a_tokenizer_sees_the_words_of_the_text_itself(text: str) -> None:
    readable, offsets = normalised(text)

    for start, character in enumerate(readable):
        span = offsets.to_original(Span(start, start + 1))
        if not character.isspace():
            assert text[span.start : span.end] == character
    controls = {character for character in readable if unicodedata.category(character) == "Cc"}
    assert controls <= {"\n", "\t"}
