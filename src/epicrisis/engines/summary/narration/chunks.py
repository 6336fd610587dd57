"""Long texts in pieces that a model reads at once: cut between sentences, and nothing of them lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeAlias

from epicrisis.text.sentences import sentence_spans

Count: TypeAlias = Callable[[str], int]
"""How many tokens a text has, by the model that is to read it."""

# Where a sentence that is too long alone is cut: between items, else between words.
_ITEMS = re.compile(r"(?<=;)\s+")
_WORDS = re.compile(r"(?<=\s)(?=\S)")


def grouped(texts: Sequence[str], *, most_tokens: int, count: Count) -> list[list[int]]:
    """Return the numbers of ``texts`` in groups that have at most ``most_tokens`` together, in order.

    A text that has more alone is a group of its own.
    """
    groups: list[list[int]] = []
    held = 0
    for number, text in enumerate(texts):
        needed = count(text)
        if not groups or held + needed > most_tokens:
            groups.append([])
            held = 0
        groups[-1].append(number)
        held += needed
    return groups


def pieces(text: str, *, most_tokens: int, count: Count, language: str = "en") -> list[str]:
    """Return ``text`` in pieces of at most ``most_tokens``, cut between sentences; joined they are ``text`` again.

    A sentence that is longer is cut between items, and one without any between words; a word is never cut.
    """
    if not text:
        return []
    parts = [
        smaller
        for sentence in _sentences(text, language)
        for smaller in _smaller(sentence, most_tokens, count, (_ITEMS, _WORDS))
    ]
    return [
        "".join(parts[number] for number in group) for group in grouped(parts, most_tokens=most_tokens, count=count)
    ]


def _sentences(text: str, language: str) -> list[str]:
    """Return the sentences of ``text``, each with the white space behind it."""
    starts = [span.start for span in sentence_spans(text, language)]
    edges = [0, *starts[1:], len(text)]
    return [text[start:end] for start, end in pairwise(edges) if end > start]


def _smaller(text: str, most_tokens: int, count: Count, cuts: Sequence[re.Pattern[str]]) -> list[str]:
    if count(text) <= most_tokens or not cuts:
        return [text]
    edges = [0, *(match.end() for match in cuts[0].finditer(text)), len(text)]
    parts = [text[start:end] for start, end in pairwise(edges) if end > start]
    smaller = [each for part in parts for each in _smaller(part, most_tokens, count, cuts[1:])]
    return ["".join(smaller[at] for at in group) for group in grouped(smaller, most_tokens=most_tokens, count=count)]
