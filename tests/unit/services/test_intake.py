from __future__ import annotations

import pytest

from epicrisis.domain.documents import Document
from epicrisis.errors import EmptyText, EpicrisisError, InvalidInput, TextTooLong, UnknownLanguage, UnreadableText
from epicrisis.services.intake import Intake
from epicrisis.services.outcomes import Failure

INTAKE = Intake(languages=["en"], max_chars=100)


def test_makes_a_document_and_detects_its_language() -> None:
    document = INTAKE("The patient denies fever.", id="n1")

    assert document == Document(id="n1", text="The patient denies fever.", language="en")


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("", EmptyText, "no text to read"),
        (" \n\t\u00a0", EmptyText, "no text to read"),
        ("x" * 101, TextTooLong, "has 101 characters, this installation reads up to 100; .* EPICRISIS_MAX_CHARS"),
        ("fever \ud800", UnreadableText, "lone surrogate at offset 6"),
        (r"{\rtf1 fever}", UnreadableText, "RTF"),
        ("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x00\x01\x02", UnreadableText, "control characters"),
        ("El paciente niega fiebre y no tiene dolor.", UnknownLanguage, r"reads like 'es', .* read \['en'\]"),
    ],
)
def test_says_why_a_text_cannot_be_read(text: str, error: type[EpicrisisError], message: str) -> None:
    with pytest.raises(error, match=message):
        INTAKE(text, id="n1")


def test_reads_a_language_that_was_named_as_such() -> None:
    assert INTAKE("El paciente niega fiebre y no tiene dolor.", id="n1", language="en").language == "en"


def test_refuses_a_language_nobody_reads_and_what_is_no_language() -> None:
    with pytest.raises(UnknownLanguage, match=r"said to be in 'fi', .* read \['en'\]"):
        INTAKE("Kuume.", id="n1", language="fi")
    with pytest.raises(InvalidInput, match="not a two-letter code") as refused:
        INTAKE("Fever.", id="n1", language="Ana Ruiz Prueba")
    assert "Ana" not in str(refused.value)


def test_an_attempt_returns_the_reason_instead_of_raising_it() -> None:
    assert INTAKE.attempt("", id="n1") == Failure("n1", "empty-text", str(EmptyText()))
