from __future__ import annotations

import pytest

from epicrisis.domain.spans import Span
from epicrisis.engines.differential.clauses import clauses_of, parts_of


def told(text: str, language: str = "en") -> list[str]:
    return [text[span.start : span.end] for span in clauses_of(text, [Span(0, len(text))], language)]


def test_clauses_end_at_marks_and_joining_words_and_neighbours_stand_together() -> None:
    assert told("Heart dancing about, worn out and breathless on stairs.") == [
        "Heart dancing about",
        "worn out",
        "breathless on stairs",
        "Heart dancing about, worn out",
        "worn out and breathless on stairs",
    ]


def test_each_clause_stands_by_itself_where_no_neighbours_are_asked_for() -> None:
    text = "Heart dancing about, worn out and breathless on stairs."
    alone = [text[span.start : span.end] for span in parts_of(text, [Span(0, len(text))], "en")]
    assert alone == ["Heart dancing about", "worn out", "breathless on stairs"]


def test_spanish_clauses_end_at_spanish_words() -> None:
    found = told("Se ahoga al tumbarse y duerme sentado", language="es")

    assert found == ["Se ahoga al tumbarse", "duerme sentado", "Se ahoga al tumbarse y duerme sentado"]


@pytest.mark.parametrize("text", ["Creatinine 1.4 now", "Platelets 184,000 today", "Lactato de 2,1 hoy"])
def test_a_number_is_one_word(text: str) -> None:
    assert told(text) == [text]


def test_a_mark_after_a_number_ends_a_clause() -> None:
    assert told("Creatinine 1, sodium 140.") == ["Creatinine 1", "sodium 140", "Creatinine 1, sodium 140"]


@pytest.mark.parametrize("text", ["Fever.", "...", " \n "])
def test_one_word_is_no_clause(text: str) -> None:
    assert told(text) == []


def test_the_time_grows_with_the_text() -> None:
    assert len(told("came in breathless, " * 2_000)) < 5_000
