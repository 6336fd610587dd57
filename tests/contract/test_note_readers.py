"""What every note reader and entity engine keeps, whoever wrote it; they are those that are installed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epicrisis.domain.assertions import SentenceLabel
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import EntityEngine, NoteReader
from epicrisis.engines.registry import Group, entity_engine, installed, note_reader

NOTE = (
    "CHIEF COMPLAINT: Chest pain.\n\n"
    "HISTORY OF PRESENT ILLNESS:\nAna Ruiz Prueba denies fever, chills or cough. Possible pneumonia.\n"
    "She takes aspirin 81 mg p.o. daily.\n\n"
    "FAMILY HISTORY:\nMother had gout.\n\n"
    "PLAN:\n1. Chest x-ray.\n2. Return for bleeding.\n"
)
OTHER = "Lungs are clear. No edema.\r\n\r\nALLERGIES: penicillin 🙂 causes hives."
TEXTS = st.lists(
    st.sampled_from([NOTE, OTHER, "ok", "Denies pain. " * 30, "😷 fe\u0301ver", "a\tb\x00c", "\ufeffCough."]),
    min_size=1,
    max_size=5,
)


@pytest.fixture(scope="module", params=installed(Group.READERS))
def reader(request: pytest.FixtureRequest) -> NoteReader:
    return note_reader(request.param)


@pytest.fixture(scope="module", params=installed(Group.ENTITIES))
def engine(request: pytest.FixtureRequest) -> EntityEngine:
    return entity_engine(request.param)


def documents(*texts: str) -> list[Document]:
    return [Document(id=str(number), text=text) for number, text in enumerate(texts)]


def test_there_are_readers_and_engines_to_hold_to_this() -> None:
    assert {"model", "rules"} <= set(installed(Group.READERS))
    assert {"lexicon", "model"} <= set(installed(Group.ENTITIES))


def test_one_answer_a_document_in_order(reader: NoteReader) -> None:
    asked = documents(NOTE, OTHER, "ok")

    answers = reader.read(asked)

    assert [answer.document for answer in answers] == asked
    assert all((answer.engine, answer.version) == (reader.card.name, reader.card.version) for answer in answers)


def test_nothing_asked_nothing_answered(reader: NoteReader) -> None:
    assert list(reader.read([])) == []


def test_a_concept_has_an_assertion_and_an_attribute_has_none(reader: NoteReader) -> None:
    [answer] = reader.read(documents(NOTE))

    assert len(answer.entities) == len(answer.assertions) > 5
    for entity, assertion in zip(answer.entities, answer.assertions, strict=True):
        assert EntityLabel(entity.label).is_concept == (assertion is not None)
        if assertion is not None:
            assert assertion.target == entity.span
            assert sum(assertion.scores.values()) == pytest.approx(1.0, abs=0.01)


@given(TEXTS)
def test_everything_found_lies_in_the_text_and_in_its_order(reader: NoteReader, texts: list[str]) -> None:
    for answer in reader.read(documents(*texts)):
        length = len(answer.document.text)
        for found in (answer.entities, answer.cues, answer.sentences, answer.sections):
            spans = [one.span for one in found]
            assert spans == sorted(spans)
            assert all(span.end <= length for span in spans)
        for entity in answer.entities:
            assert answer.document.quote(entity.span).strip() == answer.document.quote(entity.span)


@given(TEXTS)
def test_neighbours_change_nothing(reader: NoteReader, texts: list[str]) -> None:
    asked = documents(*texts)

    assert list(reader.read(asked)) == [reader.read([document])[0] for document in asked]


def test_threads_change_nothing(reader: NoteReader) -> None:
    asked = documents(NOTE, OTHER)
    expected = list(reader.read(asked))

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: list(reader.read(asked)), range(16)))

    assert all(answer == expected for answer in answers)


def test_labels_each_text_as_one_sentence(reader: NoteReader) -> None:
    texts = ["The patient denies chest pain.", "Possible pneumonia.", "He has a cough. No fever.", "ok", "\u200b."]

    sentences = reader.sentence_labels(texts)

    assert [sentence.span for sentence in sentences] == [Span(0, len(text)) for text in texts]
    assert [sentence.label for sentence in sentences[:2]] == [SentenceLabel.ABSENT, SentenceLabel.POSSIBLE]
    assert list(reader.sentence_labels([])) == []


@settings(max_examples=20)
@given(TEXTS)
def test_a_label_is_the_likeliest_and_its_neighbours_do_not_matter(reader: NoteReader, texts: list[str]) -> None:
    sentences = reader.sentence_labels(texts)

    assert list(sentences) == [reader.sentence_labels([text])[0] for text in texts]
    for sentence in sentences:
        assert sentence.label is not None
        assert sentence.scores[sentence.label] == max(sentence.scores.values())
        assert sum(sentence.scores.values()) == pytest.approx(1.0, abs=0.01)


def test_entities_stand_in_order_and_never_overlap_within_a_label(engine: EntityEngine) -> None:
    entities = list(engine.extract(documents(NOTE)[0]))

    assert entities
    assert [entity.span for entity in entities] == sorted(entity.span for entity in entities)
    for label in {entity.label for entity in entities}:
        spans = [entity.span for entity in entities if entity.label == label]
        assert not any(a.overlaps(b) for a, b in pairwise(spans))


def test_a_card_says_what_the_engine_is_and_what_it_gets_wrong(reader: NoteReader, engine: EntityEngine) -> None:
    for card in (reader.card, engine.card):
        assert all((card.name, card.version, card.summary, card.languages, card.limits))
