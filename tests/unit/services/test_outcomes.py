from __future__ import annotations

import logging
from collections.abc import Sequence

import pytest

from epicrisis.domain.documents import Document
from epicrisis.errors import EpicrisisError, InvalidSpan
from epicrisis.services.outcomes import Failure, answer_each, answered


class Length:
    """Answers with the length of a text, but cannot stand some texts, and remembers what it was asked."""

    def __init__(self, *unreadable: str, error: BaseException) -> None:
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


def test_an_answer_too_few_is_no_answer_to_somebody_else() -> None:
    documents = [Document(id=text, text=text) for text in ("a", "bb")]

    assert answer_each(lambda asked: [len(asked[-1].text)], documents, document=lambda document: document) == [1, 2]


def test_who_asked_for_one_is_answered_or_told_what_happened() -> None:
    length = Length("bb", error=ValueError("bb"))
    good, bad = answers(length, "a", "bb")

    assert answered(good) == 1
    with pytest.raises(ValueError, match="bb"):
        answered(bad)
    with pytest.raises(EpicrisisError, match="nothing there"):
        answered(Failure("n1", "empty-text", "nothing there"))


def test_what_happened_is_neither_shown_nor_compared() -> None:
    [failure] = answers(Length("bb", error=ValueError("Ana Ruiz Prueba has bb")), "bb")

    assert isinstance(failure, Failure)
    assert "Ana" not in repr(failure)
    assert failure == Failure(failure.id, failure.code, failure.message)


class Panic(BaseException):
    """What an engine written in Rust raises where it panics."""


def test_a_panic_fails_alone_and_is_raised_as_an_error_one_can_catch() -> None:
    good, bad = answers(Length("bb", error=Panic("Ana Ruiz Prueba")), "a", "bb")

    assert good == 1
    with pytest.raises(EpicrisisError, match="Panic") as told:
        answered(bad)
    assert "Ana" not in str(told.value)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_a_stop_from_the_keyboard_stops(stop: type[BaseException]) -> None:
    with pytest.raises(stop):
        answers(Length("bb", error=stop()), "a", "bb")
