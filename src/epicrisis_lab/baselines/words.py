"""Sentences as taggers of words see them: words with their places, tags, and marks from tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from epicrisis.domain.spans import Span
from epicrisis.text.sentences import sentence_spans

# Letters, digits and marks apart: of the 39,000 entities of the Spanish corpora 99.8 % begin and end at such a word.
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*+|\d++|[^\w\s]|_")

Mark = tuple[int, int, str]
"""A label on some words: the first, the one after the last, and the label."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one sentence, and where each stands in its document."""

    texts: tuple[str, ...]
    spans: tuple[Span, ...]

    def span_of(self, mark: Mark) -> Span:
        """Return where the words of ``mark`` stand."""
        return Span(self.spans[mark[0]].start, self.spans[mark[1] - 1].end)

    def marks(self, entities: Iterable[tuple[Span, str]]) -> list[Mark]:
        """Return the entities that lie in this sentence as marks, the longer one where two share a word.

        An entity that begins or ends inside a word takes the whole word: a tagger can say no less.
        """
        found: list[Mark] = []
        taken = 0
        for span, label in sorted(entities, key=lambda each: (each[0].start, -each[0].end)):
            touched = [i for i, word in enumerate(self.spans) if word.start < span.end and span.start < word.end]
            if touched and touched[0] >= taken:
                taken = touched[-1] + 1
                found.append((touched[0], taken, label))
        return found


def words_of(text: str, language: str) -> list[Words]:
    """Return the words of each sentence of ``text``; a sentence without a word has none."""
    return [words for span in sentence_spans(text, language) if (words := _words(text, span)).texts]


def tags_of(length: int, marks: Iterable[Mark]) -> list[str]:
    """Return ``length`` tags, O or B- or I- with the label of the mark."""
    tags = ["O"] * length
    for start, end, label in marks:
        tags[start:end] = [f"B-{label}", *[f"I-{label}"] * (end - start - 1)]
    return tags


def marks_of(tags: Sequence[str]) -> Iterator[Mark]:
    """Yield the marks that ``tags`` spell; an I- that continues nothing begins a mark."""
    start, label = 0, ""
    for place, tag in enumerate([*tags, "O"]):
        if label and tag != f"I-{label}":
            yield start, place, label
            label = ""
        if tag != "O" and not label:
            start, label = place, tag[2:]


def _words(text: str, sentence: Span) -> Words:
    found = list(_WORD.finditer(text, sentence.start, sentence.end))
    return Words(tuple(match[0] for match in found), tuple(Span(*match.span()) for match in found))
