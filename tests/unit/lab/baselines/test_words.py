"""Words, tags and marks of a sentence."""

from __future__ import annotations

import pytest

from epicrisis.domain.spans import Span
from epicrisis_lab.baselines.words import marks_of, tags_of, words_of


def span(text: str, words: str) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


def test_letters_digits_and_marks_stand_apart_and_know_their_place() -> None:
    text = "Toma 40mg. Sin alergias."

    first, second = words_of(text, "es")

    assert first.texts == ("Toma", "40", "mg", ".")
    assert [text[each.start : each.end] for each in second.spans] == ["Sin", "alergias", "."]


def test_an_accent_that_stands_apart_stays_in_its_word() -> None:
    (words,) = words_of("To\u0301rax normal", "es")

    assert words.texts == ("To\u0301rax", "normal")


def test_a_mark_leads_back_to_the_span_it_came_from() -> None:
    text = "Sufre dolor torácico agudo."
    (words,) = words_of(text, "es")

    (mark,) = words.marks([(span(text, "dolor torácico"), "SINTOMA")])

    assert mark == (1, 3, "SINTOMA")
    assert words.span_of(mark) == span(text, "dolor torácico")


def test_of_two_that_share_a_word_the_longer_is_kept_and_part_of_a_word_takes_it_whole() -> None:
    text = "Dolor torácico y tos."
    (words,) = words_of(text, "es")

    marks = words.marks([(span(text, "torácico"), "X"), (span(text, "Dolor torácico"), "X"), (span(text, "to"), "X")])

    assert marks == [(0, 2, "X")]
    assert words.marks([(span(text, "os"), "X")]) == [(3, 4, "X")]


@pytest.mark.parametrize(
    ("tags", "marks"),
    [
        (["O", "B-X", "I-X", "O"], [(1, 3, "X")]),
        (["B-X", "B-X"], [(0, 1, "X"), (1, 2, "X")]),
        (["B-X", "I-Y", "I-Y"], [(0, 1, "X"), (1, 3, "Y")]),
        (["O", "I-X"], [(1, 2, "X")]),
        ([], []),
    ],
)
def test_tags_spell_marks(tags: list[str], marks: list[tuple[int, int, str]]) -> None:
    assert list(marks_of(tags)) == marks


def test_marks_give_the_tags_that_spell_them() -> None:
    marks = [(0, 2, "X"), (2, 3, "X"), (4, 5, "Y")]

    assert list(marks_of(tags_of(6, marks))) == marks
