"""MEDDOCAN notes without the header their makers put before them."""

from __future__ import annotations

from epicrisis_lab.corpora.headers import Bare, without_headers
from epicrisis_lab.corpora.parsing import parse_row
from tests.unit.lab.files import entity, sentence

TEXT = (
    "Datos del paciente.\nNombre:  Ana.\nApellidos: Ruiz Prueba.\nNHC: 368503.\nDatos asistenciales.\nEdad: 70 años "
    "Sexo: M.\nMédico: Lía Prueba NºCol: 28 28 70973.\nInforme clínico del paciente: Vista en mayo de 2005.\n"
    "Remitido por: Dra. Lía Prueba, Madrid.\n"
)


def test_the_body_is_left_with_its_marks_where_they_stand_now() -> None:
    row = parse_row(
        sentence("m1", TEXT, entity("Ana", "NOMBRE_SUJETO_ASISTENCIA"), entity("mayo de 2005", "FECHAS"), lang="es")
    )

    bare = without_headers(row, Bare.BOTH)

    assert bare is not None
    assert bare.text == "Informe clínico del paciente: Vista en mayo de 2005.\n"
    assert [bare.text[each.span.start : each.span.end] for each in bare.entities] == ["mayo de 2005"]


def test_the_signature_stays_where_the_header_alone_is_taken() -> None:
    row = parse_row(sentence("m1", TEXT, entity("Madrid", "TERRITORIO"), lang="es"))

    bare = without_headers(row)

    assert bare is not None
    assert bare.text.startswith("Informe clínico")
    assert [bare.text[each.span.start : each.span.end] for each in bare.entities] == ["Madrid"]


def test_a_text_without_header_stays_as_it_is() -> None:
    row = parse_row(sentence("m1", "Motivo de ingreso: fiebre.", entity("fiebre", "SINTOMA"), lang="es"))

    assert without_headers(row) == row


def test_nothing_is_left_of_a_header_alone() -> None:
    assert without_headers(parse_row(sentence("m1", "Nombre: Ana.\nCP: 28016.\n", lang="es"))) is None
