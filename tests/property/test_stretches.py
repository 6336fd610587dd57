"""Sentences, sections and tokens mark the characters of the text itself, each exactly once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given

from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.text.characters import plain
from epicrisis.text.headings import headings
from epicrisis.text.sections import section_spans
from epicrisis.text.sentences import sentence_spans
from epicrisis.text.tokens import token_spans
from tests.property.texts import languages, paragraphs, texts

Splitter = Callable[[str, str], Sequence[Span]]

SPLITTERS: dict[str, Splitter] = {
    "sentences": sentence_spans,
    "sections": lambda text, language: [section.span for section in section_spans(text, language)],
    "tokens": lambda text, language: token_spans(text),
}

splitters = pytest.mark.parametrize("split", SPLITTERS.values(), ids=SPLITTERS.keys())


@splitters
@given(text=texts, language=languages)
def test_spans_stand_in_order_and_never_overlap(split: Splitter, text: str, language: str) -> None:
    spans = split(text, language)

    assert all(left.end <= right.start for left, right in pairwise(spans))
    assert all(span.end <= len(text) for span in spans)


@splitters
@given(text=texts, language=languages)
def test_spans_have_no_white_space_around_them(split: Splitter, text: str, language: str) -> None:
    quotes = [text[span.start : span.end] for span in split(text, language)]

    assert quotes == [quote.strip() for quote in quotes]
    assert all(quotes)


@pytest.mark.parametrize("split", [SPLITTERS["sentences"], SPLITTERS["sections"]], ids=["sentences", "sections"])
@given(text=texts, language=languages)
def test_together_they_hold_every_character_that_is_not_white_space(split: Splitter, text: str, language: str) -> None:
    held = "".join(text[span.start : span.end] for span in split(text, language))

    assert "".join(held.split()) == "".join(text.split())


@given(text=texts)
def test_tokens_hold_every_character_that_shows(text: str) -> None:
    readable = plain(text)

    held = "".join(readable[span.start : span.end] for span in token_spans(text))

    assert held == "".join(readable.split())


@splitters
@given(text=texts.filter(str.strip), language=languages)
def test_quoting_a_span_gives_exactly_its_characters(split: Splitter, text: str, language: str) -> None:
    document = Document(id="n1", text=text, language=language)

    for span in split(text, language):
        assert document.quote(span) == text[span.start : span.end]
        assert len(document.quote(span)) == len(span)


@given(text=texts, language=languages)
def test_headings_stand_at_the_head_of_their_section(text: str, language: str) -> None:
    for section in section_spans(text, language):
        if section.heading is not None:
            before = text[section.span.start : section.heading.start]
            assert section.span.contains(section.heading)
            assert not before.strip(" \t#*=_")


@given(text=texts, language=languages)
def test_every_heading_that_opens_a_section_opens_one(text: str, language: str) -> None:
    opening = [heading.span for heading in headings(text, language) if heading.category is not None]
    heads = [section.heading for section in section_spans(text, language)]

    assert set(opening) <= set(heads)


@given(text=texts, language=languages)
def test_no_sentence_is_longer_than_an_encoder_can_bear(text: str, language: str) -> None:
    assert all(len(span) <= 1000 for span in sentence_spans(text * 20, language))


@given(first=paragraphs, second=paragraphs, language=languages)
def test_a_note_keeps_its_sentences_when_another_follows(first: str, second: str, language: str) -> None:
    together = sentence_spans(f"{first}\n\n{second}", language)

    shifted = [span.shifted(len(first) + 2) for span in sentence_spans(second, language)]
    assert together == [*sentence_spans(first, language), *shifted]
