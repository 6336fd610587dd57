"""Sentences as a foreign model reads them: the finding between two ``[entity]`` marks, as its card shows.

``The patient recovered during the night and now denies any [entity] shortness of breath [entity].``
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from epicrisis.domain.spans import Span
from epicrisis.engines.encoder.batching import groups
from epicrisis.errors import CorruptArtifact

MARK = "[entity]"
# Pieces in a batch, padding counted.
_BUDGET = 2048

Row = tuple[int, ...]


class Asked(NamedTuple):
    """A sentence, and the finding in it that is asked about; without one, the sentence as it stands is meant."""

    text: str
    target: Span | None = None


class Batch(NamedTuple):
    """Rows of similar length, padded: which they are, their ``ids`` (B, T) and where those are pieces, ``mask``."""

    rows: Sequence[int]
    ids: NDArray[np.int64]
    mask: NDArray[np.int64]


class RowTokenizer:
    """Cuts sentences into the pieces a model knows, at most ``limit`` of them, the finding always among them."""

    def __init__(self, tokenizer: Tokenizer, *, limit: int, pad: int) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        frame = tokenizer.encode("").ids
        if len(frame) != 2:
            raise CorruptArtifact(
                f"The tokenizer puts {len(frame)} special pieces around a sentence; we read those with two, "
                "such as [CLS] and [SEP]."
            )
        self._begin, self._close = frame
        self._mark: int | None = tokenizer.token_to_id(MARK)
        # A note that happens to say "[entity]" or "[SEP]" says it in letters.
        tokenizer.encode_special_tokens = True
        self._tokenizer = tokenizer
        self._pad = pad
        self.limit = limit

    @property
    def marks(self) -> bool:
        """Return whether the model knows the mark; one that does not reads the sentence, whatever is asked about."""
        return self._mark is not None

    @property
    def kind(self) -> str:
        """Return the name of the algorithm that cuts words into pieces, such as WordPiece."""
        return type(self._tokenizer.model).__name__

    def rows(self, asked: Sequence[Asked]) -> list[Row]:
        """Return the pieces of each sentence, in order, with the special ones around and inside."""
        segments = [segment for one in asked for segment in self._segments(one)]
        encoded = iter(self._tokenizer.encode_batch(segments, add_special_tokens=False))
        return [self._row(one, [next(encoded) for _ in self._segments(one)]) for one in asked]

    def batches(self, rows: Sequence[Row]) -> Iterator[Batch]:
        """Yield every row once, among rows of its length."""
        for group in groups([len(row) for row in rows], budget=_BUDGET):
            width = min(group.width, self.limit)
            ids = np.full((len(group.rows), width), self._pad, dtype=np.int64)
            mask = np.zeros((len(group.rows), width), dtype=np.int64)
            for place, number in enumerate(group.rows):
                row = rows[number]
                ids[place, : len(row)], mask[place, : len(row)] = row, 1
            yield Batch(group.rows, ids, mask)

    def pieces(self, text: str) -> int:
        """Return how many pieces ``text`` has, the special ones around it counted."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids) + 2

    def _segments(self, asked: Asked) -> tuple[str, ...]:
        if asked.target is None or self._mark is None:
            return (asked.text,)
        start, end = asked.target.start, asked.target.end
        return asked.text[:start], f" {asked.text[start:end]} ", asked.text[end:]

    def _row(self, asked: Asked, encoded: Sequence[Encoding]) -> Row:
        if len(encoded) == 1 or self._mark is None:
            before, middle, after = _around(encoded[0], asked.target)
            marks: Row = ()
        else:
            before, middle, after = (tuple(segment.ids) for segment in encoded)
            marks = (self._mark,)
        before, middle, after = _fitted(before, middle, after, self.limit - 2 - 2 * len(marks))
        return (self._begin, *before, *marks, *middle, *marks, *after, self._close)


def _around(encoded: Encoding, target: Span | None) -> tuple[Row, Row, Row]:
    """Return the pieces before, in and after ``target``; all of them are in it where there is none."""
    ids = tuple(encoded.ids)
    if target is None:
        return (), ids, ()
    touched = [n for n, (start, end) in enumerate(encoded.offsets) if start < target.end and target.start < end]
    first, last = (touched[0], touched[-1] + 1) if touched else (0, 0)
    return ids[:first], ids[first:last], ids[last:]


def _fitted(before: Row, middle: Row, after: Row, room: int) -> tuple[Row, Row, Row]:
    """Return what fits: the finding first, then both sides alike, a shorter one leaving its room to the other."""
    middle = middle[:room]
    room -= len(middle)
    left = min(len(before), max(room - len(after), room // 2))
    return before[len(before) - left :], middle, after[: room - left]
