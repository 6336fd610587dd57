from __future__ import annotations

import pytest

from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.domain.spans import Span
from epicrisis.engines.privacy.mending import mended, years

LABELS = {"email": "CORREO", "street": "CALLE"}


def one(text: str, words: str, found_by: str, sub: str | None = None) -> Identifier:
    start = text.index(words)
    return Identifier(Span(start, start + len(words)), IdentifierKind.NAME, 0.9, found_by, "read so", sub)


def told(text: str, read: list[Identifier], exact: list[Identifier]) -> list[tuple[str, str | None]]:
    return [(text[each.span.start : each.span.end], each.sub) for each in mended(text, read, exact, LABELS)]


def test_a_name_that_runs_into_an_address_ends_before_it() -> None:
    text = "Ana Prueba ana@example.org"
    read = [one(text, "Ana Prueba ana", "head", "NOMBRE")]
    exact = [one(text, "ana@example.org", "patterns:email")]

    assert told(text, read, exact) == [("Ana Prueba", "NOMBRE"), ("ana@example.org", "CORREO")]


def test_pieces_of_a_street_become_the_street() -> None:
    text = "C/ Prueba, 15, 2º Izda. 50009"
    read = [one(text, "Prueba", "head", "TERRITORIO"), one(text, "15", "head", "CALLE")]
    exact = [one(text, "C/ Prueba, 15, 2º Izda", "patterns:street")]

    assert told(text, read, exact) == [("C/ Prueba, 15, 2º Izda", "CALLE")]


def test_marks_at_the_end_go_and_a_quotation_mark_that_closes_stays() -> None:
    text = 'Hospital "Prueba", Toledo,'
    read = [one(text, 'Hospital "Prueba', "head", "HOSPITAL"), one(text, "Toledo,", "head", "TERRITORIO")]

    assert told(text, read, []) == [('Hospital "Prueba"', "HOSPITAL"), ("Toledo", "TERRITORIO")]


def test_patterns_without_a_label_are_left_aside() -> None:
    text = "Ana Prueba"

    assert told(text, [], [one(text, "Ana", "patterns:given")]) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Operado en 2004 y en 1999.", ["2004", "1999"]),
        ("Desde el año 2004 bien.", ["año 2004"]),
        ("Leucocitos 2004, en 2004-2005, hasta 2004.", []),
    ],
)
def test_years_stand_alone_behind_a_word_that_leads_to_one(text: str, found: list[str]) -> None:
    assert [text[each.span.start : each.span.end] for each in years(text, "spanish:year")] == found
