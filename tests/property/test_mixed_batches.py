"""Texts of both languages in one batch are answered in their places, each as if it were alone."""

from __future__ import annotations

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from epicrisis.assembly import Pipeline
from epicrisis.domain.documents import Document
from epicrisis.services.assess import Question
from epicrisis.services.outcomes import Failure
from tests.spanish import spanish_pipeline

TEXTS = [
    ("en", "The patient denies chest pain."),
    ("en", "Possible pneumonia. No cough."),
    ("es", "La paciente niega dolor torácico."),
    ("es", "Varón con cefalea; toma paracetamol."),
    # Nothing reads it: it fails alone.
    ("fi", "Ei kuumetta."),
]

batches = st.lists(st.sampled_from(TEXTS), max_size=8)


@cache
def pipeline() -> Pipeline:
    return spanish_pipeline()


@given(batch=batches)
def test_annotations_keep_their_places(batch: list[tuple[str, str]]) -> None:
    documents = [Document(str(number), text, language) for number, (language, text) in enumerate(batch)]

    answers = pipeline().annotation.many(documents)

    assert [_told(each) for each in answers] == [_expected(*each) for each in batch]
    assert answers == [answer for document in documents for answer in pipeline().annotation.many([document])]


@given(batch=batches)
def test_assessments_and_labels_keep_their_places(batch: list[tuple[str, str]]) -> None:
    documents = [Document(str(number), text, language) for number, (language, text) in enumerate(batch)]

    judged = pipeline().assessment.many([Question(document) for document in documents])
    labelled = pipeline().labelling.many(documents)

    assert [_told(each) for each in judged] == [_expected(*each) for each in batch]
    assert [_told(each) for each in labelled] == [_expected(*each) for each in batch]


def _told(answer: object) -> str:
    return answer.code if isinstance(answer, Failure) else answer.engine  # type: ignore[attr-defined,no-any-return]


def _expected(language: str, text: str) -> str:
    engines = {"en": pipeline().annotation.readers.card("en").name, "es": "spanish-words"}
    return engines.get(language, "unknown-language")
