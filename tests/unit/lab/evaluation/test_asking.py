"""How an engine is asked: notes as notes, sentences as sentences, and several label sets at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import EngineCard
from epicrisis_lab.corpora.parsing import parse_row
from epicrisis_lab.corpora.rows import LabRow
from epicrisis_lab.errors import MissingCapability
from epicrisis_lab.evaluation.tasks.entities import score_entities
from tests.unit.lab.files import entity, sentence
from tests.unit.lab.twins import build

WORDS: Mapping[str, Mapping[str, str]] = {
    "symptoms": {"fiebre": "SINTOMA", "dolor torácico": "SINTOMA"},
    "symptoms_base": {"fiebre": "SINTOMA"},
    "diseases": {"asma": "ENFERMEDAD"},
    "medications": {"aspirina": "FARMACO"},
    "species": {"mujer": "HUMAN", "virus": "SPECIES"},
    "pharmaconer": {"aspirina": "FARMACO", "ferritina": "PROTEINA", "calcio": "UNCLEAR"},
}


class Names:
    """Knows a few words of each label set, and keeps what it was asked."""

    card = EngineCard(name="names", version="1", summary="Knows a few words.", languages=("es",))
    label_sets = tuple(WORDS)

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def named(self, documents: Sequence[Document], label_sets: Sequence[str]) -> list[dict[str, list[Entity]]]:
        self.asked.append(tuple(label_sets))
        return [{name: _found(document.text, WORDS[name]) for name in label_sets} for document in documents]


class NamesAndExtracts(Names):
    """The same, and it would find nothing in a note given as one sentence."""

    def extract_many(self, documents: Sequence[Document], label_set: str) -> list[list[Entity]]:
        return [[] for _ in documents]


def _found(text: str, words: Mapping[str, str]) -> list[Entity]:
    matches = re.finditer("|".join(words), text, re.IGNORECASE)
    return [Entity(Span(*match.span()), words[match[0].casefold()]) for match in matches]


def rows(*raw: dict[str, Any]) -> list[LabRow]:
    return [parse_row({**each, "lang": "es"}) for each in raw]


NOTE = sentence(
    "n1", "Fiebre. Dolor torácico.", entity("Fiebre", "SINTOMA"), entity("Dolor torácico", "SINTOMA"),
    source="symptemist",
)  # fmt: skip
HEART = sentence(
    "c1", "Asma; aspirina.", entity("Asma", "ENFERMEDAD"), entity("aspirina", "FARMACO"), source="cardioccc"
)


def test_a_corpus_of_notes_is_read_as_notes_are() -> None:
    figures = score_entities(NamesAndExtracts(), rows(NOTE)).tally.figures()

    assert figures["entities.strict.SINTOMA.f1"] == 1.0


def test_the_label_sets_of_a_corpus_are_asked_for_in_one_pass() -> None:
    engine = Names()

    figures = score_entities(engine, rows(HEART)).tally.figures()

    assert engine.asked == [("diseases", "medications")]
    assert figures["entities.strict.ENFERMEDAD.f1"] == figures["entities.strict.FARMACO.f1"] == 1.0


def test_another_variant_is_scored_where_it_is_named() -> None:
    figures = score_entities(Names(), rows(NOTE), label_sets=["symptoms_base"]).tally.figures()

    assert (figures["entities.strict.precision"], figures["entities.strict.recall"]) == (1.0, 0.5)


def test_a_corpus_of_sentences_is_read_as_sentences() -> None:
    row = sentence("s1", "Fiebre.", entity("Fiebre", "SINTOMA"), source="ward notes")

    figures = score_entities(NamesAndExtracts(), rows(row), label_sets=["symptoms"]).tally.figures()

    assert figures["entities.strict.recall"] == 0.0


def test_an_engine_that_only_extracts_has_no_label_set_of_a_note() -> None:
    with pytest.raises(MissingCapability, match="'seven' has no label set 'diseases' or 'medications'"):
        score_entities(build(), rows(HEART))


def test_a_person_is_a_species_and_both_are_told_apart_beside_it() -> None:
    row = sentence(
        "l1", "Mujer con virus y mujer.", entity("Mujer", "SPECIES", sub="HUMAN"),
        entity("virus", "SPECIES", sub="SPECIES"), source="livingner",
    )  # fmt: skip

    figures = score_entities(Names(), rows(row)).tally.figures()

    assert figures["entities.strict.SPECIES.support"] == 2
    assert figures["entities.strict.precision"] == pytest.approx(2 / 3, abs=1e-6)
    assert figures["entities.strict.sub.HUMAN.precision"] == 0.5
    assert figures["entities.strict.sub.SPECIES.f1"] == 1.0


def test_what_its_makers_do_not_score_is_not_scored() -> None:
    row = sentence(
        "p1", "Aspirina, ferritina, calcio, litio.", entity("Aspirina", "FARMACO"), entity("ferritina", "PROTEINA"),
        entity("litio", "UNCLEAR"), source="pharmaconer",
    )  # fmt: skip

    figures = score_entities(Names(), rows(row)).tally.figures()

    assert figures["entities.strict.f1"] == 1.0
    assert figures["entities.strict.support"] == 2


def test_wrong_cases_are_sorted_by_what_went_wrong() -> None:
    row = sentence(
        "n2", "Fiebre alta, tos; dolor torácico.", entity("Fiebre alta", "SINTOMA"), entity("tos", "SINTOMA"),
        source="symptemist",
    )  # fmt: skip

    mistakes = score_entities(Names(), rows(row)).mistakes

    assert [mistake.kind for mistake in mistakes] == ["boundary SINTOMA", "missed SINTOMA", "false positive SINTOMA"]
