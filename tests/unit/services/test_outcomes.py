from __future__ import annotations

import logging
from collections.abc import Sequence

import pytest

from epicrisis.domain.documents import Document
from epicrisis.errors import InvalidSpan
from epicrisis.services.outcomes import Failure, answer_each


class Length:
    """Answers with the length of a text, but cannot stand some texts, and remembers what it was asked."""

    def __init__(self, *unreadable: str, error: Exception) -> None:
        self.unreadable = unreadable
        self.error = error
        self.asked: list[int] = []

    def __call__(self, documents: Sequence[Document]) -> list[int]:
        self.asked.append(len(documents))
        if any(document.text in self.unreadable for document in documents):
            raise self.error
        return [len(document.text) for document in documents]


def answers(length: Length, *texts: str) -> list[int | Failure]:
    documents = [Document(id=text, text=text) for text in texts]
    return answer_each(length, documents, document=lambda document: document)


def test_asks_once_where_all_is_well() -> None:
    length = Length(error=InvalidSpan())

    assert answers(length, "a", "bb", "ccc") == [1, 2, 3]
    assert length.asked == [3]


def test_a_bad_item_fails_alone_and_in_its_place() -> None:
    length = Length("bb", "dd", error=InvalidSpan("Span(0, 9) ends after the text."))

    assert answers(length, "a", "bb", "ccc", "dd", "e") == [
        1,
        Failure("bb", "invalid-span", "Span(0, 9) ends after the text."),
        3,
        Failure("dd", "invalid-span", "Span(0, 9) ends after the text."),
        1,
    ]


def test_finds_one_bad_item_among_many_in_few_questions() -> None:
    length = Length("17", error=InvalidSpan())

    answers(length, *map(str, range(10, 74)))

    assert len(length.asked) <= 13


def test_a_foreign_error_is_told_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    length = Length("bb", error=ValueError("Ana Ruiz Prueba has bb"))

    with caplog.at_level(logging.DEBUG):
        [failure] = answers(length, "bb")

    assert isinstance(failure, Failure)
    assert failure.code == "error"
    assert "ValueError" in failure.message
    assert "Ana" not in failure.message + caplog.text


def test_an_empty_batch_asks_nothing() -> None:
    length = Length(error=InvalidSpan())

    assert answers(length) == []
    assert length.asked == []
