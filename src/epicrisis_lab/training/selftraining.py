"""Self-training: what a model is sure of in texts nobody annotated teaches its heads again, in another hand.

A sentence is read as it stands, in good Spanish; what was read becomes its annotation, and the sentence is written as
a ward would write it (``augment.notes``). So the heads of notes learn to see the same things through capitals,
abbreviations and missing accents (noisy student: Xie et al. 2020, arXiv:1911.04252).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import numpy as np

from epicrisis_lab.training.augment.notes import varied
from epicrisis_lab.training.batches import Soft
from epicrisis_lab.training.devscores import decoded
from epicrisis_lab.training.encoding import Encoded
from epicrisis_lab.training.examples import Example
from epicrisis_lab.training.labels import TYPES

SOURCE = "read"
"""The source of such examples, for the shares of an epoch."""
HEADS = (*TYPES, "clinical")
"""The heads that read notes and are taught here; those of case reports learn nothing from this."""
SURE = 0.75
"""The least probability of the best tag, over all words: a head that doubts one word is not taught by the sentence."""
EMPTY = 0.2
"""The share kept of sentences in which nothing was found: most of them teach nothing."""
SEED = 5


def read_again(encoded: Sequence[Encoded], softs: Sequence[Soft]) -> Iterator[Example]:
    """Yield the sentences in which a head was sure of every word, each with what it read, as a ward would write it."""
    rng = random.Random(SEED)
    for e, soft in zip(encoded, softs, strict=True):
        tags = {head: decoded(soft, e, head) for head in HEADS if head in soft.tags and _is_sure(soft, e, head)}
        if any(tags.values()) or (tags and rng.random() < EMPTY):
            yield varied(Example(f"{SOURCE}-{e.example.id}", SOURCE, "train", e.example.text, tags), rng)


def _is_sure(soft: Soft, e: Encoded, head: str) -> bool:
    words = np.flatnonzero(e.first)
    return bool(len(words)) and float(soft.tags[head][words].max(-1).min()) >= SURE
