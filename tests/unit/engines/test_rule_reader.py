from __future__ import annotations

import pytest

from epicrisis.domain.assertions import SentenceLabel, Status
from epicrisis.domain.documents import Document
from epicrisis.domain.sections import SectionCategory
from epicrisis.engines.contracts import NoteReader
from epicrisis.engines.rule_reader import build
from epicrisis.errors import UnknownLanguage

READER: NoteReader = build()


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("The patient denies chest pain.", SentenceLabel.ABSENT),
        ("Possible pneumonia.", SentenceLabel.POSSIBLE),
        ("Return if vomiting starts.", SentenceLabel.CONDITIONAL),
        ("Denies fever, but possible pneumonia.", SentenceLabel.MIXED),
        ("She was seen on Monday.", SentenceLabel.NONE),
    ],
)
def test_labels_a_sentence_by_what_it_says_of_its_terms(sentence: str, label: SentenceLabel) -> None:
    [note] = READER.read([Document(id="n1", text=sentence)])

    assert [found.label for found in note.sentences] == [label]


def test_reads_terms_statuses_cues_sentences_and_sections_in_the_order_of_the_note() -> None:
    text = "CHIEF COMPLAINT: Cough.\n\nPLAN: Denies fever. Possible pneumonia."
    [note] = READER.read([Document(id="n1", text=text)])

    assert [note.document.quote(entity.span) for entity in note.entities] == ["Cough", "fever", "pneumonia"]
    assert [assertion.status for assertion in note.assertions if assertion][1:] == [Status.ABSENT, Status.POSSIBLE]
    assert [note.document.quote(cue.span) for cue in note.cues][-2:] == ["Denies", "Possible"]
    assert [section.category for section in note.sections] == [SectionCategory.CHIEF_COMPLAINT, SectionCategory.PLAN]
    assert list(note.sentences) == sorted(note.sentences, key=lambda sentence: sentence.span)
    assert (note.engine, note.version) == ("rules", READER.card.version)


def test_neighbours_never_change_an_answer() -> None:
    documents = [Document(id=text, text=text) for text in ("Denies fever.", "Possible gout.")]

    assert [*READER.read(documents)] == [note for document in documents for note in READER.read([document])]


def test_refuses_a_language_without_word_lists() -> None:
    with pytest.raises(UnknownLanguage):
        READER.read([Document(id="n1", text="Pas de douleur.", language="fr")])


def test_reads_each_document_by_its_language() -> None:
    documents = [Document("1", "Denies fever.", "en"), Document("2", "Niega fiebre y tos.", "es")]

    english, spanish = READER.read(documents)

    assert [english.document.quote(entity.span) for entity in english.entities] == ["fever"]
    assert [spanish.document.quote(entity.span) for entity in spanish.entities] == ["fiebre", "tos"]
    assert {assertion.status for note in (english, spanish) for assertion in note.assertions if assertion} == {
        Status.ABSENT
    }


def test_labels_a_sentence_in_the_language_it_is_told() -> None:
    [sentence] = READER.sentence_labels(["No se descarta neumonía."], language="es")

    assert sentence.label is SentenceLabel.POSSIBLE
