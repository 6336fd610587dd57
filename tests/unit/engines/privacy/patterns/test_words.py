from __future__ import annotations

import pytest

from epicrisis.engines.privacy.patterns.page import Page
from epicrisis.engines.privacy.patterns.words import LANGUAGES, by_first_word, names, places, read_words, tabled, words
from epicrisis.errors import InvalidWordList, UnknownLanguage

SOURCED = 'source = "written here"\n'


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("given = ''", "no `source`"),
        (SOURCED + "given = [", "names.toml"),
        (SOURCED + "given = ['bea', 'ana']", "'ana' after 'bea'"),
        (SOURCED + "given = ['ana', 'ana']", "'ana' after 'ana'"),
        (SOURCED + "given = ['Ana']", "write it small"),
        (SOURCED + "given = 'ana álvaro'", "write it small"),
        (SOURCED + "given = 'bea ana'", "'ana' after 'bea'"),
    ],
)
def test_a_list_that_breaks_its_rules_is_refused_and_named(content: str, told: str) -> None:
    with pytest.raises(InvalidWordList, match=told) as raised:
        tabled("names.toml", content)

    assert str(raised.value).startswith("names.toml: ")


@pytest.mark.parametrize(
    "label",
    [
        "kind = 'MRN'\nvalue = 'code'",
        "kind = 'MRN'\nvalue = 'colour'\nwords = ['mrn']",
        "kind='MRN'\nwords=['mrn']\nx=1",
    ],
)
def test_a_label_without_words_or_a_known_value_is_refused(label: str) -> None:
    content = f"{SOURCED}[lists]\ntitles = ['dr']\n[[labels]]\n{label}"

    with pytest.raises(InvalidWordList, match="a label needs words and a value"):
        read_words("en.toml", content)


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_have_the_same_lists(language: str) -> None:
    assert set(words(language).lists) == set(words("en").lists)


def test_a_region_is_left_aside() -> None:
    assert words("es-MX") == words("es")


def test_a_language_without_words_is_refused() -> None:
    with pytest.raises(UnknownLanguage, match="does not read 'fr'"):
        words("fr")


def test_what_is_ambiguous_is_a_name_and_never_a_sure_one() -> None:
    assert "may" not in names().sure
    assert "beatriz" in names().sure
    assert {"garcia", "smith"} <= names().surnames


def test_places_are_known_by_list() -> None:
    assert "toledo" in places()["cities_es"]
    assert "OH" in places()["codes"]


def test_phrases_are_cut_as_a_page_is() -> None:
    phrase = "c/ de o'donnell 12"

    cut = by_first_word([phrase])["c"][0]

    assert list(cut) == list(Page.of(phrase).keys)
