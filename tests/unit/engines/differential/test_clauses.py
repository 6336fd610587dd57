from __future__ import annotations

import pytest

from epicrisis.domain.spans import Span
from epicrisis.engines.differential.clauses import clauses_of


def told(text: str, *taken: str, language: str = "en") -> list[str]:
    spans = [Span(text.index(each), text.index(each) + len(each)) for each in taken]
    return [text[span.start : span.end] for span in clauses_of(text, [Span(0, len(text))], spans, language)]


def test_clauses_end_at_marks_and_joining_words_and_neighbours_stand_together() -> None:
    assert told("Heart dancing about, worn out and breathless on stairs.") == [
        "Heart dancing about",
        "worn out",
        "breathless on stairs",
        "Heart dancing about, worn out",
        "worn out and breathless on stairs",
    ]


def test_what_was_understood_is_not_asked_again() -> None:
    assert told("Chest pain at rest, sleeps in the armchair.", "Chest pain at rest") == ["sleeps in the armchair"]


def test_what_was_understood_parts_the_words_around_it() -> None:
    text = "A stabbing pain in the side that catches on a deep breath, no fever."

    assert told(text, "stabbing pain in the side", "no fever") == ["that catches on a deep breath"]


def test_a_single_word_that_was_understood_may_be_part_of_more() -> None:
    assert told("Coughed up a streak of blood.", "Coughed") == ["Coughed up a streak of blood"]


def test_spanish_clauses_end_at_spanish_words() -> None:
    found = told("Se ahoga al tumbarse y duerme sentado", language="es")

    assert found == ["Se ahoga al tumbarse", "duerme sentado", "Se ahoga al tumbarse y duerme sentado"]


@pytest.mark.parametrize("text", ["Fever.", "...", " \n "])
def test_one_word_is_no_clause(text: str) -> None:
    assert told(text) == []


def test_the_time_grows_with_the_text() -> None:
    assert len(told("came in breathless, " * 2_000)) < 5_000
