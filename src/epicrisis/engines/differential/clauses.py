"""The clauses of a note that nothing was found in: what a finding may be told in, in words of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from epicrisis.domain.spans import Span
from epicrisis.engines.differential.matching import lists
from epicrisis.text.phrases import folded

_MARK = re.compile(r"[,;:.()\n–—]")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_FEWEST, _MOST = 2, 18


def clauses_of(text: str, sentences: Sequence[Span], taken: Sequence[Span], language: str) -> list[Span]:
    """Return the clauses of ``sentences``, and neighbours together; none holds a phrase that is ``taken`` already.

    "Gets out of breath on stairs": once "out of breath" is understood, its words tell nothing else. A single word may
    still be part of more: "coughed up a streak of blood".
    """
    joins = frozenset(_joins(language))
    phrases = [span for span in taken if len(_WORD.findall(text, span.start, span.end)) > 1]
    whole = {(span.start, span.end) for span in taken}
    found = [clause for sentence in sentences for clause in _of_sentence(text, sentence, phrases, joins)]
    return [clause for clause in found if (clause.start, clause.end) not in whole]


def _of_sentence(text: str, sentence: Span, taken: Sequence[Span], joins: frozenset[str]) -> Iterator[Span]:
    own = [span for span in taken if span.overlaps(sentence)]
    parts = [part for part in _parts(text, sentence, own, joins) if part]
    for part in parts:
        if _FEWEST <= len(part) <= _MOST:
            yield Span(part[0].start, part[-1].end)
    for one, other in pairwise(parts):
        both = Span(one[0].start, other[-1].end)
        if len(one) + len(other) <= _MOST and not any(span.overlaps(both) for span in own):
            yield both


def _parts(text: str, sentence: Span, taken: Sequence[Span], joins: frozenset[str]) -> Iterator[list[Span]]:
    """Yield the words between marks, joining words, and what is taken."""
    part = list[Span]()
    for match in _WORD.finditer(text, sentence.start, sentence.end):
        word = Span(*match.span())
        parts_here = folded(match[0]) in joins or any(span.overlaps(word) for span in taken)
        if part and (parts_here or _MARK.search(text, part[-1].end, word.start)):
            yield part
            part = []
        if not parts_here:
            part.append(word)
    yield part


def _joins(language: str) -> Sequence[str]:
    return lists(language)["joins"]
