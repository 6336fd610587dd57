"""From tag scores to spans: BIO with the transitions that make sense.

Tags stand in the order O, B-x, I-x, B-y, I-y, ...; so an odd tag begins a span and the even one after it goes on.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
Tags = NDArray[np.int64]

_FORBIDDEN = -1e9


def decode(scores: Scores) -> Tags:
    """Return the best tag per word for ``scores`` (words, tags) in which I-x only follows B-x or I-x.

    The best tag of each word alone is the answer wherever it is a legal path, since the constraint only takes paths
    away; the Viterbi search runs for the others.
    """
    return decode_each(scores, [len(scores)])


def decode_each(scores: Scores, lengths: Sequence[int]) -> Tags:
    """Return what ``decode`` does, for texts one behind the other that have ``lengths`` words, none of them none."""
    best: Tags = scores.argmax(axis=1)
    ends = np.cumsum(lengths)
    before = np.concatenate([[0], best])[:-1]
    before[ends[:-1]] = 0
    wrong = np.flatnonzero((best > 0) & (best % 2 == 0) & (before != best) & (before != best - 1))
    for number in np.unique(np.searchsorted(ends, wrong, side="right")).tolist():
        own = slice(ends[number] - lengths[number], ends[number])
        best[own] = _viterbi(scores[own])
    return best


def _viterbi(scores: Scores) -> Tags:
    """Find the best legal path (Viterbi 1967), linear in the number of words."""
    words, tags = scores.shape
    allowed = _transitions(tags)
    path = scores[0] + allowed[0]
    back = np.zeros((words, tags), dtype=np.int64)
    for word in range(1, words):
        reach = path[:, None] + allowed
        back[word] = reach.argmax(axis=0)
        path = reach.max(axis=0) + scores[word]
    best = np.empty(words, dtype=np.int64)
    best[-1] = path.argmax()
    for word in range(words - 1, 0, -1):
        best[word - 1] = back[word, best[word]]
    return best


def _transitions(tags: int) -> Scores:
    """Return (from, to) scores: 0 where legal; the row of O also serves as the start."""
    allowed = np.zeros((tags, tags), dtype=np.float32)
    for inside in range(2, tags, 2):
        allowed[:, inside] = _FORBIDDEN
        allowed[inside - 1, inside] = allowed[inside, inside] = 0.0
    return allowed


def runs(tags: Tags) -> list[tuple[int, int, int]]:
    """Return ``(first word, last word + 1, label index)`` of every span a legal path marks."""
    found: list[tuple[int, int, int]] = []
    marked = np.flatnonzero(tags)
    for word in marked.tolist():
        tag = int(tags[word])
        if tag % 2 == 0 and found and found[-1][1] == word and found[-1][2] == (tag - 1) // 2:
            found[-1] = (found[-1][0], word + 1, found[-1][2])
        else:
            found.append((word, word + 1, (tag - 1) // 2))
    return found
