"""Lessons as the tagger reads them: the words of every block, and the tag each should get."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from epicrisis.domain.documents import Document
from epicrisis.engines.encoder.pieces import PieceTokenizer
from epicrisis.engines.privacy.blocks import PIECES, Block, Words, blocks, words_of
from epicrisis_lab.training.identifiers.gathering import Lesson
from epicrisis_lab.training.identifiers.model import KINDS

UNKNOWN = -1
_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Row:
    """A block as the tagger learns it: (n, PIECES) pieces, (n, C) characters, (n,) gaps and (n,) tags."""

    pieces: NDArray[np.uint16]
    characters: NDArray[np.uint8]
    before: NDArray[np.uint8]
    tags: NDArray[np.int8]
    source: str
    dev: bool


def rows_of(tokenizer: PieceTokenizer, lessons: Iterable[Lesson]) -> Iterator[Row]:
    """Yield every block of ``lessons`` that has words, in order."""
    waiting = ((lesson, block) for lesson in lessons for block in _blocks(lesson))
    while chunk := list(islice(waiting, _CHUNK)):
        for (lesson, block), cut in zip(chunk, tokenizer.cut([block.text for _, block in chunk]), strict=True):
            words = words_of(block, cut, tokenizer.pad)
            if len(words):
                yield Row(
                    words.pieces.astype(np.uint16),
                    words.characters.astype(np.uint8),
                    words.before.astype(np.uint8),
                    tags_of(lesson, block, words),
                    lesson.source,
                    lesson.dev,
                )


def _blocks(lesson: Lesson) -> Iterator[Block]:
    if lesson.text.strip():
        yield from blocks(Document("lesson", lesson.text, "en"))


def tags_of(lesson: Lesson, block: Block, words: Words) -> NDArray[np.int8]:
    """Return the tag of each word: B and I of its kind, 0 for no identifier, ``UNKNOWN`` where nobody is sure."""
    starts, ends = words.starts + block.start, words.ends + block.start
    tags = np.zeros(len(words), dtype=np.int8)
    for start, end in lesson.unsure:
        tags[(starts < end) & (ends > start)] = UNKNOWN
    for start, end, kind in lesson.marks:
        inside = np.flatnonzero((starts < end) & (ends > start))
        if len(inside):
            tags[inside] = 2 + 2 * KINDS.index(kind)
            tags[inside[0]] -= 1
    return tags


def padded(rows: Sequence[Row]) -> dict[str, NDArray[np.int64]]:
    """Return ``rows`` as one batch: pieces, mask, characters, gaps and tags, ``UNKNOWN`` behind the last word."""
    width = max(len(row.tags) for row in rows)
    batch = {
        "pieces": np.zeros((len(rows), width, PIECES), np.int64),
        "mask": np.zeros((len(rows), width), np.int64),
        "characters": np.zeros((len(rows), width, rows[0].characters.shape[1]), np.int64),
        "before": np.zeros((len(rows), width), np.int64),
        "tags": np.full((len(rows), width), UNKNOWN, np.int64),
    }
    for number, row in enumerate(rows):
        size = len(row.tags)
        batch["pieces"][number, :size], batch["mask"][number, :size] = row.pieces, 1
        batch["characters"][number, :size], batch["before"][number, :size] = row.characters, row.before
        batch["tags"][number, :size] = row.tags
    return batch
