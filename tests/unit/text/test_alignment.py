from __future__ import annotations

import pytest

from epicrisis.domain.spans import Span
from epicrisis.errors import InvalidSpan, UnreadableText
from epicrisis.text.alignment import (
    Edit,
    OffsetMap,
    OffsetUnit,
    convert,
    edited,
    misplaced,
    normalised,
    to_code_points,
)


def quote(text: str, span: Span) -> str:
    return text[span.start : span.end]


def test_replaces_and_finds_the_way_back() -> None:
    text = "Ana Ruiz Prueba, 31/02/1950, denies fever."

    redacted, offsets = edited(text, [(Span(17, 27), "[DATE]"), (Span(0, 15), "[NAME]")])

    assert redacted == "[NAME], [DATE], denies fever."
    fever = Span(redacted.index("fever"), redacted.index("fever") + 5)
    assert quote(text, offsets.to_original(fever)) == "fever"
    assert offsets.to_edited(offsets.to_original(fever)) == fever


@pytest.mark.parametrize(
    ("span", "original"),
    [
        (Span(0, 1), "Ana Ruiz Prueba"),
        (Span(3, 8), "Ana Ruiz Prueba, "),
        (Span(5, 7), "Ana Ruiz Prueba,"),
        (Span(6, 8), ", "),
    ],
)
def test_covers_the_whole_of_what_an_edit_replaced(span: Span, original: str) -> None:
    text = "Ana Ruiz Prueba, denies fever."
    _, offsets = edited(text, [(Span(0, 15), "[NAME]")])

    assert quote(text, offsets.to_original(span)) == original


def test_leaves_dropped_characters_outside_the_words_beside_them() -> None:
    text = "a--b"
    shorter, offsets = edited(text, [(Span(1, 2), ""), (Span(2, 3), "")])

    assert shorter == "ab"
    assert [quote(text, offsets.to_original(span)) for span in (Span(0, 1), Span(1, 2), Span(0, 2))] == [
        "a",
        "b",
        "a--b",
    ]
    assert offsets.to_edited(Span(1, 3)) is None


def test_refuses_edits_that_overlap() -> None:
    with pytest.raises(InvalidSpan, match="overlap at offset 2"):
        OffsetMap.of([Edit(Span(0, 3), 1), Edit(Span(2, 4), 1)])


def test_refuses_an_edit_after_the_text() -> None:
    with pytest.raises(InvalidSpan, match="5 characters"):
        edited("fever", [(Span(3, 6), "")])


def test_shows_a_tokenizer_plain_white_space_at_the_same_offsets() -> None:
    text = "\ufeffchest\u00a0pain\x00.\r\nFever"

    readable, offsets = normalised(text)

    assert readable == " chest pain . \nFever"
    assert offsets == OffsetMap()


def test_drops_only_what_would_cut_a_word_in_two() -> None:
    text = "no pneu\u00admonia"

    readable, offsets = normalised(text)

    assert readable == "no pneumonia"
    assert quote(text, offsets.to_original(Span(3, 12))) == "pneu\u00admonia"


#       0 1   2 3  4 5   code points; 𝔸 is two UTF-16 units and four bytes, é two bytes
TEXT = "a𝔸éb̈"


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        (OffsetUnit.CODE_POINT, [0, 1, 2, 3, 4, 5]),
        (OffsetUnit.UTF16, [0, 1, 3, 4, 5, 6]),
        (OffsetUnit.BYTE, [0, 1, 5, 7, 8, 10]),
    ],
)
def test_counts_offsets_in_the_unit_of_the_reader(unit: OffsetUnit, expected: list[int]) -> None:
    assert convert(TEXT, range(6), unit) == expected
    assert to_code_points(TEXT, expected, unit) == [0, 1, 2, 3, 4, 5]


def test_keeps_the_order_and_repeats_of_the_offsets_given() -> None:
    assert convert(TEXT, [3, 1, 3], OffsetUnit.BYTE) == [7, 1, 7]
    assert convert(TEXT, [], OffsetUnit.BYTE) == []


@pytest.mark.parametrize("unit", OffsetUnit)
@pytest.mark.parametrize("text", [TEXT, "abcde"])
@pytest.mark.parametrize("offset", [-1, 99])
def test_refuses_offsets_outside_the_text(text: str, offset: int, unit: OffsetUnit) -> None:
    with pytest.raises(InvalidSpan, match="the text ends at"):
        convert(text, [0, offset], unit)
    with pytest.raises(InvalidSpan, match="the text ends at"):
        to_code_points(text, [0, offset], unit)


@pytest.mark.parametrize(("unit", "offset"), [(OffsetUnit.UTF16, 2), (OffsetUnit.BYTE, 3), (OffsetUnit.BYTE, 6)])
def test_refuses_offsets_inside_a_character(unit: OffsetUnit, offset: int) -> None:
    with pytest.raises(InvalidSpan, match=f"Offset {offset} "):
        to_code_points(TEXT, [0, offset], unit)


@pytest.mark.parametrize("unit", OffsetUnit)
def test_says_of_every_offset_what_is_wrong_with_it_and_of_none_that_is_right(unit: OffsetUnit) -> None:
    end = convert(TEXT, [len(TEXT)], unit)[0]
    offsets = list(range(-1, end + 2))

    reasons = misplaced(TEXT, offsets, unit)

    right = convert(TEXT, range(len(TEXT) + 1), unit)
    assert [offsets[place] for place in reasons] == [offset for offset in offsets if offset not in right]
    assert reasons[0] == reasons[len(offsets) - 1] == f"lies outside the text, which ends at {end} ({unit})"
    assert {reason for place, reason in reasons.items() if 0 < place < len(offsets) - 1} <= {
        f"lies inside a character ({unit}); count whole characters"
    }


@pytest.mark.parametrize("unit", [OffsetUnit.UTF16, OffsetUnit.BYTE])
def test_refuses_a_lone_surrogate(unit: OffsetUnit) -> None:
    with pytest.raises(UnreadableText, match="surrogates"):
        convert("a\ud800b", [3], unit)
