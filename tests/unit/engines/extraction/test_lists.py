from __future__ import annotations

from importlib.resources import files

import pytest

from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import LANGUAGES, phrases, word_lists
from epicrisis.text.phrases import Phrases, folded

STORIES = ("demographics", "family", "follow_up", "problems", "procedures", "severity", "sites", "social", "times")


@pytest.mark.parametrize("text", ["DIÁLISIS", "Año – ½ İ ß ﬁ", "e\u0301", "plain", "𝔸", "Ｆ"])
def test_a_folded_text_is_as_long_as_it_was(text: str) -> None:
    assert len(folded(text)) == len(text)


def test_words_are_found_whatever_their_case_accents_and_hyphens() -> None:
    words = Phrases(["x-ray", "diálisis", "shortness of breath"])
    text = "X Ray, DIALISIS, dia\u0301lisis; shortness of\nbreath. Xrays."

    found = [text[span.start : span.end] for span in words.find(folded(text))]

    assert found == ["X Ray", "DIALISIS", "dia\u0301lisis", "shortness of\nbreath"]


def test_the_longest_phrase_counts_and_parts_of_words_do_not() -> None:
    words = Phrases(["no", "no history of"])

    assert list(words.find("no history of nodes, no")) == [Span(0, 13), Span(21, 23)]
    assert words.last("no history of nodes, no") == Span(21, 23)
    assert words.first("nodes") is None
    assert "No" in words


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("story", STORIES)
def test_every_list_is_sourced_sorted_and_unique_in_both_languages(story: str, language: str) -> None:
    lists = word_lists(story, language)

    assert all(lists.values())
    assert set(lists) == set(word_lists(story, "en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_list_can_be_looked_for(language: str) -> None:
    for story in STORIES:
        for key, entries in word_lists(story, language).items():
            assert entries[0] in phrases(story, language, key)


def test_no_file_of_words_is_without_its_sibling() -> None:
    names = {each.name for each in (files("epicrisis.engines.extraction") / "words").iterdir()}

    assert {f"{story}.{language}.toml" for story in STORIES for language in LANGUAGES} <= names
