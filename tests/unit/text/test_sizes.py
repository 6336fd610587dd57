"""The estimate of word pieces is near what the tokenizers of both languages count, and quick for any text."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from epicrisis.engines.encoder.pieces import PieceTokenizer
from epicrisis.engines.shipped import shipped
from epicrisis.text.sentences import sentence_spans
from epicrisis.text.sizes import about_pieces

NOTES = [path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parents[3] / "examples").glob("*.txt"))]
VALUES = [
    "Na 138, K 3.4, Cl 102, HCO3 24, BUN 17, Cr 1.1, Glu 104.",
    "WBC 12.3, Hgb 9.8, Hct 29.4, Plt 310; PT 13.2, INR 1.1.",
    "BP 132/84, HR 88, RR 16, T 37.2, SpO2 97% RA.",
]
SPANISH = [
    "Paciente de 63 años que acude a urgencias por dolor torácico opresivo de dos horas de evolución.",
    "Niega fiebre, disnea o palpitaciones; sin antecedentes de cardiopatía isquémica.",
    "Antecedentes personales: hipertensión arterial en tratamiento con enalapril 10 mg cada 24 horas.",
    "Se realizó colecistectomía laparoscópica sin complicaciones, con alta a las 48 horas.",
    "Impresión diagnóstica: sospecha de tromboembolismo pulmonar, pendiente de angio-TC.",
]


def sentences() -> list[str]:
    return [note[span.start : span.end] for note in NOTES for span in sentence_spans(note, "en")]


@pytest.mark.parametrize(
    ("model", "texts", "within"),
    [("english", sentences(), 0.15), ("english", VALUES, 0.15), ("spanish", SPANISH, 0.25)],
    ids=["prose", "values", "spanish"],
)
def test_over_a_batch_it_is_near_what_the_tokenizer_counts(model: str, texts: list[str], within: float) -> None:
    tokenizer = PieceTokenizer(shipped(model) / "tokenizer.json")

    counted = sum(map(tokenizer.count, texts))

    assert sum(map(about_pieces, texts)) == pytest.approx(counted, rel=within)


@pytest.mark.parametrize("note", NOTES)
def test_a_long_note_is_judged_by_how_it_begins(note: str) -> None:
    tokenizer = PieceTokenizer(shipped("english") / "tokenizer.json")

    assert len(note) > 1_000
    assert 0.8 * tokenizer.count(note) <= about_pieces(note) <= 1.25 * tokenizer.count(note)


@pytest.mark.parametrize("text", ["", " ", "\n\n", "a", "."])
def test_no_text_costs_nothing(text: str) -> None:
    assert about_pieces(text) == 1


def test_a_long_note_that_begins_with_blank_lines_is_not_taken_for_a_short_one() -> None:
    note = NOTES[0] * 10

    assert about_pieces("\n" * 1_000 + note) > about_pieces(note) / 3


def test_characters_mislead_where_it_does_not() -> None:
    prose, values = random.Random(1).sample(sentences(), 40), VALUES * 13

    by_characters = sum(map(len, values)) / sum(map(len, prose))
    tokenizer = PieceTokenizer(shipped("english") / "tokenizer.json")
    by_tokens = sum(map(tokenizer.count, values)) / sum(map(tokenizer.count, prose))

    assert by_tokens > 1.8 * by_characters
    assert sum(map(about_pieces, values)) / sum(map(about_pieces, prose)) == pytest.approx(by_tokens, rel=0.15)
