"""The texts are as long as they say, the figures are those of what was read, and a text cut short is found out."""

from __future__ import annotations

import pytest
from benchmarks.privacy import growth, texts
from benchmarks.privacy.run import OURS, THEIRS, Times, table

from epicrisis.assembly import load
from tests.serving import RULES

NOTES = ["Cough since May.", "No fever.\nNo pain.", "Well."]


def test_texts_are_as_long_as_asked_and_differ() -> None:
    made = texts.cut(NOTES, 20, 3)

    assert [len(text) for text in made] == [20, 20, 20]
    assert len(set(made)) == 3
    assert made[0].startswith("Cough since May.\n\nNo")
    assert len(texts.joined(NOTES, 1000)) == 1000


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_last_line_of_a_long_text_is_found(language: str) -> None:
    text = texts.ending(NOTES, 500, language)

    read = growth.reader(load(RULES), language)

    assert len(text) == 500
    assert read(text).identifiers[-1].span.end == 500


def test_a_text_that_is_not_read_to_its_end_is_an_error() -> None:
    read = growth.reader(load(RULES), "en")

    with pytest.raises(RuntimeError, match="not read to their end"):
        read("Patient: Ana Prueba\nNothing else of her is told.")


def test_the_exponent_is_the_power_of_the_length() -> None:
    lengths = [3_000, 10_000, 100_000]

    assert growth.exponent(lengths, [length * 2e-6 for length in lengths]) == pytest.approx(1)
    assert growth.exponent(lengths, [length**2 * 1e-9 for length in lengths]) == pytest.approx(2)


def test_ratios_are_of_the_same_note_and_the_same_work() -> None:
    measured = [
        Times(OURS["find"], (10.0, 20.0, 40.0)),
        Times(THEIRS["find"], (200.0, 300.0, 400.0)),
        Times(OURS["redact"], (20.0, 20.0, 20.0)),
        Times(THEIRS["redact"], (300.0, 300.0, 300.0)),
        Times("epicrisis, `/phi/scrub` over HTTP", (50.0, 50.0, 50.0)),
    ]

    lines = list(table(measured, ["a note"]))

    assert "| epicrisis, detection | 20.0 | 40.0 | 15.0 × (analyzer) |" in lines
    assert "| epicrisis, `/phi/scrub` over HTTP | 50.0 | 50.0 | 6.0 × (analyzer and anonymizer) |" in lines
    assert lines[-2:] == [
        "Asked for: at most 40 ms, not kept on this machine; at least",
        "10 times as fast as Presidio, not kept on this machine.",
    ]
