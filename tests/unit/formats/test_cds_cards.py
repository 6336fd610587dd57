from __future__ import annotations

import re

import pytest

from epicrisis.formats.cds_cards.cards import REASONS
from epicrisis.formats.cds_cards.wording import MOST_SUMMARY, Words, brief, literal, summary


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_reason_has_its_words_in_both_languages(language: str) -> None:
    words = Words(language)

    assert len({words(f"reason-{code}") for code in REASONS}) == len(REASONS)


def test_a_summary_has_fewer_than_140_characters_and_one_that_fits_stays() -> None:
    assert (MOST_SUMMARY, len(summary("a" * 200)), summary("a" * 139)) == (139, 139, "a" * 139)
    assert summary("a" * 140).endswith("…")


@pytest.mark.parametrize(
    ("words", "told"),
    [("two\nlines\tof\x00it", "two lines of"), ("x" * 61, "x" * 59 + "…"), ("  Penicillin  V ", "Penicillin V")],
)
def test_words_of_a_record_stand_on_one_line(words: str, told: str) -> None:
    assert brief(words).startswith(told)
    assert "\n" not in brief(words)


@pytest.mark.parametrize(
    "hostile",
    ["[a](https://b.example)", "<b>x</b>", "![p](q)", "a | b", "**x**", "`x`", "www.b.example", "a@b.example", "# x"],
)
def test_no_markdown_comes_out_of_a_record(hostile: str) -> None:
    bare = re.sub(r"\\.", "", literal(hostile))

    assert not re.search(r"[\[\]<>`|*#@!]|https?:|www\.", bare)
