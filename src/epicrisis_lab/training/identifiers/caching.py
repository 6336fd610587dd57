"""The vectors of every word of every lesson, once: the encoder stays as it is, so it need not read twice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from epicrisis.domain.documents import Document
from epicrisis.engines.encoder.encoder import Encoder
from epicrisis.engines.privacy.blocks import Block, Words, blocks, words_of
from epicrisis_lab.training.files import written
from epicrisis_lab.training.identifiers.gathering import Lesson
from epicrisis_lab.training.identifiers.model import KINDS

DONE = "done.json"
UNKNOWN = -1
_SHARD = 400
"""Lessons in a file: as many are read again after a stop, and no more."""


@dataclass(frozen=True, slots=True)
class Cached:
    """A block as the head learns it: (n, H) vectors in half precision, (n, C) characters, (n,) gaps and tags."""

    vectors: NDArray[np.float16]
    characters: NDArray[np.uint8]
    before: NDArray[np.uint8]
    tags: NDArray[np.int8]
    source: str
    dev: bool


def cache(encoder: Encoder, lessons: Iterable[Lesson], folder: Path) -> None:
    """Write what the head needs of ``lessons`` to ``folder``, one file after the other; those that are there stay."""
    folder.mkdir(parents=True, exist_ok=True)
    waiting = iter(lessons)
    shards = 0
    while chunk := list(islice(waiting, _SHARD)):
        path = _shard(folder, shards)
        if not path.exists():
            with written(path) as part, part.open("wb") as out:
                np.savez(out, allow_pickle=False, **_read(encoder, chunk))
        shards += 1
    with written(folder / DONE) as part:
        part.write_text(json.dumps({"shards": shards}), encoding="utf-8")


def cached(folder: Path) -> list[Cached]:
    """Return every block that ``cache`` wrote to ``folder``, in order."""
    every = list[Cached]()
    for number in range(json.loads((folder / DONE).read_text(encoding="utf-8"))["shards"]):
        with np.load(_shard(folder, number)) as held:
            arrays = {name: held[name] for name in held.files}
        at = 0
        for length, source, dev in zip(arrays["lengths"], arrays["sources"], arrays["dev"], strict=True):
            own = slice(at, at := at + int(length))
            vectors, characters, before, tags = (arrays[n][own] for n in ("vectors", "characters", "before", "tags"))
            every.append(Cached(vectors, characters, before, tags, str(source), bool(dev)))
    return every


def _shard(folder: Path, number: int) -> Path:
    return folder / f"{number:04}.npz"


def _read(encoder: Encoder, lessons: Sequence[Lesson]) -> dict[str, NDArray[Any]]:
    """Return the words of every block of ``lessons``, one behind the other, and how many belong to which."""
    asked = [(lesson, block) for lesson in lessons for block in _blocks(lesson)]
    readings = encoder.read([block.text for _, block in asked])
    read = [(lesson, block, words_of(each)) for (lesson, block), each in zip(asked, readings, strict=True)]
    kept = [(lesson, block, words) for lesson, block, words in read if len(words)]
    return {
        "vectors": np.concatenate([words.vectors for _, _, words in kept]).astype(np.float16),
        "characters": np.concatenate([words.characters for _, _, words in kept]).astype(np.uint8),
        "before": np.concatenate([words.before for _, _, words in kept]).astype(np.uint8),
        "tags": np.concatenate([tags_of(*each) for each in kept]),
        "lengths": np.array([len(words) for _, _, words in kept]),
        "sources": np.array([lesson.source for lesson, _, _ in kept]),
        "dev": np.array([lesson.dev for lesson, _, _ in kept]),
    }


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


def padded(rows: Sequence[Cached]) -> dict[str, NDArray[np.generic]]:
    """Return ``rows`` as one batch: vectors, mask, characters, gaps and tags, ``UNKNOWN`` behind the last word."""
    width = max(len(row.tags) for row in rows)
    batch: dict[str, NDArray[np.generic]] = {
        "hidden": np.zeros((len(rows), width, rows[0].vectors.shape[1]), np.float32),
        "mask": np.zeros((len(rows), width), np.int64),
        "characters": np.zeros((len(rows), width, rows[0].characters.shape[1]), np.int64),
        "before": np.zeros((len(rows), width), np.int64),
        "tags": np.full((len(rows), width), UNKNOWN, np.int64),
    }
    for number, row in enumerate(rows):
        size = len(row.tags)
        batch["hidden"][number, :size], batch["mask"][number, :size] = row.vectors, 1
        batch["characters"][number, :size], batch["before"][number, :size] = row.characters, row.before
        batch["tags"][number, :size] = row.tags
    return batch
