"""Spans and their probabilities from the tag scores of a reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from epicrisis.domain.spans import Span
from epicrisis.engines.encoder.decoding import decode, runs
from epicrisis.engines.encoder.encoder import Floats, Reading


class Tagged(NamedTuple):
    """A span of the reading's text, its label, and the probability of its least certain word."""

    span: Span
    label: str
    score: float


def tagged(
    reading: Reading, head: slice, labels: Sequence[str], *, temperature: float = 1.0, threshold: float = 0.0
) -> Iterator[Tagged]:
    """Yield the spans of ``head`` whose score reaches ``threshold``, in the order of the text."""
    pieces = reading.pieces
    if not len(pieces.words):
        return
    scores = reading.tags[pieces.words, head]
    tags = decode(scores)
    if not tags.any():
        return
    for first, last, label in runs(tags):
        chosen = probabilities(scores[first:last], temperature)[np.arange(last - first), tags[first:last]]
        score = float(chosen.min())
        if score < threshold:
            continue
        start, end = int(pieces.starts[pieces.words[first]]), int(pieces.word_ends[last - 1])
        yield Tagged(Span(start, end), labels[label], round(score, 4))


def probabilities(scores: Floats, temperature: float) -> Floats:
    """Return the softmax of ``scores`` (..., classes) over the last axis, each divided by ``temperature``."""
    scaled = scores / temperature
    raised = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)  # type: ignore[no-any-return]
