"""Tags are decoded along legal paths only, and a legal path is left as it is."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from epicrisis.engines.encoder.decoding import decode, runs

OUT, B_X, I_X, B_Y, I_Y = range(5)


def scores_for(*tags: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    scores = np.zeros((len(tags), 5), dtype=np.float32)
    scores[np.arange(len(tags)), tags] = 1.0
    return scores


def is_legal(tags: tuple[int, ...]) -> bool:
    pairs = zip((OUT, *tags), tags, strict=False)
    return all(after % 2 or after == OUT or before in (after, after - 1) for before, after in pairs)


def test_a_legal_path_is_kept() -> None:
    assert decode(scores_for(OUT, B_X, I_X, B_Y, OUT)).tolist() == [OUT, B_X, I_X, B_Y, OUT]


def test_an_inside_tag_never_follows_another_label() -> None:
    scores = scores_for(B_X, I_Y)
    scores[1, B_Y] = 0.9

    assert decode(scores).tolist() == [B_X, B_Y]


@given(arrays.arrays(np.float32, (4, 5), elements=st.floats(-5, 5, width=16)))
def test_no_legal_path_scores_higher(scores: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> None:
    best = tuple(decode(scores).tolist())

    assert is_legal(best)
    every = (path for path in product(range(5), repeat=4) if is_legal(path))
    highest = max(sum(float(scores[word, tag]) for word, tag in enumerate(path)) for path in every)
    assert abs(sum(float(scores[word, tag]) for word, tag in enumerate(best)) - highest) < 1e-4


def test_runs_are_spans_of_words_with_their_label() -> None:
    path = np.array([OUT, B_X, I_X, B_X, B_Y, I_Y, OUT])

    assert runs(path) == [(1, 3, 0), (3, 4, 0), (4, 6, 1)]
