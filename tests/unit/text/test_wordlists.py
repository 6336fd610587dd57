from __future__ import annotations

from importlib.resources import files

import pytest

from epicrisis.domain.sections import SectionCategory
from epicrisis.errors import InvalidWordList, UnknownLanguage
from epicrisis.text.wordlists import LANGUAGES, parsed, word_lists

NAMES = ("abbreviations", "boxes", "common_words", "sections", "sentences", "visits")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_ships_lists_that_keep_their_rules(name: str, language: str) -> None:
    assert word_lists(name, language)


def test_ships_no_list_that_nobody_lints() -> None:
    shipped = {file.name for file in (files("epicrisis.text") / "data").iterdir()}

    assert shipped == {f"{name}.{language}.toml" for name in NAMES for language in LANGUAGES}


@pytest.mark.parametrize("name", NAMES)
def test_has_the_same_lists_in_both_languages(name: str) -> None:
    assert word_lists(name, "en").keys() == word_lists(name, "es").keys()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_writes_every_word_small(name: str, language: str) -> None:
    words = [word for entries in word_lists(name, language).values() for word in entries]

    assert words == [word.lower() for word in words]


@pytest.mark.parametrize("language", LANGUAGES)
def test_ends_every_abbreviation_in_a_stop_and_gives_it_one_meaning(language: str) -> None:
    words = [word for entries in word_lists("abbreviations", language).values() for word in entries]

    assert all(word.endswith(".") for word in words)
    assert len(words) == len(set(words))


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_every_heading_under_one_category_of_the_domain(language: str) -> None:
    lists = word_lists("sections", language)

    kinds = {category.value for category in SectionCategory} | {"exam-parts", "measures"}
    words = [word for kind in kinds for word in lists[kind]]
    assert lists.keys() == kinds | {"parts-in-exam"}
    assert set(lists["parts-in-exam"]) <= set(words)
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('source = "x"\nwords = ["b", "a"]', "'a' after 'b'"),
        ('source = "x"\nwords = ["a", "a"]', "'a' after 'a'"),
        ('words = ["a"]', "no `source`"),
        ('source = " "\nwords = ["a"]', "no `source`"),
        ('source = "x"\nwords = ["a", " b"]', "list of words"),
        ('source = "x"\nwords = ["a", 1]', "list of words"),
        ('source = "x"\nwords = []', "list of words"),
        ('source = "x"\nwords = "a"', "list of words"),
        ('source = "x', "Unterminated string"),
    ],
)
def test_refuses_a_list_that_breaks_the_rules(content: str, complaint: str) -> None:
    with pytest.raises(InvalidWordList, match=f"^list.en.toml: .*{complaint}"):
        parsed("list.en.toml", content)


def test_names_the_languages_there_are() -> None:
    with pytest.raises(UnknownLanguage, match=r"try one of \['en', 'es'\]"):
        word_lists("sections", "fr-CA")
