from __future__ import annotations

import pytest
from benchmarks.speech.notes import negations
from benchmarks.speech.scoring import Score, distance, words


@pytest.mark.parametrize(
    ("said", "written", "errors"),
    [
        ("denies chest pain", "denies chest pain", 0),
        ("denies chest pain", "did eyes chest pain", 2),
        ("no fever", "", 2),
        ("", "thank you", 2),
        ("no fever or cough", "no fever cough", 1),
        ("afebrile", "a febrile", 2),
    ],
)
def test_a_word_put_in_left_out_or_replaced_is_an_error(said: str, written: str, errors: int) -> None:
    assert distance(said.split(), written.split()) == errors


def test_words_are_compared_without_their_marks_and_small_figures_as_words() -> None:
    assert words("Well-nourished; 2 of 40 days.", "en") == ["well", "nourished", "two", "of", "40", "days"]


def test_what_denies_is_found_whole_words_only() -> None:
    assert negations("No fever, not nowhere; she doesn't cough.", "en") == ["no", "not", "doesn't"]
    assert negations("Niega tos, sin disnea ni síntomas.", "es") == ["niega", "sin", "ni"]


def test_a_negation_that_came_and_one_that_went_are_both_counted() -> None:
    score = Score()

    score.add("She denies pain and has no fever.", "She did eyes pain and has no fever, no cough.", "en")

    assert (score.negations, score.lost, score.invented) == (2, 1, 1)
    assert score.word_error == pytest.approx(4 / 7)
