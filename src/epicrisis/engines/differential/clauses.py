"""The clauses of a note, and which of them nothing was found in: what a finding may be told in, in words of its own."""

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
# Where most of a clause was understood already, the rest is what stands around it.
_UNDERSTOOD = 0.5


def clauses_of(text: str, sentences: Sequence[Span], taken: Sequence[Span], language: str) -> list[Span]:
    """Return the clauses of ``sentences``, and neighbours together, but for those that ``taken`` hold most of."""
    found = [clause for sentence in sentences for clause in _of_sentence(text, sentence, frozenset(_joins(language)))]
    return [clause for clause in found if _share(text, clause, taken) < _UNDERSTOOD]


def _of_sentence(text: str, sentence: Span, joins: frozenset[str]) -> Iterator[Span]:
    parts = [part for part in _parts(text, sentence, joins) if part]
    for part in parts:
        if _FEWEST <= len(part) <= _MOST:
            yield Span(part[0].start, part[-1].end)
    for one, other in pairwise(parts):
        if len(one) + len(other) <= _MOST:
            yield Span(one[0].start, other[-1].end)


def _parts(text: str, sentence: Span, joins: frozenset[str]) -> Iterator[list[Span]]:
    """Yield the words between marks and joining words."""
    part = list[Span]()
    for match in _WORD.finditer(text, sentence.start, sentence.end):
        word = Span(*match.span())
        if part and (_MARK.search(text, part[-1].end, word.start) or folded(match[0]) in joins):
            yield part
            part = []
        if folded(match[0]) not in joins:
            part.append(word)
    yield part


def _share(text: str, clause: Span, taken: Sequence[Span]) -> float:
    words = [Span(*match.span()) for match in _WORD.finditer(text, clause.start, clause.end)]
    return sum(any(span.overlaps(word) for span in taken) for word in words) / max(1, len(words))


def _joins(language: str) -> Sequence[str]:
    return lists(language)["joins"]
