from __future__ import annotations

import pytest

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.documents import Document
from epicrisis.domain.note_summaries import Bounds, NoteSummary
from epicrisis.engines.registry import note_reader
from epicrisis.engines.summary.notes.engine import SalienceEngine
from epicrisis.errors import UnknownLanguage

NOTE = (
    "CHIEF COMPLAINT: Cough.\n"
    "HPI: A 64-year-old man with known COPD presents with three days of productive cough and fever. He denies chest "
    "pain. He lives alone.\n"
    "FAMILY HISTORY: Diabetes. His father had a stroke.\n"
    "MEDICATIONS: Tiotropium.\n"
    "CT CHEST: Consolidation of the right lower lobe. No pleural effusion.\n"
    "ASSESSMENT: Community-acquired pneumonia. COPD.\n"
    "PLAN: Start ceftriaxone. Repeat the chest X-ray in six weeks. Thank you for this referral."
)
SPANISH = (
    "MOTIVO DE CONSULTA: Tos.\n"
    "ENFERMEDAD ACTUAL: Varón de 64 años con EPOC que acude por tos productiva de tres días. Niega dolor torácico.\n"
    "ANTECEDENTES FAMILIARES: Diabetes.\n"
    "JUICIO CLÍNICO: Neumonía adquirida en la comunidad.\n"
    "PLAN: Iniciar ceftriaxona. Repetir radiografía en seis semanas. Reciba un cordial saludo."
)


def read(text: str, language: str = "en") -> AnnotatedDocument:
    [note] = note_reader("rules", language).read([Document("n", text, language)])
    return note


def summarised(text: str, least: int, most: int, language: str = "en") -> NoteSummary:
    return SalienceEngine().summarize(read(text, language), bounds=Bounds(least, most))


@pytest.mark.parametrize("most", [3, 7, 12, 20, 35, 60, 150])
def test_a_summary_has_no_more_words_than_asked(most: int) -> None:
    assert summarised(NOTE, 0, most).words <= most


def test_every_statement_quotes_the_note_in_its_order() -> None:
    told = summarised(NOTE, 20, 45)

    spans = [span for statement in told.statements for span in statement.spans]
    assert spans == sorted(spans)
    assert [statement.text for statement in told.statements] == [NOTE[span.start : span.end] for span in spans]


def test_what_is_concluded_and_what_is_planned_is_told() -> None:
    told = summarised(NOTE, 20, 45).text

    assert "Community-acquired pneumonia" in told
    assert "PLAN: " in told


def test_a_letter_ends_without_its_courtesies() -> None:
    assert "Thank you" not in summarised(NOTE, 60, 70).text
    assert "saludo" not in summarised(SPANISH, 30, 45, "es").text


def test_spanish_notes_are_told_too() -> None:
    told = summarised(SPANISH, 10, 30, "es")

    assert "Neumonía adquirida en la comunidad" in told.text
    assert told.language == "es"


def test_a_denial_is_never_told_without_its_words() -> None:
    text = NOTE.replace("He lives alone.", "He denies the following:\n1. Hemoptysis.\n2. Night sweats.")

    told = summarised(text, 60, 72)

    assert "denies chest pain" in told.text
    assert "Hemoptysis" not in told.text
    assert "Night sweats" not in told.text


def test_what_a_relative_has_is_told_with_its_heading() -> None:
    told = summarised(NOTE, 60, 68)

    [family] = [statement for statement in told.statements if statement.text == "Diabetes."]
    assert family.heading is not None
    assert "FAMILY HISTORY: Diabetes." in told.text


def test_nothing_is_told_twice() -> None:
    again = "The patient has pneumonia of the right lower lobe."

    told = summarised(f"{again} He has severe anemia of unknown cause. {again}", 12, 18)

    assert told.text.count("pneumonia") == 1
    assert "anemia" in told.text


@pytest.mark.parametrize("text", ["ok", "Denies fever.", "-----\n!!!"])
def test_a_note_no_longer_than_its_summary_is_told_whole(text: str) -> None:
    told = summarised(text, 50, 150)

    assert told.text == text
    assert told.warnings


def test_a_text_without_sentences_says_so() -> None:
    told = summarised("---- ****", 0, 150)

    assert (told.text, told.statements) == ("", ())
    assert "no sentence" in told.warnings[0]


def test_a_bound_no_sentence_keeps_is_told_of_and_kept() -> None:
    told = summarised("The patient is a man of 64 years who has had a cough for three days and a fever since.", 0, 5)

    assert told.text == ""
    assert "fits into 5 words" in told.warnings[0]


def test_fewer_words_than_asked_are_told_of() -> None:
    long = (
        "The patient has a history of severe chronic obstructive pulmonary disease with many exacerbations over years"
    )

    told = summarised(f"Pneumonia. {long}. {long} and decades.", 13, 14)

    assert told.words == 1
    assert "fewer than the 13" in told.warnings[0]


def test_another_language_is_refused() -> None:
    note = AnnotatedDocument(Document("n", "Husten seit drei Tagen.", "de"), (), ())

    with pytest.raises(UnknownLanguage, match=r"'de'.*'en'"):
        SalienceEngine().summarize(note, bounds=Bounds(0, 10))


def test_what_stands_at_the_end_of_a_long_text_is_told_too() -> None:
    filler = "".join(f"The patient walked {number} steps and slept well on day {number}.\n" for number in range(1_600))
    text = f"HOSPITAL COURSE: {filler}ASSESSMENT: Massive pulmonary embolism.\n"
    assert len(text) > 80_000

    told = summarised(text, 10, 60)

    assert "Massive pulmonary embolism" in told.text
    assert told.statements[-1].spans[0].end > 80_000
