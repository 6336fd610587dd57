"""Whoever found it: an age over 89 says so, and a place known by name says whether it is a town or larger."""

from __future__ import annotations

import pytest

from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import OVER_89, Identifier, IdentifierKind
from epicrisis.domain.spans import Span
from epicrisis.engines.privacy.patterns.engine import PatternIdentifierEngine
from epicrisis.engines.privacy.patterns.finer import finer

AGE, LOCATION = IdentifierKind.AGE, IdentifierKind.LOCATION


def label(text: str, kind: IdentifierKind, language: str = "en", sub: str | None = None) -> str | None:
    return finer(Identifier(Span(0, len(text)), kind, 0.9, "learnt", "read so", sub), text, language).sub


@pytest.mark.parametrize(
    ("text", "language", "sub"),
    [
        ("89", "en", None),
        ("90", "en", OVER_89),
        ("97-year-old", "en", OVER_89),
        ("ninety-one", "en", OVER_89),
        ("95 days", "en", None),
        ("93 años", "es", OVER_89),
        ("noventa y dos años", "es", OVER_89),
        ("91 meses", "es", None),
        ("64 años", "es", None),
    ],
)
def test_an_age_over_89_says_so(text: str, language: str, sub: str | None) -> None:
    assert label(text, AGE, language) == sub


def test_an_age_over_89_says_so_before_it_says_what_a_corpus_calls_it() -> None:
    assert label("93 años", AGE, "es", "EDAD_SUJETO_ASISTENCIA") == OVER_89
    assert label("53 años", AGE, "es", "EDAD_SUJETO_ASISTENCIA") == "EDAD_SUJETO_ASISTENCIA"


@pytest.mark.parametrize(
    ("text", "language", "sub"),
    [
        ("Dallas", "en", "CITY"),
        ("New York", "en", "CITY"),
        ("Ohio", "en", "STATE"),
        ("TX", "en", "STATE"),
        ("Georgia", "en", None),
        ("Johnmouth", "en", None),
        ("12 Prueba St, Dallas", "en", None),
        ("Málaga", "es", "CITY"),
        ("País Vasco", "es", "PROVINCE"),
        ("Ecuador", "es", "COUNTRY"),
        ("TX", "es", None),
    ],
)
def test_a_place_known_by_name_says_how_large_it_is(text: str, language: str, sub: str | None) -> None:
    assert label(text, LOCATION, language) == sub


def test_a_label_that_is_there_stays() -> None:
    assert label("Toledo", LOCATION, "es", "TERRITORIO") == "TERRITORIO"


@pytest.mark.parametrize(
    ("text", "sub"),
    [
        ("He is from Dallas today.", "CITY"),
        ("Seen in Johnmouth, OH 43004 today.", "CITY"),
        ("Seen at Prueba Lane, OH 43004 today.", None),
        ("She lives in South Mitchell, Georgia with her son.", "CITY"),
        ("She lives at Prueba Lane, Georgia with her son.", None),
        ("Address: 12 Prueba St, Dallas, TX 75001\n", None),
    ],
)
def test_a_town_the_patterns_find_is_a_city_and_a_street_is_none(text: str, sub: str | None) -> None:
    [found] = PatternIdentifierEngine().look(Document("n1", text)).told().identifiers

    assert (found.kind, found.sub) == (LOCATION, sub)
