from __future__ import annotations

import pytest

from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.findings import Finding, read_finding
from epicrisis.engines.assertion.lexicon import load_lexicon
from epicrisis.engines.assertion.reading import read_sentence

LEXICON = load_lexicon("en")


def finding(words: str) -> Finding:
    """Return ``words`` as a finding of a sentence that says nothing else."""
    text = f"{words} today."
    return read_finding(read_sentence(text, Span(0, len(text)), LEXICON), Span(0, len(words)), LEXICON)


@pytest.mark.parametrize(
    "words", ["CT of the head", "Lungs", "left ventricular ejection fraction", "vital signs", "S1"]
)
def test_tests_and_organs_are_known_by_their_head(words: str) -> None:
    assert finding(words).is_test


@pytest.mark.parametrize("words", ["appendectomy", "laparoscopic repair of hernia", "biopsies", "bronchoscopy"])
def test_procedures_are_known_by_word_or_ending(words: str) -> None:
    assert finding(words).is_procedure


@pytest.mark.parametrize("words", ["aspirin", "amoxicillin", "omeprazole", "IV fluids"])
def test_drugs_are_known_by_word_or_stem(words: str) -> None:
    assert finding(words).is_drug


@pytest.mark.parametrize(
    "words", ["pneumonia", "back pain", "fracture of the skull", "tear of the meniscus, left knee"]
)
def test_problems_are_none_of_these(words: str) -> None:
    assert not finding(words).is_intervention


@pytest.mark.parametrize("words", ["decreased reflexes", "abnormal EKG", "elevated blood pressure"])
def test_an_abnormal_test_is_a_problem(words: str) -> None:
    assert finding(words).is_abnormal
    assert not finding(words).is_test


@pytest.mark.parametrize("words", ["afebrile", "nontender", "NT/ND"])
def test_words_can_be_negative_by_themselves(words: str) -> None:
    assert finding(words).is_negative


@pytest.mark.parametrize("words", ["febrile", "nontender mass", "-"])
def test_other_words_are_not(words: str) -> None:
    assert not finding(words).is_negative


def test_a_target_between_words_has_no_words() -> None:
    text = "No fever."
    reading = read_sentence(text, Span(0, len(text)), LEXICON)

    between = read_finding(reading, Span(2, 3), LEXICON)

    assert between.first == between.last == 1
    assert not between.is_intervention
