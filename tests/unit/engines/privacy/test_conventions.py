"""What was read of a Spanish note begins and ends where the guidelines of MEDDOCAN say."""

from __future__ import annotations

import pytest

from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.domain.spans import Span
from epicrisis.engines.privacy.conventions import by_convention, organization, place

Read = list[tuple[str, str]]


def told(text: str, read: Read) -> Read:
    """Return what ``read`` becomes; its words are looked for one behind the other."""
    found, at = [], 0
    for words, label in read:
        at = text.index(words, at)
        found.append(Identifier(Span(at, at + len(words)), IdentifierKind.ID, 0.9, "head", "read so", label))
        at += len(words)
    return [(text[one.span.start : one.span.end], str(one.sub)) for one in by_convention(text, found)]


@pytest.mark.parametrize(
    ("text", "word", "label"),
    [
        ("Paciente de raza negra.", "raza", "PAIS"),
        ("Calle Prueba 3, apto. 501.", "501", "TERRITORIO"),
        ("Varón, jugador de ajedrez.", "jugador", "SEXO_SUJETO_ASISTENCIA"),
        ("Mujer, edad 38 años.", "edad", "EDAD_SUJETO_ASISTENCIA"),
    ],
)
def test_what_is_nothing_of_its_label_goes(text: str, word: str, label: str) -> None:
    assert told(text, [(word, label)]) == []


def test_a_town_that_is_known_stays_in_small_letters() -> None:
    assert told("vive en barcelona desde niño", [("barcelona", "TERRITORIO")]) == [("barcelona", "TERRITORIO")]


def test_in_a_note_without_capitals_every_place_stays() -> None:
    text = "paciente que vive en pruebalejos"

    assert told(text, [("pruebalejos", "TERRITORIO")]) == [("pruebalejos", "TERRITORIO")]
    assert told(text.capitalize(), [("pruebalejos", "TERRITORIO")]) == []


@pytest.mark.parametrize(
    ("text", "read", "kept"),
    [
        ("Varón de 52 añosingresó ayer.", "52 añosingresó", "52 años"),
        ("A los 9 meses anduvo.", "9", "9 meses"),
        ("Edad: 61 Sexo: H.", "61", "61"),
    ],
)
def test_an_age_ends_with_its_unit(text: str, read: str, kept: str) -> None:
    label = "EDAD_SUJETO_ASISTENCIA"

    assert told(text, [(read, label)]) == [(kept, label)]


@pytest.mark.parametrize(
    ("text", "read", "kept"),
    [
        ("Un hermano mayor sano.", "hermano", "hermano mayor"),
        ("Tiene dos hermanas sanas.", "hermanas", "dos hermanas"),
        ("Tiene un hermano sano.", "hermano", "hermano"),
    ],
)
def test_a_relative_is_told_with_which_and_how_many(text: str, read: str, kept: str) -> None:
    label = "FAMILIARES_SUJETO_ASISTENCIA"

    assert told(text, [(read, label)]) == [(kept, label)]


def test_a_relative_with_a_name_is_a_name() -> None:
    sister, name = (
        Identifier(span, kind, 0.9, "head", "read so", "FAMILIARES_SUJETO_ASISTENCIA")
        for span, kind in ((Span(3, 10), IdentifierKind.ID), (Span(11, 14), IdentifierKind.NAME))
    )

    [whole] = by_convention("Su hermana Ana.", [sister, name])

    assert (whole.span, whole.kind) == (Span(3, 14), IdentifierKind.NAME)


def test_a_town_and_its_province_are_two_places_and_a_country_is_one_of_its_own() -> None:
    assert told("33001 Oviedo Asturias", [("Oviedo Asturias", "TERRITORIO")]) == [
        ("Oviedo", "TERRITORIO"),
        ("Asturias", "TERRITORIO"),
    ]
    # Policies that let countries stand do not mean the village before one.
    assert told("Pruebalejos España", [("Pruebalejos España", "PAIS")]) == [
        ("Pruebalejos", "TERRITORIO"),
        ("España", "PAIS"),
    ]
    assert told("Basilea (Suiza)", [("Suiza", "TERRITORIO")]) == [("Suiza", "PAIS")]
    assert told("Santa Cruz de Tenerife", [("Santa Cruz de Tenerife", "TERRITORIO")]) == [
        ("Santa Cruz de Tenerife", "TERRITORIO")
    ]


def test_the_letter_of_the_country_belongs_to_the_postal_code_and_not_to_the_street() -> None:
    text = "Av. Prueba, 4 E-28015 Madrid"

    assert told(text, [("Av. Prueba, 4 E", "CALLE"), ("28015", "TERRITORIO")]) == [
        ("Av. Prueba, 4", "CALLE"),
        ("E-28015", "TERRITORIO"),
    ]


def test_a_street_ends_with_its_house_and_flat_and_is_one() -> None:
    assert told("Monte da Prueba, 41 15898 Santiago", [("Monte da Prueba", "CALLE")]) == [
        ("Monte da Prueba, 41", "CALLE")
    ]
    assert told("Transversal 39, apto. 501, Medellín", [("Transversal 39", "CALLE")]) == [
        ("Transversal 39, apto. 501", "CALLE")
    ]
    assert told("Prueba Lorca 50 04006", [("Prueba", "CALLE"), ("Lorca 50", "CALLE")]) == [("Prueba Lorca 50", "CALLE")]


def test_a_hospital_goes_on_behind_a_shortened_word_and_its_first_word_says_what_it_is() -> None:
    assert told("Hospital Univ. La Prueba Avda. Sur", [("Hospital Univ", "HOSPITAL")]) == [
        ("Hospital Univ. La Prueba Avda", "HOSPITAL")
    ]
    assert organization("Centro de Salud Prueba") == "CENTRO_SALUD"
    assert organization("Universidad de Prueba") == "INSTITUCION"
    assert organization("Clínica Prueba") is None


def test_places_are_known_by_their_names() -> None:
    assert [place(name) for name in ("Málaga", "EE. UU.", "Prueba")] == ["TERRITORIO", "PAIS", None]
