"""Sentences are checked in as little time as they need, and in one language."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from epicrisis.api.contracts.assertion.sentences import MOST_TOKENS, Sentences, sentence_of, sentences_of
from epicrisis.api.problems import Problem
from epicrisis.domain.annotations import Sentence
from epicrisis.domain.documents import Document
from epicrisis.engines.contracts import EngineCard, Make
from epicrisis.engines.registry import note_reader
from epicrisis.services.intake import Intake
from epicrisis.services.readers import ByLanguage, Offer

ENGLISH = Intake(languages=["en"], max_chars=1_000_000)
BOTH = Intake(languages=["en", "es"], max_chars=1_000_000)


class Counted:
    """A labeller that takes every character for a token, and remembers who had it count."""

    card = EngineCard(name="counted", version="1", summary="Counts.", languages=("en",))

    def __init__(self, *, longest: int = MOST_TOKENS, around: int = 0) -> None:
        self.make = Make(framework="none", tokenizer="characters", longest=longest)
        self.around = around
        self.threads: list[int] = []

    def sentence_labels(self, texts: Sequence[str], *, language: str | None = None) -> Sequence[Sentence]:
        raise NotImplementedError

    def pieces(self, text: str) -> int:
        self.threads.append(threading.get_ident())
        return len(text) + self.around


@pytest.mark.parametrize("text", ["x" * (MOST_TOKENS - 8), "é" * 18, "я" * 18, "가" * 9, "≥ 3 " * 8])
def test_what_cannot_be_too_long_is_not_counted(text: str) -> None:
    labeller = Counted()

    assert isinstance(Sentences(ENGLISH, ByLanguage.of(labeller)).take(text, "sentence"), Document)
    assert labeller.threads == []


@pytest.mark.parametrize(
    ("text", "taken"), [("x" * (MOST_TOKENS + 1), False), ("x" * MOST_TOKENS, True), ("가" * 171, True)]
)
def test_what_may_be_too_long_is_counted(text: str, taken: bool) -> None:
    labeller = Counted()

    assert isinstance(Sentences(ENGLISH, ByLanguage.of(labeller)).take(text, "sentence"), Document) is taken
    assert len(labeller.threads) == 1


@pytest.mark.parametrize(("length", "taken"), [(62, True), (63, False), (64, False)])
def test_a_model_that_reads_less_is_sent_no_more_than_it_reads(length: int, taken: bool) -> None:
    outcome = Sentences(ENGLISH, ByLanguage.of(Counted(longest=64, around=2))).take("x" * length, "sentence")

    assert isinstance(outcome, Document) is taken
    assert isinstance(outcome, Document) or "64 tokens at most" in outcome.detail


def test_a_model_that_reads_more_is_sent_what_the_contract_says() -> None:
    assert Sentences(ENGLISH, ByLanguage.of(Counted(longest=4_096))).longest("en") == MOST_TOKENS


@pytest.mark.anyio
async def test_what_counts_is_never_built_in_the_event_loop() -> None:
    threads: list[int] = []

    def build() -> Counted:
        threads.append(threading.get_ident())
        return Counted()

    labellers = ByLanguage({"en": Offer(Counted.card, build)})
    taken = await Sentences(ENGLISH, labellers).one("x" * (MOST_TOKENS + 1))

    assert isinstance(taken, Problem)
    assert threads != []
    assert threading.get_ident() not in threads


@pytest.mark.anyio
async def test_long_sentences_are_counted_beside_the_event_loop() -> None:
    labeller = Counted()
    sentences = Sentences(ENGLISH, ByLanguage.of(labeller))

    await sentences.one("x" * 2_001)
    await sentences.many(["x" * 600] * 4)
    await sentences.one("x" * 600)

    here = threading.get_ident()
    assert [thread == here for thread in labeller.threads] == [False] * 5 + [True]


def test_megabytes_are_refused_uncounted() -> None:
    labeller = Counted()

    refused = Sentences(ENGLISH, ByLanguage.of(labeller)).take("x" * 1_000_000, "sentence")

    assert isinstance(refused, Problem)
    assert "1,000,000 characters" in refused.detail
    assert labeller.threads == []


@pytest.mark.parametrize(
    ("intake", "text", "language"),
    [
        (ENGLISH, "El paciente niega dolor torácico.", "en"),
        (BOTH, "El paciente niega dolor torácico.", "es"),
        (BOTH, "The patient denies chest pain.", "en"),
    ],
)
def test_a_server_of_one_language_takes_every_sentence_for_it(intake: Intake, text: str, language: str) -> None:
    document = Sentences(intake, ByLanguage.of(Counted())).take(text, "sentence")

    assert isinstance(document, Document)
    assert document.language == language


def test_the_text_is_one_line_without_control_characters() -> None:
    sent = "\x00One\x0bline,\r\n\x85of\u2028a\tno\x07te\x7f."

    document = Sentences(ENGLISH, ByLanguage.of(Counted())).take(sent, "sentence")

    assert isinstance(document, Document)
    assert document.text.split() == ["One", "line,", "of", "a", "note."]
    assert document.text.isprintable()


def test_the_last_of_two_equal_fields_counts_on_both_ways_through_the_body() -> None:
    assert sentence_of(b'{"sentence": "a", "sentence": "b"}') == "b"
    assert sentence_of(b'{"sentence": "a", "sentence": "\\ud800"}') == "\ud800"
    assert sentences_of(b'{"sentences": ["a"], "sentences": ["b", 1]}') == ["b", 1]


@pytest.mark.parametrize("name", ["model", "rules"])
def test_readers_count_their_own_tokens_and_say_what_they_are_made_of(name: str) -> None:
    reader = note_reader(name)

    assert reader.pieces("Denies fever.") >= 3
    assert reader.pieces("pain " * 600) == 600
    assert reader.make.framework
    assert reader.make.tokenizer
