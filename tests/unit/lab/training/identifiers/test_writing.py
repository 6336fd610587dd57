"""Invented notes and questions: their marks are exact, apart from each other, and the same for the same seed."""

from __future__ import annotations

import re

import pytest

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis_lab.training.identifiers.names import data, names
from epicrisis_lab.training.identifiers.slots import fill
from epicrisis_lab.training.identifiers.writing import Writer, Written, joined

LOOK_ALIKES = ("eponyms", "signs", "devices", "drugs", "scores", "positions", "incisions")
TEMPLATES = ("headers", "signatures", "narrative", "questions", "clean_questions", "clean_lines")


def written(seed: int = 3, *, held: bool = False) -> list[Written]:
    writer = Writer(seed, names(held=held))
    return [*writer.notes(40), *writer.questions(60), *writer.lines(80)]


def test_marks_stand_in_order_apart_and_on_words() -> None:
    for each in written():
        ends = 0
        for start, end, _ in each.marks:
            assert ends <= start < end <= len(each.text)
            assert each.text[start:end] == each.text[start:end].strip()
            ends = end


def test_the_same_seed_writes_the_same_and_another_seed_something_else() -> None:
    assert written(3) == written(3)
    assert written(3) != written(4)


def test_every_kind_of_identifier_is_written() -> None:
    kinds = {kind for each in written() + written(4) + written(5) for _, _, kind in each.marks}

    assert kinds == set(IdentifierKind)


def test_joining_moves_the_marks_with_their_words() -> None:
    two = joined(
        [Written("Ana", ((0, 3, IdentifierKind.NAME),)), Written("MRN 7", ((4, 5, IdentifierKind.MRN),))], "\n"
    )

    assert [two.text[start:end] for start, end, _ in two.marks] == ["Ana", "7"]


def test_names_that_are_held_back_are_never_taught() -> None:
    assert not names().every & names(held=True).every
    assert 350 < len(names().every) < len(names().every | names(held=True).every)


def test_no_name_is_a_word_of_an_eponym_a_device_or_a_drug() -> None:
    words = {
        word.casefold() for kind in LOOK_ALIKES for each in data("en")[kind] for word in re.findall(r"[^\W\d_]+", each)
    }

    assert not {name for name in names().every | names(held=True).every if name.casefold() in words}


@pytest.mark.parametrize("kind", TEMPLATES)
def test_every_slot_of_every_template_can_be_filled(kind: str) -> None:
    dice = Writer(1, names())._dice

    for template in data("en")[kind]:
        for slot in re.findall(r"\{(\w+)\}", template):
            words, found = fill(slot, dice)
            assert words
            assert found is None or not kind.startswith("clean")
