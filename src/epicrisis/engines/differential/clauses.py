"""The clauses of a note: what a finding may be told in, in words of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from epicrisis.domain.spans import Span
from epicrisis.engines.differential.wordlists import lists
from epicrisis.text.phrases import folded

_MARK = re.compile(r"[,;:.()\n–—]")
# "1.4" and "1,840" are one word: a mark within a number parts nothing.
_WORD = re.compile(r"\d+(?:[.,]\d+)*[^\W_]*|[^\W_]+(?:'[^\W_]+)*")
_FEWEST, _MOST = 2, 18


def parts_of(text: str, sentences: Sequence[Span], language: str) -> list[Span]:
    """Return the clauses of ``sentences``, each by itself."""
    joins = frozenset(_joins(language))
    return [clause for sentence in sentences for clause in _by_themselves(_parts(text, sentence, joins))]


def clauses_of(text: str, sentences: Sequence[Span], language: str) -> list[Span]:
    """Return the clauses of ``sentences``, and neighbours together."""
    joins = frozenset(_joins(language))
    return [clause for sentence in sentences for clause in _of_sentence(text, sentence, joins)]


def _of_sentence(text: str, sentence: Span, joins: frozenset[str]) -> Iterator[Span]:
    parts = [part for part in _parts(text, sentence, joins) if part]
    yield from _by_themselves(parts)
    for one, other in pairwise(parts):
        if len(one) + len(other) <= _MOST:
            yield Span(one[0].start, other[-1].end)


def _by_themselves(parts: Iterable[Sequence[Span]]) -> Iterator[Span]:
    for part in parts:
        if _FEWEST <= len(part) <= _MOST:
            yield Span(part[0].start, part[-1].end)


def _parts(text: str, sentence: Span, joins: frozenset[str]) -> Iterator[list[Span]]:
    """Yield the words between marks and joining words."""
    part = list[Span]()
    for match in _WORD.finditer(text, sentence.start, sentence.end):
        parts_here = folded(match[0]) in joins
        if part and (parts_here or _MARK.search(text, part[-1].end, match.start())):
            yield part
            part = []
        if not parts_here:
            part.append(Span(*match.span()))
    yield part


def _joins(language: str) -> Sequence[str]:
    return lists(language)["joins"]
