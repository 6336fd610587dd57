from __future__ import annotations

import re

import pytest

from epicrisis.domain.advice import Advised, Level, MayHave
from epicrisis.domain.differentials import Case, Differential, Hypothesis, Observed, Urgency, Weighed
from epicrisis.domain.records import Code, CodeSystem
from epicrisis.formats.cds_cards.cards import REASONS
from epicrisis.formats.cds_cards.pages import page_of
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


@pytest.mark.parametrize(("language", "told"), [("en", "no wheezing, no fever"), ("es", "sin wheezing, sin fever")])
def test_what_is_not_there_is_said_not_to_be_there(language: str, told: str) -> None:
    denied = tuple(
        Weighed(Observed(name, present=False, told=said), name, -1.0)
        for name, said in (("wheezing", "wheezing"), ("fever", ""))
    )
    asthma = Hypothesis(
        "asthma", "Asthma", Code(CodeSystem.ICD_10_CM, "J45.909", "Asthma"), 0.4, 0.0, 0.0, Urgency.SOON,
        supporting=(Weighed(Observed("cough", told="hacking"), "cough", 1.0),), opposing=denied,
    )  # fmt: skip
    found = Differential(Case(), (asthma,), 0.0, (), (), "knowledge", "1")
    advice = MayHave(Level.INFO, (asthma,), found)
    words = Words(language)

    page = page_of(advice, Advised((advice,), found, language), words)

    assert f"{words('opposing')}: {told}" in page
    assert "cough (hacking)" in page
