"""Length-bucketed batches under a budget of pieces, as tensors."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from epicrisis_lab.training.encoding import HEADS, Encoded
from epicrisis_lab.training.labels import IGNORE


@dataclass(slots=True)
class Soft:
    """What a teacher says of one example: probabilities per shipped head (T, tags), targets (n, classes), sentence."""

    tags: dict[str, NDArray[np.float16]]
    status: NDArray[np.float16]
    temporality: NDArray[np.float16]
    experiencer: NDArray[np.float16]
    sentence: NDArray[np.float16]


@dataclass(slots=True)
class Item:
    """An example in a training set, with the teacher's answer where there is one."""

    encoded: Encoded
    soft: Soft | None = None


@dataclass(slots=True)
class Batch:
    """Padded tensors of one step; ``heads`` are those annotated in it, and ``soft`` is ``None`` for gold batches."""

    heads: tuple[str, ...]

    ids: Tensor
    mask: Tensor
    tags: Tensor
    rows: Tensor
    starts: Tensor
    ends: Tensor
    temporality: Tensor
    experiencer: Tensor
    allowed: Tensor
    sentence: Tensor
    soft: dict[str, Tensor] | None

    def to(self, device: torch.device) -> Batch:
        """Move every tensor to ``device``."""
        moved = {
            name: getattr(self, name).to(device, non_blocking=True)
            for name in (
                "ids", "mask", "tags", "rows", "starts", "ends", "temporality", "experiencer", "allowed", "sentence",
            )
        }  # fmt: skip
        soft = {name: value.to(device, non_blocking=True) for name, value in self.soft.items()} if self.soft else None
        return Batch(heads=self.heads, soft=soft, **moved)


def plan(
    lengths: Sequence[int], budget: int, rng: np.random.Generator | None = None, *, most: int = 512
) -> list[list[int]]:
    """Group indices of similar length so that rows x longest stays under ``budget`` pieces; shuffled with ``rng``."""
    order = np.array(lengths, dtype=np.float64)
    if rng is not None:
        order = order * rng.uniform(0.9, 1.1, size=len(order))
    groups: list[list[int]] = []
    longest = 0
    for index in np.argsort(order, kind="stable").tolist():
        longest = max(longest, lengths[index]) if groups and groups[-1] else lengths[index]
        if not groups or longest * (len(groups[-1]) + 1) > budget or len(groups[-1]) >= most:
            groups.append([])
            longest = lengths[index]
        groups[-1].append(index)
    if rng is not None:
        rng.shuffle(groups)  # type: ignore[arg-type]
    return groups


def batches(items: Sequence[Item], budget: int, rng: np.random.Generator) -> Iterator[Batch]:
    """Yield the items of one epoch in shuffled batches, the next ones being made in the background."""
    return _ahead(collate(group) for group in grouped(items, budget, rng))


def grouped(items: Sequence[Item], budget: int, rng: np.random.Generator) -> list[list[Item]]:
    """Return the batches of one epoch; gold and silver never share one."""
    groups: list[list[Item]] = []
    for silver in (False, True):
        part = [item for item in items if (item.soft is not None) is silver]
        groups += [[part[i] for i in group] for group in plan([len(i.encoded.ids) for i in part], budget, rng)]
    rng.shuffle(groups)  # type: ignore[arg-type]
    return groups


def _ahead(made: Iterator[Batch], depth: int = 8) -> Iterator[Batch]:
    """Yield from ``made``, which runs in a thread up to ``depth`` batches ahead."""
    waiting: queue.Queue[Batch | BaseException | None] = queue.Queue(depth)

    def work() -> None:
        try:
            for batch in made:
                waiting.put(batch)
            waiting.put(None)
        except BaseException as error:  # noqa: BLE001 - handed to the reader, who raises it
            waiting.put(error)

    threading.Thread(target=work, daemon=True).start()
    while (batch := waiting.get()) is not None:
        if isinstance(batch, BaseException):
            raise batch
        yield batch


def collate(items: Sequence[Item]) -> Batch:
    """Pad ``items`` into one batch."""
    encoded = [item.encoded for item in items]
    longest = max(len(e.ids) for e in encoded)
    ids = np.zeros((len(encoded), longest), dtype=np.int64)
    mask = np.zeros((len(encoded), longest), dtype=np.int64)
    tags = np.full((len(encoded), len(HEADS), longest), IGNORE, dtype=np.int8)
    for row, e in enumerate(encoded):
        length = len(e.ids)
        ids[row, :length], mask[row, :length], tags[row, :, :length] = e.ids, 1, e.tags
    targets = np.concatenate([e.targets for e in encoded])
    rows = np.repeat(np.arange(len(encoded)), [len(e.targets) for e in encoded])
    annotated = (tags != IGNORE).any(axis=(0, 2))
    return Batch(
        heads=tuple(head for head, here in zip(HEADS, annotated, strict=True) if here),
        ids=torch.from_numpy(ids),
        mask=torch.from_numpy(mask),
        tags=torch.from_numpy(tags),
        rows=torch.from_numpy(rows),
        starts=torch.from_numpy(targets[:, 0].copy()),
        ends=torch.from_numpy(targets[:, 1].copy()),
        temporality=torch.from_numpy(targets[:, 2].copy()),
        experiencer=torch.from_numpy(targets[:, 3].copy()),
        allowed=torch.from_numpy(np.concatenate([e.allowed for e in encoded])),
        sentence=torch.tensor([e.sentence for e in encoded]),
        soft=_soft([item.soft for item in items if item.soft is not None], encoded, longest),
    )


def _soft(softs: Sequence[Soft], encoded: Sequence[Encoded], longest: int) -> dict[str, Tensor] | None:
    if not softs:
        return None
    joined: dict[str, Tensor] = {}
    for head in softs[0].tags:
        padded = np.zeros((len(softs), longest, softs[0].tags[head].shape[1]), dtype=np.float16)
        for row, soft in enumerate(softs):
            padded[row, : len(soft.tags[head])] = soft.tags[head]
        joined[head] = torch.from_numpy(padded)
    first = np.zeros((len(softs), longest), dtype=bool)
    for row, e in enumerate(encoded):
        first[row, : len(e.first)] = e.first
    joined["first"] = torch.from_numpy(first)
    for name in ("status", "temporality", "experiencer"):
        joined[name] = torch.from_numpy(np.concatenate([getattr(soft, name) for soft in softs]))
    joined["sentence"] = torch.from_numpy(np.stack([soft.sentence for soft in softs]))
    return joined
