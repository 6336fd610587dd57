from __future__ import annotations

import pytest

from epicrisis.text.language import detect_language
from epicrisis.text.wordlists import word_lists


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The patient denies chest pain.", "en"),
        ("History of Guillain-Barré and Ménière disease.", "en"),
        ("La paciente niega dolor torácico.", "es"),
        ("PACIENTE CON DOLOR, SIN FIEBRE.", "es"),
        ("Exploracio\u0301n normal, sin ma\u0301s.", "es"),
        ("¿Asma?", "es"),
        ("HTN, DM2", "en"),
        ("120/80", "en"),
        ("", "en"),
    ],
)
def test_tells_english_from_spanish(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_goes_by_words_of_one_language_only() -> None:
    english, spanish = (set(word_lists("common_words", language)["words"]) for language in ("en", "es"))

    assert english.isdisjoint(spanish)
