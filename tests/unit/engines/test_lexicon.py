from __future__ import annotations

import time
import tomllib
from importlib.resources import files

import pytest

from epicrisis.domain.documents import Document
from epicrisis.engines.entities.lexicon import LANGUAGES, Lexicon, build
from epicrisis.errors import UnknownLanguage


def found(text: str, language: str = "en") -> list[tuple[str, str]]:
    document = Document(id="n1", text=text, language=language)
    return [(document.quote(entity.span), entity.label) for entity in build().extract(document)]


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("Denies chest pain.", [("chest pain", "PROBLEM")]),
        ("Chest X-ray and chest x ray.", [("Chest X-ray", "TEST"), ("chest x ray", "TEST")]),
        ("Status post appendectomy.", [("appendectomy", "PROCEDURE")]),
        ("Takes aspirin and Lipitor.", [("aspirin", "MEDICATION"), ("Lipitor", "MEDICATION")]),
        ("CHEST PAIN", [("CHEST PAIN", "PROBLEM")]),
        ("No ulcers, biopsies or rashes.", [("ulcers", "PROBLEM"), ("biopsies", "PROCEDURE"), ("rashes", "PROBLEM")]),
    ],
)
def test_finds_listed_terms(text: str, entities: list[tuple[str, str]]) -> None:
    assert found(text) == entities


def test_takes_the_longest_term() -> None:
    assert found("Congestive heart failure.") == [("Congestive heart failure", "PROBLEM")]


def test_takes_the_adjectives_that_lead_up_to_a_finding() -> None:
    assert found("has severe left lower quadrant pain") == [("severe left lower quadrant pain", "PROBLEM")]


def test_finds_unlisted_words_by_their_ending() -> None:
    assert found("Sialadenitis, orbitotomy, brexpirazole.") == [
        ("Sialadenitis", "PROBLEM"),
        ("orbitotomy", "PROCEDURE"),
        ("brexpirazole", "MEDICATION"),
    ]


@pytest.mark.parametrize("text", ["The diagnosis is clear.", "emia", "He alternates feet.", "past the mast", "at rest"])
def test_leaves_words_alone_that_only_look_like_terms(text: str) -> None:
    assert found(text) == []


def test_finds_abbreviations_in_capitals_only() -> None:
    assert found("ALT is high") == [("ALT", "TEST")]
    assert found("the alt key") == []


def test_reads_over_a_wrapped_line_but_not_over_a_paragraph_or_a_stop() -> None:
    assert found("shortness of\nbreath") == [("shortness of\nbreath", "PROBLEM")]
    assert found("in the chest\n\npain clinic") == [("pain", "PROBLEM")]
    assert found("in the chest. Pain") == [("Pain", "PROBLEM")]


def test_refuses_a_language_without_a_list() -> None:
    with pytest.raises(UnknownLanguage, match=r"does not read 'fr'; it reads \['en', 'es'\]"):
        build().extract(Document(id="n1", text="Pas de douleur.", language="fr"))


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("Niega dolor torácico.", [("dolor torácico", "PROBLEM")]),
        ("NIEGA DOLOR TORACICO.", [("DOLOR TORACICO", "PROBLEM")]),
        ("Infeccio\u0301n urinaria.", [("Infeccio\u0301n urinaria", "PROBLEM")]),
        ("Fiebre \u0301 y tos.", [("Fiebre", "PROBLEM"), ("tos", "PROBLEM")]),
        ("Dolor abdominal en fosa iliaca derecha.", [("Dolor abdominal en fosa iliaca derecha", "PROBLEM")]),
        ("leve dolor en el hombro y tos", [("leve dolor en el hombro", "PROBLEM"), ("tos", "PROBLEM")]),
        ("Rx de tórax y TAC abdominal.", [("Rx de tórax", "TEST"), ("TAC abdominal", "TEST")]),
        ("Infecciones y úlceras.", [("Infecciones", "PROBLEM"), ("úlceras", "PROBLEM")]),
        (
            "Paracetamol 500mg v.o. cada 8 horas durante 7 días.",
            [
                ("Paracetamol", "MEDICATION"),
                ("500mg", "DOSE"),
                ("v.o.", "ROUTE"),
                ("cada 8 horas", "FREQUENCY"),
                ("durante 7 días", "DURATION"),
            ],
        ),
        ("levotiroxina 0,5 mg/24h", [("levotiroxina", "MEDICATION"), ("0,5 mg", "DOSE"), ("/24h", "FREQUENCY")]),
        ("Dosis, toma, síntoma.", [("síntoma", "PROBLEM")]),
    ],
)
def test_finds_spanish_terms_with_what_belongs_to_them(text: str, entities: list[tuple[str, str]]) -> None:
    assert found(text, "es") == entities


def test_a_region_reads_as_its_language() -> None:
    assert found("Niega fiebre.", "es-MX") == [("fiebre", "PROBLEM")]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        *(("en", text) for text in ("Denies acute chest pain, fever. ", "left ", "\n ", "a-", "shortness of ")),
        *(("es", text) for text in ("Dolor de la ", "leve ", "a\u0301", "1.", "1,1 ", "dolor abdominal ")),
    ],
)
def test_takes_time_in_proportion_to_the_text(language: str, sentence: str) -> None:
    lexicon = Lexicon(language)

    def seconds(characters: int) -> float:
        text = sentence * (characters // len(sentence))
        started = time.process_time()
        lexicon.entities(text)
        return time.process_time() - started

    seconds(10_000)
    assert min(seconds(200_000) for _ in range(2)) < 60 * max(seconds(20_000) for _ in range(3))


@pytest.mark.parametrize("language", LANGUAGES)
def test_word_lists_are_sorted_and_every_term_stands_in_one_list_once(language: str) -> None:
    source = files("epicrisis.engines.entities") / "terms" / f"{language}.toml"
    content = tomllib.loads(source.read_text(encoding="utf-8"))

    lists = [words for table in content.values() for words in table.values()]
    terms = [term.casefold() for words in content["terms"].values() for term in words]
    assert [words for words in lists if words != sorted(words, key=str.casefold)] == []
    assert len(terms) == len(set(terms))
