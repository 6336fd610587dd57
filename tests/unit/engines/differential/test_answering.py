from __future__ import annotations

import pytest

from epicrisis.engines.differential.answering import Told, answers, told_by


@pytest.mark.parametrize(
    "words", ["Positive", "POS", "detected", "Reactive", "positivo", "Positiva", "Detectado", "10828004", "260373001"]
)
def test_a_word_says_positive(words: str) -> None:
    assert told_by(words) is Told.POSITIVE


@pytest.mark.parametrize(
    "words",
    ["Negative", "neg", "Not detected", "NOT DETECTED.", "non-reactive", "No growth", "negativo", "No detectado",
     "no reactivo", "Sin crecimiento", "260385009", "260415000"],
)  # fmt: skip
def test_a_word_says_negative(words: str) -> None:
    assert told_by(words) is Told.NEGATIVE


@pytest.mark.parametrize(
    "words",
    ["", "high", "indeterminate", "false positive", "weakly positive", "borderline", "indeterminado", "no concluyente",
     "positive for one, negative for the other", "pending", "positive " * 20,
     # Not done and not reported, not detected and non-reactive; resistance, and a name of a test.
     "ND", "nd", "NR", "nr.", "RR", "DET", "n/d"],
)  # fmt: skip
def test_what_is_not_plain_says_nothing(words: str) -> None:
    assert told_by(words) is None


@pytest.mark.parametrize(
    ("language", "text", "loinc", "told"),
    [
        ("en", "Strep test: negative", "78012-2", Told.NEGATIVE),
        ("en", "Strep test was negative", "78012-2", Told.NEGATIVE),
        ("en", "HIV test is negative", "56888-1", Told.NEGATIVE),
        ("es", "Test de estreptococo negativo", "78012-2", Told.NEGATIVE),
        ("es", "Hemocultivos: positivos", "600-7", Told.POSITIVE),
    ],
)
def test_a_test_and_its_answer_are_found(language: str, text: str, loinc: str, told: Told) -> None:
    assert [(text[span.start : span.end], *found) for span, *found in answers(language).find(text)] == [
        (text, loinc, told)
    ]


@pytest.mark.parametrize("text", ["Strep test pending.", "Strep test.", "Negative outlook.", "Strep. Test negative."])
def test_a_test_without_an_answer_is_none(text: str) -> None:
    assert answers("en").find(text) == []
