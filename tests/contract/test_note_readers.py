"""What every note reader and entity engine keeps, whoever wrote it; they are those that are installed."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epicrisis.domain.annotations import AnnotatedDocument, Sentence
from epicrisis.domain.assertions import SentenceLabel
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import EntityEngine, NoteReader
from epicrisis.engines.registry import Group, entity_engine, installed, note_reader
from epicrisis.errors import UnknownLanguage
from tests.contract.samples import SAMPLES, Sample, engines


@dataclass(frozen=True, slots=True)
class Read:
    """A reader in one of its languages, and what it is given there."""

    reader: NoteReader
    sample: Sample

    def documents(self, texts: Sequence[str]) -> list[Document]:
        return [self.sample.document(text, str(number)) for number, text in enumerate(texts)]

    def __call__(self, *texts: str) -> list[AnnotatedDocument]:
        return list(self.reader.read(self.documents(texts)))

    def labels(self, *texts: str) -> list[Sentence]:
        return list(self.reader.sentence_labels(texts, language=self.sample.note.language))


def texts_of(sample: Sample) -> list[str]:
    awkward = ["ok", f"{sample.labelled[0]} " * 30, "😷 fe\u0301ver", "a\tb\x00c", "\ufeffCough."]
    return [sample.note.text, sample.other, *awkward]


# Drawn by number, since which texts they are depends on the language of the reader.
NUMBERS = st.lists(st.integers(0, len(texts_of(SAMPLES["en"])) - 1), min_size=1, max_size=5)


@pytest.fixture(scope="module", params=[*engines(Group.READERS)])
def read(request: pytest.FixtureRequest) -> Read:
    name, language = request.param
    return Read(note_reader(name, language), SAMPLES[language])


@pytest.fixture(scope="module")
def alone(read: Read) -> list[AnnotatedDocument]:
    """Return what is read in each text where it is the only one."""
    texts = read.documents(texts_of(read.sample))
    return [answer for document in texts for answer in read.reader.read([document])]


@pytest.fixture(scope="module")
def labelled_alone(read: Read) -> list[Sentence]:
    """Return what is said of each text where it is the only one."""
    return [sentence for text in texts_of(read.sample) for sentence in read.labels(text)]


@pytest.fixture(scope="module", params=[*engines(Group.ENTITIES)])
def named(request: pytest.FixtureRequest) -> tuple[EntityEngine, Sample]:
    name, language = request.param
    return entity_engine(name, language), SAMPLES[language]


def test_there_are_readers_and_engines_to_hold_to_this() -> None:
    assert {"model", "rules"} <= set(installed(Group.READERS))
    assert {"lexicon", "model"} <= set(installed(Group.ENTITIES))


def test_one_answer_a_document_in_order(read: Read) -> None:
    texts = [read.sample.note.text, read.sample.other, "ok"]

    answers = read(*texts)

    card = read.reader.card
    assert [answer.document for answer in answers] == read.documents(texts)
    assert all((answer.engine, answer.version) == (card.name, card.version) for answer in answers)


def test_nothing_asked_nothing_answered(read: Read) -> None:
    assert read() == []


def test_a_concept_has_an_assertion_and_an_attribute_has_none(read: Read) -> None:
    [answer] = read(read.sample.note.text)

    assert len(answer.entities) == len(answer.assertions) > 5
    for entity, assertion in zip(answer.entities, answer.assertions, strict=True):
        assert EntityLabel(entity.label).is_concept == (assertion is not None)
        if assertion is not None:
            assert assertion.target == entity.span
            assert sum(assertion.scores.values()) == pytest.approx(1.0, abs=0.01)


def test_everything_found_lies_in_the_text_and_in_its_order(alone: list[AnnotatedDocument]) -> None:
    # That a batch says nothing else is the next test's business.
    for answer in alone:
        length = len(answer.document.text)
        for found in (answer.entities, answer.cues, answer.sentences, answer.sections):
            spans = [one.span for one in found]
            assert spans == sorted(spans)
            assert all(span.end <= length for span in spans)
        for entity in answer.entities:
            assert answer.document.quote(entity.span).strip() == answer.document.quote(entity.span)


@given(NUMBERS)
def test_neighbours_change_nothing(read: Read, alone: list[AnnotatedDocument], numbers: list[int]) -> None:
    documents = [alone[number].document for number in numbers]

    assert list(read.reader.read(documents)) == [alone[number] for number in numbers]


def test_threads_change_nothing(read: Read) -> None:
    texts = (read.sample.note.text, read.sample.other)
    expected = read(*texts)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: read(*texts), range(16)))

    assert all(answer == expected for answer in answers)


def test_labels_each_text_as_one_sentence(read: Read) -> None:
    texts = [*read.sample.labelled, "ok", "\u200b."]

    sentences = read.labels(*texts)

    assert [sentence.span for sentence in sentences] == [Span(0, len(text)) for text in texts]
    assert [sentence.label for sentence in sentences[:2]] == [SentenceLabel.ABSENT, SentenceLabel.POSSIBLE]
    assert read.labels() == []


@settings(max_examples=20)
@given(NUMBERS)
def test_a_label_is_the_likeliest_and_its_neighbours_do_not_matter(
    read: Read, labelled_alone: list[Sentence], numbers: list[int]
) -> None:
    texts = [texts_of(read.sample)[number] for number in numbers]

    sentences = read.labels(*texts)

    assert sentences == [labelled_alone[number] for number in numbers]
    for sentence in sentences:
        assert sentence.label is not None
        assert sentence.scores[sentence.label] == max(sentence.scores.values())
        assert sum(sentence.scores.values()) == pytest.approx(1.0, abs=0.01)


def test_entities_stand_in_order_and_never_overlap_within_a_label(named: tuple[EntityEngine, Sample]) -> None:
    engine, sample = named

    entities = list(engine.extract(sample.note))

    assert entities
    assert [entity.span for entity in entities] == sorted(entity.span for entity in entities)
    for label in {entity.label for entity in entities}:
        spans = [entity.span for entity in entities if entity.label == label]
        assert not any(a.overlaps(b) for a, b in pairwise(spans))


def test_a_language_no_card_names_is_refused(read: Read, named: tuple[EntityEngine, Sample]) -> None:
    document = Document(id="n1", text="Pas de fièvre.", language="fr")

    with pytest.raises(UnknownLanguage):
        read.reader.read([document])
    with pytest.raises(UnknownLanguage):
        named[0].extract(document)


def test_a_card_says_what_the_engine_is_and_what_it_gets_wrong(read: Read, named: tuple[EntityEngine, Sample]) -> None:
    for card in (read.reader.card, named[0].card):
        assert all((card.name, card.version, card.summary, card.languages, card.limits))
