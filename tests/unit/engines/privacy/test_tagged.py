from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity
from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.domain.spans import Span
from epicrisis.engines.privacy.tagged import MEDDOCAN, TaggedIdentifierEngine, build_spanish, clinical_fact
from epicrisis.engines.shipped import shipped


def test_every_label_of_the_shipped_head_has_a_kind() -> None:
    card = json.loads((shipped("spanish") / "card.json").read_text(encoding="utf-8"))

    labels = next(found for found in values(card, "meddocan") if isinstance(found, list))

    assert set(labels) == set(MEDDOCAN)


def test_the_card_is_read_without_the_weights() -> None:
    assert build_spanish.card.languages == ("es",)


@pytest.mark.parametrize(
    ("kind", "sub", "is_fact"),
    [
        (IdentifierKind.ID, "SEXO_SUJETO_ASISTENCIA", True),
        (IdentifierKind.ID, "FAMILIARES_SUJETO_ASISTENCIA", True),
        (IdentifierKind.NAME, "FAMILIARES_SUJETO_ASISTENCIA", False),
        (IdentifierKind.ID, "ID_CONTACTO_ASISTENCIAL", False),
        (IdentifierKind.ID, None, False),
    ],
)
def test_a_sex_and_a_relation_without_a_name_are_facts(kind: IdentifierKind, sub: str | None, is_fact: bool) -> None:
    found = Identifier(Span(0, 5), kind, 0.9, "spanish", "read so", sub)

    assert (clinical_fact(found) is not None) is is_fact


class Reads:
    """A reader that has read a relative, from the third character of a text to its last but one."""

    card = build_spanish.card
    label_sets = ("meddocan",)

    def named(self, documents: Sequence[Document], label_sets: Sequence[str]) -> list[dict[str, list[Entity]]]:
        label = "FAMILIARES_SUJETO_ASISTENCIA"
        return [{"meddocan": [Entity(Span(3, len(each.text) - 1), label, 0.9)]} for each in documents]


@pytest.mark.parametrize(
    ("text", "kind"), [("Su hermana Ana.", IdentifierKind.NAME), ("Su hermana mayor.", IdentifierKind.ID)]
)
def test_a_relative_with_a_name_is_a_name_wherever_that_stands(text: str, kind: IdentifierKind) -> None:
    engine = TaggedIdentifierEngine(Reads(), "meddocan", MEDDOCAN)

    [[found]] = engine.find([Document("1", text, "es")])

    assert (found.kind, found.sub) == (kind, "FAMILIARES_SUJETO_ASISTENCIA")


def values(table: object, key: str) -> list[object]:
    """Return every value under ``key``, however deep."""
    if not isinstance(table, dict):
        return []
    found = [table[key]] if key in table else []
    return found + [value for each in table.values() for value in values(each, key)]
