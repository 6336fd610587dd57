from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from string import Formatter

import pytest

from epicrisis.engines.summary.rules.wording import LANGUAGES, Template, Words, templates, words_in
from epicrisis.errors import InvalidWordList, UnknownLanguage

ROOM = Path(str(files("epicrisis.engines.summary.rules")))


def all_of(language: str) -> dict[str, Template]:
    file = f"{language}.toml"
    return dict(templates(file, (ROOM / "words" / file).read_text(encoding="utf-8")))


def fields_of(template: Template) -> frozenset[str]:
    """Return the names of the fields in ``template``; those of all its forms together."""
    forms = [template] if isinstance(template, str) else list(template.values())
    return frozenset(name for form in forms for _, name, _, _ in Formatter().parse(form) if name)


def test_both_languages_say_the_same_things_with_the_same_fields() -> None:
    english, spanish = all_of("en"), all_of("es")

    assert english.keys() == spanish.keys()
    assert {key: fields_of(english[key]) for key in english} == {key: fields_of(spanish[key]) for key in spanish}


def test_one_and_several_take_the_same_fields_or_one_of_them_says_less() -> None:
    pairs = [entry for entry in (*all_of("en").values(), *all_of("es").values()) if not isinstance(entry, str)]

    assert pairs
    assert not [pair for pair in pairs if not fields_of(pair["one"]) <= fields_of(pair["other"])]


def test_every_sentence_is_said_somewhere() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in ROOM.glob("*.py"))
    begun = tuple(re.findall(r"""f["']([a-z]+\.[A-Za-z_]*)\{""", code))

    unsaid = [key for key in all_of("en") if f'"{key}"' not in code and not key.startswith(begun)]

    assert unsaid == []


def test_every_sentence_that_is_said_is_there() -> None:
    known = all_of("en")
    tables = {key.partition(".")[0] for key in known}
    code = "".join(path.read_text(encoding="utf-8") for path in ROOM.glob("*.py"))
    said = [f"{table}.{key}" for table, key in re.findall(r'"([a-z]+)\.([A-Za-z_]+)"', code) if table in tables]

    assert len(said) > 50
    assert [key for key in said if key not in known] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_can_be_said(language: str) -> None:
    said = [
        form.format_map(dict.fromkeys(fields_of(form), "x"))
        for key, template in all_of(language).items()
        if key not in ("list.and", "list.and_i")
        for form in ([template] if isinstance(template, str) else template.values())
    ]

    assert all(said)
    assert not [text for text in said if "{" in text or "  " in text or text != text.strip()]


def test_one_is_one_and_none_or_two_are_several() -> None:
    words = words_in("en")

    assert [words.say("trends.results", count=count) for count in (0, 1, 2)] == ["0 results", "1 result", "2 results"]


@pytest.mark.parametrize(
    ("parts", "english", "spanish"),
    [
        ([], "", ""),
        (["asma"], "asma", "asma"),
        (["asma", "gota"], "asma and gota", "asma y gota"),
        (["asma", "gota", "hipertensión"], "asma, gota and hipertensión", "asma, gota e hipertensión"),
        (["asma", "ictus"], "asma and ictus", "asma e ictus"),
        (["cobre", "hierro"], "cobre and hierro", "cobre y hierro"),
    ],
)
def test_a_list_ends_with_and(parts: list[str], english: str, spanish: str) -> None:
    assert words_in("en").joined(parts) == english
    assert words_in("es").joined(parts) == spanish


def test_a_region_is_left_aside_and_another_language_is_refused() -> None:
    assert words_in("es-MX") == words_in("es-MX")
    assert words_in("es-MX").language == "es"
    with pytest.raises(UnknownLanguage, match="'fr'"):
        words_in("fr")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("[a]\nb = 'c'", "no `source`"),
        ("source = 'us'\n[a]\nb = ['c']", "`a.b` must be"),
        ("source = 'us'\n[a]\nb = { one = 'c' }", "`a.b` must be"),
        ("source = ", "x.toml"),
    ],
)
def test_a_file_that_breaks_its_rules_is_refused(content: str, why: str) -> None:
    with pytest.raises(InvalidWordList, match=why):
        templates("x.toml", content)


def test_words_of_a_record_with_braces_stay_what_they_are() -> None:
    words = Words("en", {"a.b": "{name}: {value}"})

    assert words.say("a.b", name="{value}", value="{0}") == "{value}: {0}"
