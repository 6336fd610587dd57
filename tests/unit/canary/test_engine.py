from __future__ import annotations

from configparser import ConfigParser

import pytest

from epicrisis.canary import engine
from epicrisis.canary.engine import FAILS, HANGS, FaultyEngine
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines import registry
from epicrisis.engines.contracts import AssertionEngine, IdentifierEngine, NamesEntities, NoteReader
from epicrisis.engines.registry import Group

NOTE = Document("1", "Ana Ruiz Prueba denies fever.", "en")


@pytest.fixture(scope="module")
def faulty() -> FaultyEngine:
    return FaultyEngine("rules", "en")


def test_it_can_stand_wherever_an_engine_does(faulty: FaultyEngine) -> None:
    for contract in (NoteReader, AssertionEngine, IdentifierEngine, NamesEntities):
        assert isinstance(faulty, contract)


def test_it_reads_as_the_engine_behind_it(faulty: FaultyEngine) -> None:
    [read] = faulty.read([NOTE])

    assert read == registry.note_reader("rules").read([NOTE])[0]
    assert faulty.card.name == engine.NAMES["en"]


def test_word_lists_answer_under_the_labels_of_the_spanish_corpora() -> None:
    faulty = FaultyEngine("rules", "es")

    [named] = faulty.named([Document("1", "Fiebre. Toma paracetamol.", "es")], ["symptoms", "medications", "species"])

    assert [entity.label for entity in named["symptoms"]] == ["SINTOMA"]
    assert [entity.label for entity in named["medications"]] == ["FARMACO"]
    assert named["species"] == []


def test_it_fails_where_a_note_says_so_and_quotes_it(faulty: FaultyEngine) -> None:
    note = Document("1", f"{NOTE.text} {FAILS}", "en")

    for work in (
        lambda: faulty.read([note]),
        lambda: faulty.sentence_labels([note.text]),
        lambda: faulty.assess(note, [Span(23, 28)]),
        lambda: faulty.named([note], ["clinical"]),
        lambda: faulty.find([note]),
    ):
        with pytest.raises(ValueError, match="Ana Ruiz Prueba"):
            work()


def test_it_hangs_where_a_note_says_so(faulty: FaultyEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)

    faulty.read([Document("1", f"{NOTE.text} {HANGS}", "en")])

    assert slept == [engine.HANG_SECONDS]


def test_the_package_that_brings_it_offers_it_in_every_group_a_reader_stands_in() -> None:
    offered = ConfigParser()
    offered.read_string(engine.entry_points())

    assert set(offered.sections()) == {Group.READERS, Group.ASSERTION, Group.IDENTIFIERS}
    for group in offered.sections():
        assert dict(offered[group]) == {
            "selftest-en": "epicrisis.canary.engine:build_english",
            "selftest-es": "epicrisis.canary.engine:build_spanish",
        }
