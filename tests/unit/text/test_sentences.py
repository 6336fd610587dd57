from __future__ import annotations

import pytest

from epicrisis.domain.spans import Span
from epicrisis.errors import UnknownLanguage
from epicrisis.text.sentences import sentence_spans
from tests.unit.text.marks import found, marked

LOST_LINE_BREAKS = [
    "PLAN: 1. Rest.‖ 2. Fluids b.i.d.‖ 3. Return p.r.n.",
    "MEDICATIONS: 1. Aspirin 81 mg‖ 2. Plavix 75 mg b.i.d.‖ 3. Iron",
    "PMH: 1) Hypertension‖ 2) Diabetes.‖ 3) Gout.‖ MEDS: none.",
    "First list: 1. Rest.‖ 2. Ice.‖ Second list.‖ 1. Iron.‖ 2. Zinc.",
    "1. Alert, oriented x 2.‖ Pupils equal.",
    "Includes 1) pain, 2) fever, and 3) rash.",
    "• Pain‖ • Fever",
    "Has hypertension‖ ALLERGIES: NKDA‖ MEDICATIONS: aspirin",
]


@pytest.mark.parametrize("case", LOST_LINE_BREAKS)
def test_finds_lists_and_headings_inside_a_line(case: str) -> None:
    assert found(case) == marked(case)


def test_marks_sentences_without_the_white_space_around_them() -> None:
    assert sentence_spans("\n  Fever. \u00a0 Cough.\n") == [Span(3, 9), Span(12, 18)]


@pytest.mark.parametrize("text", ["", " ", "\n\t \u00a0\r\n"])
def test_finds_nothing_in_white_space(text: str) -> None:
    assert sentence_spans(text) == []


def test_keeps_what_shows_nothing_but_is_no_white_space() -> None:
    assert sentence_spans("\ufeffFever.\x00 Cough.") == [Span(0, 8), Span(9, 15)]


def test_cuts_long_text_without_a_stop_at_a_semicolon_or_comma_or_space() -> None:
    semicolons, commas, spaces = ("pain; " * 400, "pain, " * 400, "pain " * 400)

    cut = [found(text) for text in (semicolons, commas, spaces)]

    assert all(len(sentence) <= 1000 for sentences in cut for sentence in sentences)
    assert {sentence[-1] for sentence in cut[0]} == {";"}
    assert {sentence[-1] for sentence in cut[1]} == {","}
    assert {sentence[-4:] for sentence in cut[2]} == {"pain"}


def test_cuts_an_endless_word_but_no_character() -> None:
    word = "e\u0301" * 2_000

    pieces = found(word)

    assert "".join(pieces) == word
    assert all(piece[0] == "e" for piece in pieces)


def test_reads_each_paragraph_alone() -> None:
    first, second = "Denies fever\nno cough", "Given intravenous\nHeparin p.r.n. The team"

    together = sentence_spans(f"{first}\n\n{second}")

    shift = len(first) + 2
    assert together == [*sentence_spans(first), *(span.shifted(shift) for span in sentence_spans(second))]


def test_leaves_the_region_of_a_language_aside() -> None:
    assert found("Dra. Ruiz. Acude.", "es-MX") == ["Dra. Ruiz.", "Acude."]


def test_refuses_a_language_it_has_no_words_for() -> None:
    with pytest.raises(UnknownLanguage, match="try one of"):
        sentence_spans("Fieber.", "de")
