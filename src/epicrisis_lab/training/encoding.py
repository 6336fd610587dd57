"""Examples as arrays: word pieces, tags per head, and the pieces of each target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from epicrisis.engines.encoder.pieces import offsets_of
from epicrisis_lab.training.examples import Example, TagSpan, Target
from epicrisis_lab.training.labels import EXPERIENCERS, IGNORE, SENTENCE_LABELS, STATUSES, TAG_HEADS, TEMPORALITIES

HEADS = tuple(TAG_HEADS)
LONGEST = 192
"""Pieces in a window, the two special ones among them."""
_TAG_INDEX = {h: {label: 1 + 2 * i for i, label in enumerate(labels)} for h, labels in TAG_HEADS.items()}


@dataclass(slots=True)
class Encoded:
    """One example ready for a batch.

    ``ids`` (T,) with the special tokens; ``first`` (T,) marks the first piece of each word, where tags are read;
    ``tags`` (heads, T) with -100 where not annotated; ``targets`` (n, 4): first piece, last piece + 1, temporality,
    experiencer; ``allowed`` (n, statuses) is 1 for every status that would be right; ``offsets`` (T, 2) in the text.
    """

    example: Example
    ids: NDArray[np.int64]
    first: NDArray[np.bool_]
    offsets: NDArray[np.int64]
    tags: NDArray[np.int8]
    targets: NDArray[np.int64]
    allowed: NDArray[np.float32]
    sentence: int
    kept_targets: list[Target]


def encode_all(examples: Sequence[Example], tokenizer: Tokenizer, *, max_pieces: int = LONGEST) -> list[Encoded]:
    """Encode ``examples``, cutting each into windows of at most ``max_pieces`` pieces."""
    return [window for windows in _cut(examples, tokenizer, max_pieces) for window in windows]


def encode_whole(examples: Sequence[Example], tokenizer: Tokenizer) -> list[Encoded]:
    """Encode those of ``examples`` that are exactly one window; the longer ones and the empty ones are left out."""
    return [windows[0] for windows in _cut(examples, tokenizer, LONGEST) if len(windows) == 1]


def _cut(examples: Sequence[Example], tokenizer: Tokenizer, max_pieces: int) -> Iterator[list[Encoded]]:
    encodings = tokenizer.encode_batch([example.text for example in examples], add_special_tokens=False)
    for example, encoding in zip(examples, encodings, strict=True):
        yield list(_windows(example, encoding, tokenizer, max_pieces - 2))


def _windows(example: Example, encoding: Encoding, tokenizer: Tokenizer, size: int) -> Iterator[Encoded]:
    offsets = np.stack(offsets_of(example.text, encoding), axis=1)
    words = np.array([-1 if w is None else w for w in encoding.word_ids], dtype=np.int64)
    ids = np.array(encoding.ids, dtype=np.int64)
    first = np.ones(len(ids), dtype=bool)
    first[1:] = words[1:] != words[:-1]
    tags = _tags(example, _words(offsets, first), first)
    start = 0
    while start < len(ids):
        end = _window_end(first, start, size)
        yield _window(example, tokenizer, ids, first, offsets, tags, slice(start, end))
        start = end


def _window_end(first: NDArray[np.bool_], start: int, size: int) -> int:
    end = min(start + size, len(first))
    if end < len(first):
        while end > start + 1 and not first[end]:
            end -= 1
    return end


def _words(offsets: NDArray[np.int64], first: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return ``offsets`` with the whole word's where a word begins: its first piece may be a mere mark of a blank."""
    begins = np.flatnonzero(first)
    whole = offsets.copy()
    whole[begins, 1] = offsets[np.append(begins[1:], len(offsets)) - 1, 1] if len(begins) else 0
    return whole


def _tags(example: Example, words: NDArray[np.int64], first: NDArray[np.bool_]) -> NDArray[np.int8]:
    tags = np.full((len(HEADS), len(words)), IGNORE, dtype=np.int8)
    for row, head in enumerate(HEADS):
        spans = example.tags.get(head)
        if spans is None:
            continue
        tags[row, first] = 0
        for start, end, label in spans:
            inside = np.flatnonzero((words[:, 0] < end) & (words[:, 1] > start) & first)
            if len(inside):
                tags[row, inside] = _TAG_INDEX[head][label] + 1
                tags[row, inside[0]] = _TAG_INDEX[head][label]
    return tags


def _window(
    example: Example,
    tokenizer: Tokenizer,
    ids: NDArray[np.int64],
    first: NDArray[np.bool_],
    offsets: NDArray[np.int64],
    tags: NDArray[np.int8],
    part: slice,
) -> Encoded:
    begin, close = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    length = part.stop - part.start
    spaced_offsets = np.zeros((length + 2, 2), dtype=np.int64)
    spaced_offsets[1:-1] = offsets[part]
    spaced_tags = np.full((len(HEADS), length + 2), IGNORE, dtype=np.int8)
    spaced_tags[:, 1:-1] = tags[:, part]
    spaced_first = np.zeros(length + 2, dtype=bool)
    spaced_first[1:-1] = first[part]
    rows, allowed, kept = _targets(example.targets, spaced_offsets)
    whole = length == len(ids)
    return Encoded(
        example=example,
        ids=np.concatenate([[begin], ids[part], [close]]).astype(np.int64),
        first=spaced_first,
        offsets=spaced_offsets,
        tags=spaced_tags,
        targets=rows,
        allowed=allowed,
        sentence=SENTENCE_LABELS.index(example.sentence) if example.sentence and whole else IGNORE,  # type: ignore[arg-type]
        kept_targets=kept,
    )


def _targets(
    targets: Iterable[Target], offsets: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float32], list[Target]]:
    rows, allowed, kept = [], [], []
    for target in targets:
        inside = np.flatnonzero((offsets[:, 0] < target.end) & (offsets[:, 1] > target.start))
        if not len(inside):
            continue
        kept.append(target)
        rows.append(
            (
                inside[0],
                inside[-1] + 1,
                TEMPORALITIES.index(target.temporality) if target.temporality else IGNORE,  # type: ignore[arg-type]
                EXPERIENCERS.index(target.experiencer) if target.experiencer else IGNORE,  # type: ignore[arg-type]
            )
        )
        allowed.append([float(status in target.statuses) for status in STATUSES])
    return (
        np.array(rows, dtype=np.int64).reshape(-1, 4),
        np.array(allowed, dtype=np.float32).reshape(-1, len(STATUSES)),
        kept,
    )


def spans_from_tags(
    tags: NDArray[np.int64], first: NDArray[np.bool_], offsets: NDArray[np.int64], labels: Sequence[str]
) -> list[TagSpan]:
    """Return the spans BIO ``tags`` (T,) mark, ends taken from the last piece of the last word."""
    spans: list[TagSpan] = []
    current: list[int] | None = None
    for position in range(len(tags)):
        if not first[position]:
            if current is not None:  # The special piece at the end stands nowhere, at 0.
                current[1] = max(current[1], int(offsets[position, 1]))
            continue
        tag = int(tags[position])
        label = (tag - 1) // 2
        if tag > 0 and tag % 2 == 0 and current is not None and current[2] == label:
            current[1] = int(offsets[position, 1])
            continue
        if current is not None:
            spans.append((current[0], current[1], labels[current[2]]))
            current = None
        if tag > 0:
            current = [int(offsets[position, 0]), int(offsets[position, 1]), label]
    if current is not None:
        spans.append((current[0], current[1], labels[current[2]]))
    return spans
