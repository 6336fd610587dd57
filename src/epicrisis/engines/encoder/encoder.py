"""One pass over texts: vectors and tag scores of every piece; then any number of targets judged from the vectors."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from epicrisis.domain.spans import Span
from epicrisis.engines.counting import count
from epicrisis.engines.encoder.batching import filled, groups, padded, shares
from epicrisis.engines.encoder.pieces import Pieces, PieceTokenizer
from epicrisis.engines.encoder.session import Session
from epicrisis.engines.stages import Stage, timed
from epicrisis.text.windows import Window, windows

Floats = NDArray[np.float32]

# Targets x pieces judged in one go: the judge holds a few vectors for each, and what it once held it keeps.
_JUDGED = 2048


@dataclass(frozen=True, slots=True)
class Pass:
    """What a batch of rows answered: ``hidden`` (B, T, H), ``mask`` (B, T), ``tags`` (B, T, tags), ``sentence``."""

    hidden: Floats
    mask: NDArray[np.int64]
    tags: Floats
    sentence: Floats


@dataclass(frozen=True, slots=True)
class Part:
    """One window of a text and the row of the pass that read it."""

    window: Window
    batch: Pass
    row: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as the encoder read it: ``tags`` (pieces, all tags), ``sentence`` (labels,), and where each window is."""

    text: str
    pieces: Pieces
    tags: Floats
    sentence: Floats
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Scores of one target before calibration, and how much each piece of its window, from ``first`` on, counted."""

    status: Floats
    temporality: Floats
    experiencer: Floats
    attention: Floats
    first: int

    def share(self, start: int, end: int) -> float:
        """Return how much pieces ``start`` to ``end`` counted together, 0 to 1."""
        return float(self.attention[max(0, start - self.first) : max(0, end - self.first)].sum())


class Encoder:
    """The shared encoder of one language: a tokenizer and two graphs."""

    def __init__(
        self,
        tokenizer: PieceTokenizer,
        reading: Session,
        judging: Session,
        *,
        heads: Mapping[str, slice],
        longest: int = 192,
        overlap: int = 48,
    ) -> None:
        self.tokenizer = tokenizer
        self._reading, self._judging = reading, judging
        self.heads = heads
        self._longest, self._overlap = longest - 2, overlap

    @timed(Stage.ENCODE)
    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Return one reading per text, in order; long texts are read in overlapping windows, each piece once."""
        cut = self.tokenizer.cut(texts)
        rows = [
            (index, window)
            for index, pieces in enumerate(cut)
            for window in windows(len(pieces), self._longest, self._overlap)
        ]
        parts: dict[int, list[Part]] = defaultdict(list)
        lengths = [window.end - window.start + 2 for _, window in rows]
        grouped = list(groups(lengths, budget=_budget(sum(lengths))))
        batches = [
            padded(
                [cut[index].ids[w.start : w.end] for index, w in (rows[row] for row in group.rows)],
                group.width,
                self.tokenizer,
            )
            for group in grouped
        ]
        for group, inputs, answer in zip(grouped, batches, self._reading.run(batches), strict=True):
            batch = Pass(answer["hidden"], inputs["mask"], answer["tags"], answer["sentence"])
            for number, row in enumerate(group.rows):
                index, window = rows[row]
                parts[index].append(Part(window, batch, number))
        count("encoder", (inputs["mask"] for inputs in batches))
        return [self._assembled(text, cut[i], sorted(parts[i], key=_start)) for i, text in enumerate(texts)]

    def _assembled(self, text: str, pieces: Pieces, parts: Sequence[Part]) -> Reading:
        if not parts:  # Nothing but white space and marks the vocabulary has no piece for.
            width = max((head.stop for head in self.heads.values()), default=0)
            return Reading(text, pieces, np.zeros((0, width), np.float32), np.zeros(0, np.float32), ())
        tags = [
            p.batch.tags[p.row, 1 + p.window.own_start - p.window.start :][: p.window.own_end - p.window.own_start]
            for p in parts
        ]
        joined = tags[0] if len(tags) == 1 else np.concatenate(tags)
        sentence = np.stack([part.batch.sentence[part.row] for part in parts]).mean(axis=0)
        return Reading(text, pieces, joined, sentence, tuple(parts))

    @timed(Stage.HEADS)
    def judge(self, asked: Sequence[tuple[Reading, Span]]) -> list[Judgement | None]:
        """Judge each target of each reading, in order; ``None`` where a target touches no piece."""
        answers: list[Judgement | None] = [None] * len(asked)
        waiting: dict[int, list[_Asked]] = defaultdict(list)
        for number, (reading, target) in enumerate(asked):
            found = reading.pieces.of(target)
            if found is not None:
                part = _best_part(reading.parts, *found)
                waiting[id(part.batch)].append(_Asked.in_window(number, part, *found))
        few = [part for targets in waiting.values() for part in _slices(targets)]
        for targets, answer in zip(few, self._judging.run([self._inputs(targets) for targets in few]), strict=True):
            for row, one in enumerate(targets):
                answers[one.number] = _judgement(answer, row, one.part.window)
        return answers

    def _inputs(self, targets: Sequence[_Asked]) -> dict[str, NDArray[Any]]:
        batch = targets[0].part.batch
        # Sentences in which nothing was found are not read again.
        found, rows = np.unique([target.part.row for target in targets], return_inverse=True)
        used = filled(found)
        return {
            "hidden": batch.hidden[used],
            "mask": batch.mask[used],
            "cues": np.ascontiguousarray(batch.tags[used][:, :, self.heads["cues"]]),
            "rows": rows.astype(np.int64),
            "starts": np.array([target.start for target in targets], dtype=np.int64),
            "ends": np.array([target.end for target in targets], dtype=np.int64),
        }


class _Asked(NamedTuple):
    """A target on its way: its number, the window that judges it, and where its pieces stand in the padded row."""

    number: int
    part: Part
    start: int
    end: int

    @classmethod
    def in_window(cls, number: int, part: Part, first: int, last: int) -> _Asked:
        window = part.window
        return cls(number, part, max(first, window.start) - window.start + 1, min(last, window.end) - window.start + 1)


def _budget(pieces: int) -> int:
    """Return how many pieces a batch may hold: the whole cut into a few equal parts, neither tiny nor huge.

    From 512 on a larger batch is no faster, and what it needs once is never given back.
    """
    return min(max(pieces // 4, 256), 512)


def _slices(targets: Sequence[_Asked]) -> Iterator[Sequence[_Asked]]:
    for share in shares(len(targets), most=_JUDGED // targets[0].part.batch.mask.shape[1]):
        yield targets[share]


def _judgement(answer: Mapping[str, NDArray[Any]], row: int, window: Window) -> Judgement:
    attention = answer["attention"][row, 1 : 1 + window.end - window.start]
    return Judgement(
        answer["status"][row], answer["temporality"][row], answer["experiencer"][row], attention, window.start
    )


def _start(part: Part) -> int:
    return part.window.start


def _best_part(parts: Sequence[Part], first: int, last: int) -> Part:
    """Return the window that shows the target whole and with the most text on its narrower side."""
    if len(parts) == 1:
        return parts[0]
    # Windows start at fixed strides, so only the few around the target can show it.
    near = bisect_right(parts, first, key=_start)
    return max(
        parts[max(0, near - 3) : near + 1], key=lambda part: min(first - part.window.start, part.window.end - last)
    )
