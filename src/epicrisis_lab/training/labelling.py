"""Teaching the labeller: the shipped encoder answers every sentence once, then the labeller learns its answers."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from epicrisis.engines.encoder.load import LoadedEncoder
from epicrisis_lab.training.epochs import load_checkpoint, log_epoch, reseed, save_checkpoint
from epicrisis_lab.training.examples import Example
from epicrisis_lab.training.files import written
from epicrisis_lab.training.labeller import Labeller, Shape
from epicrisis_lab.training.labels import SENTENCE_LABELS

CHUNK = 512
LONGEST = 420
"""Characters; a longer sentence is rare at the contract's door, and costs a hundred short ones."""


@dataclass(slots=True)
class LabellingConfig:
    """How the labeller is taught.

    ``gold`` is the share of an annotated label beside the teacher's answer, ``tags`` the weight of the tags beside the
    label; ``temperature`` and ``tag_temperature`` are those that made the teacher's scores honest on dev.
    """

    epochs: int = 4
    budget: int = 2048
    rate: float = 6e-4
    gold: float = 0.5
    tags: float = 0.3
    temperature: float = 3.45
    tag_temperature: float = 1.9
    warm: int = 200
    seed: int = 1
    shape: Shape = field(default_factory=Shape)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A sentence as pieces (T,), and what the teacher says: (labels,) and (T, tags) scores; ``gold`` -1 for unknown."""

    ids: NDArray[np.int32]
    sentence: NDArray[np.float32]
    tags: NDArray[np.float16]
    gold: int
    dev: bool


def ask_teacher(teacher: LoadedEncoder, examples: Sequence[Example], path: Path) -> None:
    """Write the pieces of every short example and the teacher's scores to ``path`` (npz)."""
    asked = sorted((e for e in examples if len(e.text) <= LONGEST), key=lambda e: len(e.text))
    readings = [
        reading
        for start in range(0, len(asked), CHUNK)
        for reading in teacher.encoder.read([e.text for e in asked[start : start + CHUNK]])
    ]
    kept = [(e, reading) for e, reading in zip(asked, readings, strict=True) if len(reading.pieces)]
    arrays = {
        "ids": np.concatenate([reading.pieces.ids for _, reading in kept]).astype(np.int32),
        "lengths": np.array([len(reading.pieces) for _, reading in kept]),
        "tags": np.concatenate([reading.tags for _, reading in kept]).astype(np.float16),
        "sentence": np.stack([reading.sentence for _, reading in kept]),
        "gold": np.array([SENTENCE_LABELS.index(e.sentence) if e.sentence else -1 for e, _ in kept]),
        "dev": np.array([e.split == "dev" for e, _ in kept]),
    }
    with written(path) as part, part.open("wb") as out:
        np.savez(out, allow_pickle=False, **arrays)


def lessons_of(path: Path) -> list[Lesson]:
    """Return what ``ask_teacher`` wrote."""
    with np.load(path) as held:
        arrays = {name: held[name] for name in held.files}
    ends = np.cumsum(arrays["lengths"])
    return [
        Lesson(arrays["ids"][end - n : end], arrays["sentence"][i], arrays["tags"][end - n : end], int(gold), bool(dev))
        for i, (end, n, gold, dev) in enumerate(
            zip(ends, arrays["lengths"], arrays["gold"], arrays["dev"], strict=True)
        )
    ]


