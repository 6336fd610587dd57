from __future__ import annotations

import pytest

from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity, EntityLabel
from epicrisis.domain.naming import CLINICAL, SPANISH_TYPES, Named, label_name, labels_of
from epicrisis.domain.spans import Span


def entity(start: int, end: int, label: str = "SINTOMA") -> Entity:
    return Entity(Span(start, end), label)


def test_entities_of_all_label_sets_stand_in_the_order_of_the_text() -> None:
    named = Named(
        Document(id="n1", text="cefalea y fiebre", language="es"),
        {"b": (entity(0, 7), entity(10, 16)), "a": (entity(0, 7), entity(0, 3))},
    )

    assert [(name, each.span.start, each.span.end) for name, each in named.in_text_order()] == [
        ("a", 0, 3), ("b", 0, 7), ("a", 0, 7), ("b", 10, 16),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("label", "english", "spanish", "sub"),
    [
        ("SINTOMA", "SYMPTOM", "SINTOMA", None),
        ("ENFERMEDAD", "DISEASE", "ENFERMEDAD", None),
        ("FARMACO", "MEDICATION", "FARMACO", None),
        ("PROCEDIMIENTO", "PROCEDURE", "PROCEDIMIENTO", None),
        ("HUMAN", "SPECIES", "SPECIES", "HUMAN"),
        ("SPECIES", "SPECIES", "SPECIES", "SPECIES"),
        ("MEDICATION", "MEDICATION", "FARMACO", None),
        ("PROBLEM", "PROBLEM", "PROBLEMA", None),
        ("Chemical", "CHEMICAL", "SUSTANCIA", None),
        ("NOMBRE_SUJETO_ASISTENCIA", "NOMBRE_SUJETO_ASISTENCIA", "NOMBRE_SUJETO_ASISTENCIA", None),
    ],
)
def test_a_label_has_one_name_in_each_language(label: str, english: str, spanish: str, sub: str | None) -> None:
    name = label_name(label)

    assert (name.english, name.spanish, name.sub) == (english, spanish, sub)


@pytest.mark.parametrize("label", EntityLabel)
def test_every_clinical_label_keeps_its_name_in_english_and_has_another_in_spanish(label: EntityLabel) -> None:
    name = label_name(label)

    assert name.english == label
    assert name.spanish != label


@pytest.mark.parametrize("label_set", [CLINICAL, *SPANISH_TYPES])
def test_the_labels_of_a_label_set_are_those_of_its_base(label_set: str) -> None:
    assert labels_of(label_set)
    assert labels_of(f"{label_set}_base") == labels_of(label_set)


def test_of_a_label_set_nobody_wrote_down_the_engine_alone_knows_the_labels() -> None:
    assert labels_of("meddocan") == ()
