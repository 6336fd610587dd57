"""What a head left out of a Spanish note is found by what stands around it."""

from __future__ import annotations

import pytest

from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.domain.spans import Span
from epicrisis.engines.privacy.left_out import with_left_out
from epicrisis.engines.privacy.patterns.engine import patterns


def told(text: str, read: dict[str, str]) -> list[tuple[str, str | None]]:
    """Return what is told of ``text`` where the head read the words of ``read``, each under its label."""
    found = [
        Identifier(
            Span(text.index(word), text.index(word) + len(word)), IdentifierKind.LOCATION, 0.9, "head", "", label
        )
        for word, label in read.items()
    ]
    known = patterns("es").look(Document("1", text, "es")).found
    return [(text[one.span.start : one.span.end], one.sub) for one in with_left_out(text, found, known, "head")]


@pytest.mark.parametrize(
    ("text", "word", "label"),
    [
        ("Se coloca un catéter a finales de agosto de 2013, sin más.", "agosto de 2013", "FECHAS"),
        ("Natural de Marruecos.", "Marruecos", "PAIS"),
        ("Remitido por:Dr. Fabián Prueba Matías. Consulta.", "Fabián Prueba Matías", "NOMBRE_PERSONAL_SANITARIO"),
        ("Estudiada en el Centro Nacional de Prueba.", "Centro Nacional de Prueba", "INSTITUCION"),
        ("Se añade acetazolamida (Edemox®, Prueba) oral.", "Prueba", "INSTITUCION"),
    ],
)
def test_what_nobody_read_is_added(text: str, word: str, label: str) -> None:
    assert told(text, {}) == [(word, label)]


def test_what_was_read_stays_as_it_was_read() -> None:
    text = "Hospital 12 de Octubre de 2013."

    assert told(text, {text[:-1]: "HOSPITAL"}) == [(text[:-1], "HOSPITAL")]


def test_a_name_between_two_places_of_an_address_is_one() -> None:
    text = "33405 Salinas. Pruebillón. Zarautz. Fin"

    assert told(text, {"Salinas": "TERRITORIO", "Zarautz": "TERRITORIO"}) == [
        ("Salinas", "TERRITORIO"),
        ("Pruebillón", "TERRITORIO"),
        ("Zarautz", "TERRITORIO"),
    ]


def test_the_maker_of_a_drug_is_no_place() -> None:
    assert told("Un implante Nano® (Pruebant, Sarria).", {"Pruebant": "TERRITORIO"}) == [("Pruebant", "TERRITORIO")]
    assert told("Un implante Nano® Pruebant, Sarria.", {"Pruebant": "TERRITORIO"}) == [("Pruebant", "INSTITUCION")]


def test_a_place_that_goes_on_behind_a_maker_stays_whole() -> None:
    text = "Un implante Nano® Pruebant, Pruebalejos."

    assert told(text, {"Pruebant, Pruebalejos": "TERRITORIO"}) == [("Pruebant, Pruebalejos", "TERRITORIO")]
