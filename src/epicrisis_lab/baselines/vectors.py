"""Word vectors from plain text, for a tagger to begin with: the PPMI matrix, factorised.

Levy, Goldberg and Dagan (2015, TACL 3:211) find it level with skip-gram at this size of text, and it needs no library.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import torch

from epicrisis_lab.baselines.bilstm_crf import normal

_WINDOW = 4
_SMOOTHED = 0.75


def word_vectors(sentences: Iterable[Sequence[str]], *, least: int, size: int, seed: int = 1) -> dict[str, Any]:
    """Return the words seen ``least`` times or more and their vectors of ``size``: eight bits, times ``scale``."""
    torch.manual_seed(seed)
    lines = [[normal(word) for word in sentence] for sentence in sentences]
    counts = Counter(word for line in lines for word in line)
    words = sorted(word for word, count in counts.items() if count >= least)
    matrix = _ppmi(_ids(lines, words), len(words))
    left, strengths, _ = torch.svd_lowrank(matrix, q=size, niter=3)
    vectors = left * strengths.sqrt()
    # Of the spread that layers begin with; a few long vectors are cut short.
    vectors = (vectors / vectors.std() * 0.3).clamp(-1.27, 1.27)
    whole = (vectors * 100).round().to(torch.int8).numpy()
    return {"words": words, "scale": 0.01, "int8": base64.b64encode(whole.tobytes()).decode("ascii")}


def _ids(lines: Sequence[Sequence[str]], words: Sequence[str]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return all lines as one row of numbers, -1 for a word left out and between lines."""
    numbers = {word: number for number, word in enumerate(words)}
    gap = [-1] * _WINDOW
    return np.array([number for line in lines for number in (*(numbers.get(w, -1) for w in line), *gap)], np.int64)


def _ppmi(ids: np.ndarray[Any, np.dtype[np.int64]], size: int) -> torch.Tensor:
    pairs = []
    for away in range(1, _WINDOW + 1):
        both = (ids[:-away] >= 0) & (ids[away:] >= 0)
        one, other = ids[:-away][both], ids[away:][both]
        pairs += [one * size + other, other * size + one]
    keys, together = np.unique(np.concatenate(pairs), return_counts=True)
    rows, columns = np.divmod(keys, size)
    often = np.bincount(rows, weights=together, minlength=size)
    context = often**_SMOOTHED / (often**_SMOOTHED).sum()
    values = np.log(together / (often[rows] * context[columns]))
    kept = values > 0
    places = torch.from_numpy(np.stack([rows[kept], columns[kept]]))
    held = torch.from_numpy(values[kept]).float()
    return torch.sparse_coo_tensor(places, held, (size, size), check_invariants=True).coalesce()
