from __future__ import annotations

import pytest

from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.domain.spans import Span
from epicrisis.engines.privacy.patterns.joining import joined, trimmed


def one(start: int, end: int, kind: IdentifierKind = IdentifierKind.NAME, score: float = 0.9) -> Identifier:
    return Identifier(Span(start, end), kind, score, f"{kind.lower()} {start}-{end}")


def test_what_stands_apart_stays_apart_and_comes_in_order() -> None:
    first, second = one(0, 4), one(4, 9)

    assert joined([second, first]) == [first, second]


def test_a_checked_number_beats_a_guess_and_covers_what_the_guess_covered() -> None:
    guess, checked = one(0, 14, IdentifierKind.MRN, 0.7), one(3, 12, IdentifierKind.SSN, 0.99)

    [told] = joined([guess, checked])

    assert told.kind is IdentifierKind.SSN
    assert told.span == Span(0, 14)


def test_of_two_alike_the_longer_one_tells_what_it_is() -> None:
    short, long = one(0, 4), one(0, 12)

    assert joined([short, long]) == [long]


def test_what_overlaps_in_part_leaves_no_end_uncovered() -> None:
    [told] = joined([one(0, 10), one(6, 15), one(14, 20, IdentifierKind.ORGANIZATION, 0.5)])

    assert told.span == Span(0, 20)
    assert told.kind is IdentifierKind.NAME


def test_a_finer_label_says_nothing_of_the_words_it_grows_by() -> None:
    town = Identifier(Span(10, 16), IdentifierKind.LOCATION, 0.9, "patterns:town", sub="CITY")
    street = Identifier(Span(0, 16), IdentifierKind.LOCATION, 0.6, "learnt")

    assert joined([town]) == [town]
    assert [(told.span, told.sub) for told in joined([town, street])] == [(Span(0, 16), None)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("(12345)", "(12345)"),
        ("12345)", "12345"),
        ("(12345", "12345"),
        ("12345 ,", "12345"),
        ("[12345", "12345"),
        ("(555) 555-0142", "(555) 555-0142"),
        ("((", "("),
    ],
)
def test_a_mark_lets_go_of_commas_and_of_a_bracket_without_its_other(text: str, words: str) -> None:
    span = trimmed(text, one(0, len(text))).span

    assert text[span.start : span.end] == words
