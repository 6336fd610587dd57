from __future__ import annotations

import pytest

from epicrisis.domain.assertions import Assertion, SentenceLabel, Status
from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.sentence_labels import sentence_label

LETTERS = {status.value[0]: status for status in Status if status is not Status.POSSIBLE} | {"?": Status.POSSIBLE}


def assertions(statuses: str) -> list[Assertion]:
    """Return one assertion per letter, in the order of the text: P(resent), A, C, H, N, and ? for POSSIBLE."""
    return [Assertion(Span(at, at + 1), LETTERS[letter], 1.0) for at, letter in enumerate(statuses)]


@pytest.mark.parametrize(
    ("statuses", "label"),
    [
        ("", SentenceLabel.NONE),
        ("P", SentenceLabel.PRESENT),
        ("PPP", SentenceLabel.PRESENT),
        ("A", SentenceLabel.ABSENT),
        ("N", SentenceLabel.ABSENT),
        ("NAA", SentenceLabel.ABSENT),
        ("?", SentenceLabel.POSSIBLE),
        ("C", SentenceLabel.CONDITIONAL),
        ("H", SentenceLabel.CONDITIONAL),
        ("CH", SentenceLabel.CONDITIONAL),
        ("PA", SentenceLabel.MIXED),
        ("PN", SentenceLabel.MIXED),
        ("P?", SentenceLabel.MIXED),
        ("P??", SentenceLabel.POSSIBLE),
        ("PP??", SentenceLabel.MIXED),
        ("?P", SentenceLabel.POSSIBLE),
        ("HP", SentenceLabel.CONDITIONAL),
        ("PH", SentenceLabel.MIXED),
        ("HPP", SentenceLabel.MIXED),
        ("HPPPP", SentenceLabel.PRESENT),
        ("H?", SentenceLabel.CONDITIONAL),
        ("?H", SentenceLabel.POSSIBLE),
        ("P?A", SentenceLabel.MIXED),
    ],
)
def test_a_sentence_says_what_its_findings_say(statuses: str, label: SentenceLabel) -> None:
    assert sentence_label(assertions(statuses)) is label


def test_the_order_is_that_of_the_text() -> None:
    assert sentence_label(assertions("HP")[::-1]) is SentenceLabel.CONDITIONAL