class Teaching:
    """A labeller between two epochs."""

    def __init__(self, labeller: Labeller, lessons: Sequence[Lesson], heads: Sequence[slice], config: LabellingConfig):
        """Teach ``labeller`` the ``lessons`` that are not of dev; ``heads`` says where each label set's tags stand."""
        self.labeller, self._heads, self._config = labeller, heads, config
        self._train = [lesson for lesson in lessons if not lesson.dev]
        self._dev = [lesson for lesson in lessons if lesson.dev and lesson.gold >= 0]
        self._optimizer = torch.optim.AdamW(labeller.parameters(), lr=config.rate, weight_decay=0.01)
        pieces = sum(len(lesson.ids) + 2 for lesson in self._train)
        self._last = max(1, pieces * config.epochs // config.budget)
        self._steps = 0
        self.done = 0

    def run(self, folder: Path) -> dict[str, float]:
        """Go on from the checkpoint in ``folder`` to the last epoch; return the dev scores."""
        folder.mkdir(parents=True, exist_ok=True)
        saved = load_checkpoint(folder, torch.device("cpu"))
        if saved is not None:
            self.labeller.load_state_dict(saved["model"])
            self._optimizer.load_state_dict(saved["optimizer"])
            self.done, self._steps = int(saved["epoch"]), int(saved["steps"])
        scores = self.scores()
        while self.done < self._config.epochs:
            began = time.time()
            loss = self._take_epoch()
            scores = self.scores()
            save_checkpoint(
                folder,
                {
                    "model": self.labeller.state_dict(),
                    "optimizer": self._optimizer.state_dict(),
                    "epoch": self.done,
                    "steps": self._steps,
                },
            )
            log_epoch(folder, {"epoch": self.done, "loss": loss, "seconds": time.time() - began, **scores})
        return scores

    def scores(self) -> dict[str, float]:
        """Return accuracy on dev, agreement with the teacher there, and the teacher's own accuracy."""
        self.labeller.eval()
        given, taught, gold = [], [], []
        with torch.no_grad():
            for batch in _batches(self._dev, self._config.budget * 4, 0):
                ids, mask = _padded([lesson.ids for lesson in batch])
                given += self.labeller.sentence(self.labeller.read(ids, mask), mask).argmax(-1).tolist()
                taught += [int(lesson.sentence.argmax()) for lesson in batch]
                gold += [lesson.gold for lesson in batch]
        return {
            "dev.accuracy": _share(given, gold),
            "dev.agreement": _share(given, taught),
            "dev.teacher": _share(taught, gold),
        }

    def _take_epoch(self) -> float:
        reseed(self._config.seed, self.done)
        self.labeller.train()
        losses = [self._step(batch) for batch in _batches(self._train, self._config.budget, self.done + 1)]
        self.done += 1
        return round(float(torch.stack(losses).mean()), 4)

    def _step(self, batch: Sequence[Lesson]) -> Tensor:
        for group in self._optimizer.param_groups:
            group["lr"] = self._rate()
        loss = self._loss(batch)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.labeller.parameters(), 1.0)
        self._optimizer.step()
        self._steps += 1
        return loss.detach()

    def _rate(self) -> float:
        """Return the rate of the next step: up for a while, then down along half a cosine."""
        down = (1 + math.cos(math.pi * min(1.0, self._steps / self._last))) / 2
        return self._config.rate * min(1.0, (self._steps + 1) / self._config.warm) * (0.02 + 0.98 * down)

    def _loss(self, batch: Sequence[Lesson]) -> Tensor:
        ids, mask = _padded([lesson.ids for lesson in batch])
        sentence, tags = self.labeller(ids, mask)
        wanted = torch.from_numpy(np.stack([lesson.sentence for lesson in batch]))
        wanted = (wanted / self._config.temperature).softmax(-1)
        gold = torch.tensor([lesson.gold for lesson in batch])
        known = (gold >= 0).float().unsqueeze(1) * self._config.gold
        wanted = wanted * (1 - known) + functional.one_hot(gold.clamp(min=0), wanted.shape[1]) * known
        loss = functional.cross_entropy(sentence, wanted)
        taught = torch.from_numpy(np.concatenate([lesson.tags for lesson in batch]).astype(np.float32))
        taught = taught / self._config.tag_temperature
        inside = mask.bool().clone()
        inside[:, 0] = False
        inside[torch.arange(len(batch)), mask.sum(1) - 1] = False
        answered = tags[inside]
        for head in self._heads:
            loss = loss + self._config.tags * functional.cross_entropy(
                answered[:, head], taught[:, head].softmax(-1)
            ) / len(self._heads)
        return loss


def _share(ours: Sequence[int], theirs: Sequence[int]) -> float:
    return round(float(np.mean(np.array(ours) == np.array(theirs))), 4)


BEGIN, CLOSE = 101, 102


def _padded(rows: Sequence[NDArray[np.int32]]) -> tuple[Tensor, Tensor]:
    width = max(len(row) for row in rows) + 2
    ids = np.zeros((len(rows), width), dtype=np.int64)
    mask = np.zeros((len(rows), width), dtype=np.int64)
    for place, row in enumerate(rows):
        ids[place, 0], ids[place, 1 : len(row) + 1], ids[place, len(row) + 1] = BEGIN, row, CLOSE
        mask[place, : len(row) + 2] = 1
    return torch.from_numpy(ids), torch.from_numpy(mask)


def _batches(lessons: Sequence[Lesson], budget: int, seed: int) -> Iterator[list[Lesson]]:
    """Yield every lesson once, those of similar length together, ``budget`` pieces at a time, in random order."""
    dice = np.random.default_rng(seed)
    noisy = sorted(range(len(lessons)), key=lambda i: len(lessons[i].ids) + dice.random() * 3)
    batches: list[list[Lesson]] = [[]]
    for place in noisy:
        lesson = lessons[place]
        if (len(batches[-1]) + 1) * (len(lesson.ids) + 4) > budget and batches[-1]:
            batches.append([])
        batches[-1].append(lesson)
    for place in dice.permutation(len(batches)):
        yield batches[place]
