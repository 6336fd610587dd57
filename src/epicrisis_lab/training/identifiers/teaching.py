"""Teaching the tagger: seeded, resumable, its dev figures logged every epoch."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from epicrisis.engines.encoder.decoding import decode, runs
from epicrisis_lab.training.batches import plan
from epicrisis_lab.training.epochs import load_checkpoint, log_epoch, reseed, save_checkpoint
from epicrisis_lab.training.files import written
from epicrisis_lab.training.identifiers.lessons import UNKNOWN, Row, padded
from epicrisis_lab.training.identifiers.model import IdentifierTagger

MODEL = "model.pt"
READS = ("pieces", "mask", "characters", "before")
"""What the graph reads, in this order."""


@dataclass(slots=True)
class TeachingConfig:
    """How the tagger is taught.

    ``blind`` is the share of words whose pieces are taken away, so that letters and neighbours learn to carry a name
    nobody knows; ``missed`` is how much more an identifier weighs than another word.
    """

    epochs: int = 12
    budget: int = 4096
    rate: float = 1.5e-3
    decay: float = 0.01
    warm: int = 150
    ema: float = 0.998
    blind: float = 0.1
    missed: float = 2.0
    seed: int = 1


class Teaching:
    """A tagger between two epochs."""

    def __init__(self, tagger: IdentifierTagger, rows: Sequence[Row], config: TeachingConfig) -> None:
        """Teach ``tagger`` the rows that are not of dev."""
        self.tagger, self._config = tagger, config
        self._train, self._dev = [row for row in rows if not row.dev], [row for row in rows if row.dev]
        self._optimizer = torch.optim.AdamW(tagger.parameters(), lr=config.rate, weight_decay=config.decay)
        self._last = max(1, config.epochs * len(self._plan(0)))
        self.average = {name: value.detach().clone() for name, value in tagger.state_dict().items()}
        self.done = self._steps = 0

    def run(self, folder: Path) -> dict[str, float]:
        """Go on from the checkpoint in ``folder`` to the last epoch; the tagger ends as the averaged weights."""
        folder.mkdir(parents=True, exist_ok=True)
        saved = load_checkpoint(folder, torch.device("cpu"))
        if saved is not None:
            self.tagger.load_state_dict(saved["model"])
            self._optimizer.load_state_dict(saved["optimizer"])
            self.average, self.done, self._steps = saved["average"], int(saved["epoch"]), int(saved["steps"])
        scores: dict[str, float] = {}
        while self.done < self._config.epochs:
            began = time.time()
            loss = self._take_epoch()
            scores = self._averaged_scores()
            save_checkpoint(folder, self._state())
            log_epoch(folder, {"epoch": self.done, "loss": loss, "seconds": round(time.time() - began, 1), **scores})
        self.tagger.load_state_dict(self.average)
        with written(folder / MODEL) as part:
            torch.save(self.average, part)
        return scores or dev_scores(self.tagger, self._dev)

    def _state(self) -> dict[str, object]:
        return {
            "model": self.tagger.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "average": self.average,
            "epoch": self.done,
            "steps": self._steps,
        }

    def _plan(self, epoch: int) -> list[list[int]]:
        rng = np.random.default_rng([self._config.seed, epoch])
        return plan([len(row.tags) for row in self._train], self._config.budget, rng)

    def _take_epoch(self) -> float:
        reseed(self._config.seed, self.done)
        self.tagger.train()
        losses = [self._step([self._train[i] for i in group]) for group in self._plan(self.done)]
        self.done += 1
        return round(float(torch.stack(losses).mean()), 4)

    def _step(self, rows: Sequence[Row]) -> Tensor:
        for group in self._optimizer.param_groups:
            group["lr"] = self._rate()
        loss = self._loss(rows)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.tagger.parameters(), 1.0)
        self._optimizer.step()
        self._steps += 1
        self._follow()
        return loss.detach()

    def _rate(self) -> float:
        """Return the rate of the next step: up for a while, then down along half a cosine."""
        down = (1 + math.cos(math.pi * min(1.0, self._steps / self._last))) / 2
        return self._config.rate * min(1.0, (self._steps + 1) / self._config.warm) * (0.02 + 0.98 * down)

    def _loss(self, rows: Sequence[Row]) -> Tensor:
        batch = {name: torch.from_numpy(array) for name, array in padded(rows).items()}
        seen = torch.rand(batch["mask"].shape) >= self._config.blind
        pieces = batch["pieces"] * seen.unsqueeze(-1)
        scores = self.tagger(pieces, batch["mask"], batch["characters"], batch["before"])
        weight = torch.full((scores.shape[-1],), self._config.missed)
        weight[0] = 1.0
        return functional.cross_entropy(
            scores.flatten(0, 1), batch["tags"].flatten(), weight=weight, ignore_index=UNKNOWN, label_smoothing=0.02
        )

    @torch.no_grad()
    def _follow(self) -> None:
        keep = min(self._config.ema, (1 + self._steps) / (10 + self._steps))
        state = self.tagger.state_dict()
        names = [name for name, value in state.items() if value.is_floating_point()]
        torch._foreach_lerp_([self.average[n] for n in names], [state[n] for n in names], 1.0 - keep)

    def _averaged_scores(self) -> dict[str, float]:
        now = {name: value.clone() for name, value in self.tagger.state_dict().items()}
        self.tagger.load_state_dict(self.average)
        scores = dev_scores(self.tagger, self._dev)
        self.tagger.load_state_dict(now)
        return scores


def answers(tagger: IdentifierTagger, rows: Sequence[Row], budget: int = 8192) -> Iterator[tuple[int, np.ndarray]]:
    """Yield the number of each row and its (words, tags) scores."""
    tagger.eval()
    with torch.no_grad():
        for group in plan([len(row.tags) for row in rows], budget):
            batch = padded([rows[i] for i in group])
            parts = (torch.from_numpy(batch[name]) for name in READS)
            for place, scores in zip(group, tagger(*parts).numpy(), strict=True):
                yield place, scores[: len(rows[place].tags)]


def dev_scores(tagger: IdentifierTagger, rows: Sequence[Row], lean: float = 0.0) -> dict[str, float]:
    """Return, for each source, the share of identifiers that a mark touches and the share of marks that touch one."""
    counts: dict[str, np.ndarray] = {}
    for place, scores in answers(tagger, rows):
        row = rows[place]
        scores[:, 0] -= lean
        given = runs(decode(scores))
        gold = runs(np.where(row.tags == UNKNOWN, 0, row.tags).astype(np.int64))
        free = [run for run in given if not (row.tags[run[0] : run[1]] == UNKNOWN).any()]
        own = counts.setdefault(row.source, np.zeros(4))
        own += [len(gold), sum(_meets(one, given) for one in gold), len(free), sum(_meets(one, gold) for one in free)]
    return {
        f"{source}.{name}": round(float(part / max(1, whole)), 4)
        for source, (gold, found, marks, right) in sorted(counts.items())
        for name, part, whole in (("recall", found, gold), ("precision", right, marks))
    }


def _meets(run: tuple[int, int, int], others: Sequence[tuple[int, int, int]]) -> bool:
    return any(run[0] < end and start < run[1] for start, end, _ in others)
