"""What lines must say to be looked at leaves nothing out that a pattern would find."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis.domain.spans import Span
from epicrisis.engines.privacy.patterns.calendar import dates
from epicrisis.engines.privacy.patterns.codes import SHAPES, Shape, codes
from epicrisis.engines.privacy.patterns.page import Page

PARTS = [
    "12:34:ab:56:78:9c", "fe80::1", "1:2:3:4:5:6:7:8", "00-1A-2b-3C-4d-5E", "ana.prueba@example.org", "www.example.org",
    "https://example.org/a", "example.com", "EXAMPLE.COM", "wound.JPG", "192.0.2.1", "1234 BCD", "AB12-34567", "12:30",
    "03/04/2021", "3 / 4 / 2021", "xx/xx/2019", "04/2019", "since 3/4", "June 4th", "MAY 3", "may 3", "4 mar 2020",
    "doctor", "mar", "Ana", "A-1", ":", "-", "/", "@", ".com",
]  # fmt: skip
TEXTS = st.lists(st.tuples(st.sampled_from(PARTS), st.sampled_from([" ", "\n", ", ", "", "  "])), min_size=1).map(
    lambda parts: "".join(part + behind for part, behind in parts)
)


def shown(text: str, shape: Shape) -> set[tuple[int, int]]:
    """Return where ``shape`` stands in ``text``, wherever a line is that may have it."""
    matches = shape.pattern.finditer(text)
    return {match.span() for match in matches if shape.check is None or shape.check(match.group())}


@given(TEXTS)
def test_every_shape_is_found_that_stands_in_the_text(text: str) -> None:
    page = Page.of(text)

    found = {(each.span.start, each.span.end) for each in codes(page)}

    assert found == {place for shape in SHAPES for place in shown(page.text, shape)}


@given(TEXTS, st.sampled_from(["en", "es"]))
def test_lines_are_looked_at_for_dates_as_each_is_alone(text: str, language: str) -> None:
    lines = text.split("\n")
    starts = [sum(len(line) + 1 for line in lines[:number]) for number in range(len(lines))]

    found = {(one.span.start, one.span.end) for one in dates(Page.of(text), language)}

    alone = [
        (start, one.span) for start, line in zip(starts, lines, strict=True) for one in dates(Page.of(line), language)
    ]
    assert found == {(span.start + start, span.end + start) for start, span in alone}


def test_lines_with_a_clue_are_told_whole_and_once() -> None:
    page = Page.of("a may\nno\nMay, may June\n\nlast may")

    lines = page.lines_with("may", "June")

    assert [page.text[start:end] for start, end in lines] == ["a may\n", "May, may June\n", "last may"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("it's X-ray 12b_c", ["it's", "X-ray", "12", "b", "_", "c"]),
        ("Señora’s X-ray\n½", ["Señora’s", "X-ray", "\n", "½"]),
        ("a-1 'b' c--d", ["a", "-", "1", "'", "b", "'", "c", "-", "-", "d"]),
    ],
)
def test_a_text_is_cut_into_words_in_any_letters(text: str, words: list[str]) -> None:
    page = Page.of(text)

    assert [word.text for word in page.words] == words
    assert all(text[word.start : word.end] == word.text for word in page.words)
    assert [word.text for word in Page.of(f"{text} ñ").words] == [*words, "ñ"]


def test_words_are_found_by_where_they_stand_and_what_they_are() -> None:
    page = Page.of("Ana saw ana. Bob left")

    assert [word.text for word in page.inside(Span(4, 12))] == ["saw", "ana", "."]
    assert page.where({"ana", "left"}) == [0, 2, 5]
    assert page.where_capital() == [0, 4]
    assert page.where_capital({"ana"}) == [0, 2, 4]
