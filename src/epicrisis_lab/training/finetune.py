"""One multi-task run: resumable, seeded, its dev figures logged every epoch."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch

from epicrisis_lab.training.batches import Batch, Item, batches, grouped
from epicrisis_lab.training.devscores import halves, predict, score
from epicrisis_lab.training.encoding import Encoded
from epicrisis_lab.training.epochs import load_checkpoint, log_epoch, reseed, save_checkpoint
from epicrisis_lab.training.files import written
from epicrisis_lab.training.labels import STATUSES
from epicrisis_lab.training.losses import gold_loss, silver_loss
from epicrisis_lab.training.model import ClinicalModel, freeze


@dataclass(slots=True)
class FinetuneConfig:
    """How a run learns.

    ``repeats`` says how often an epoch sees each source (0.5: a random half); ``layers`` which layers of the encoder
    a smaller one begins with; the word vectors and the first ``frozen`` layers stay as they are.
    """

    epochs: int = 10
    budget: int = 8192
    rate: float = 1e-4
    head_rate: float = 5e-4
    decay: float = 0.01
    warmup: float = 0.06
    ema: float = 0.998
    rare_power: float = 0.3
    silver_weight: float = 1.0
    seed: int = 1
    repeats: dict[str, float] = field(default_factory=dict)
    score_every: int = 1
    save_every: int = 1
    layers: Sequence[int] = ()
    frozen: int = 0


def finetune(
    model: ClinicalModel,
    train: Sequence[Item],
    dev: Sequence[Encoded],
    config: FinetuneConfig,
    folder: Path,
    device: torch.device,
) -> dict[str, float]:
    """Train ``model`` in place (it ends as the averaged weights) and return its dev scores.

    ``folder`` keeps ``checkpoint.pt`` (the run goes on from there) and ``log.jsonl`` (one line an epoch).
    """
    folder.mkdir(parents=True, exist_ok=True)
    run = Run(model, train, config, device)
    run.resume(folder)
    scores: dict[str, float] = {}
    while run.done < config.epochs:
        began = time.time()
        loss = run.take_epoch()
        line = {"epoch": run.done, "loss": loss, "seconds": time.time() - began}
        if run.done % config.score_every == 0 or run.done == config.epochs:
            scores = run.averaged_scores(dev)
            line |= scores
        if run.done % config.save_every == 0:
            run.save(folder)
        log_epoch(folder, line)
    model.load_state_dict(run.average)
    with written(folder / "config.json") as part:
        part.write_text(json.dumps(asdict(config), indent=1), encoding="utf-8")
    # A run that had nothing left to learn has not been scored yet.
    return scores or score(dev, predict([model], dev, device))


class Run:
    """A model between two epochs: its optimizer, its averaged weights, and how many epochs are done."""

    def __init__(
        self, model: ClinicalModel, train: Sequence[Item], config: FinetuneConfig, device: torch.device
    ) -> None:
        self.model, self._train, self._config, self._device = model.to(device), train, config, device
        self._optimizer = _optimizer(model, config, device)
        steps = config.epochs * len(grouped(_epoch(train, config, 0), config.budget, _rng(config, 0)))
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimizer, lambda step: _ramp(step, steps, config.warmup)
        )
        self._status_weight = status_weight(train, config.rare_power).to(device)
        self.average = {name: value.detach().clone() for name, value in model.state_dict().items()}
        self.done = 0

    def resume(self, folder: Path) -> None:
        """Go on from the checkpoint in ``folder``, if there is one."""
        saved = load_checkpoint(folder, self._device)
        if saved is not None:
            self.model.load_state_dict(saved["model"])
            self._optimizer.load_state_dict(saved["optimizer"])
            self._schedule.load_state_dict(saved["schedule"])
            self.average, self.done = saved["average"], int(saved["epoch"])

    def save(self, folder: Path) -> None:
        """Keep in ``folder`` what ``resume`` needs."""
        state = {
            "model": self.model.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state_dict(),
            "average": self.average,
            "epoch": self.done,
        }
        save_checkpoint(folder, state)

    def take_epoch(self) -> float:
        """Learn from every item of the next epoch and return the mean loss."""
        reseed(self._config.seed, self.done)
        self.model.train()
        items = _epoch(self._train, self._config, self.done)
        losses = [
            self._step(batch.to(self._device))
            for batch in batches(items, self._config.budget, _rng(self._config, self.done))
        ]
        self.done += 1
        return round(float(torch.stack(losses).mean()), 4)

    def _step(self, batch: Batch) -> torch.Tensor:
        loss = self._loss(batch)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self._optimizer.step()
        self._schedule.step()
        taken = self._schedule.last_epoch
        _follow(self.average, self.model, min(self._config.ema, (1 + taken) / (10 + taken)))
        return loss.detach()

    def _loss(self, batch: Batch) -> torch.Tensor:
        with torch.autocast(self._device.type, torch.bfloat16, enabled=halves(self._device)):
            tags, judgement, sentence = self.model(batch.ids, batch.mask, batch.rows, batch.starts, batch.ends)
        if batch.soft is None:
            return gold_loss(tags, judgement, sentence, batch, self._status_weight)
        return self._config.silver_weight * silver_loss(tags, judgement, sentence, batch)

    def averaged_scores(self, dev: Sequence[Encoded]) -> dict[str, float]:
        """Return the dev scores of the averaged weights; the model goes on with its own."""
        now = {name: value.clone() for name, value in self.model.state_dict().items()}
        self.model.load_state_dict(self.average)
        scores = score(dev, predict([self.model], dev, self._device))
        self.model.load_state_dict(now)
        return scores


def _optimizer(model: ClinicalModel, config: FinetuneConfig, device: torch.device) -> torch.optim.Optimizer:
    freeze(model, config.frozen)
    heads = [p for name, p in model.named_parameters() if not name.startswith("encoder.")]
    return torch.optim.AdamW(
        [
            {"params": [p for p in model.encoder.parameters() if p.requires_grad], "lr": config.rate},
            {"params": heads, "lr": config.head_rate},
        ],
        weight_decay=config.decay,
        betas=(0.9, 0.98),
        fused=device.type == "cuda",
    )


def _epoch(train: Sequence[Item], config: FinetuneConfig, epoch: int) -> list[Item]:
    """Return the items of one epoch, each source repeated or thinned as the config says."""
    rng = _rng(config, 1000 + epoch)
    chosen: list[Item] = []
    for item in train:
        repeats = config.repeats.get(item.encoded.example.source, 1.0)
        whole, part = int(repeats), repeats - int(repeats)
        chosen += [item] * (whole + int(rng.random() < part))
    return chosen


def _rng(config: FinetuneConfig, epoch: int) -> np.random.Generator:
    return np.random.default_rng([config.seed, epoch])


def _ramp(step: int, steps: int, warmup: float) -> float:
    rise = max(1, int(warmup * steps))
    if step < rise:
        return (step + 1) / rise
    return max(0.02, 0.5 * (1 + math.cos(math.pi * min(1.0, (step - rise) / max(1, steps - rise)))))


def status_weight(train: Sequence[Item], power: float) -> torch.Tensor:
    """Return a weight per status, ``(mean count / count) ** power``, from targets that allow exactly one."""
    counts = np.ones(len(STATUSES))
    for item in train:
        sure = item.encoded.allowed[item.encoded.allowed.sum(-1) == 1]
        if item.soft is None and len(sure):
            counts += sure.sum(0)
    return torch.tensor((counts.mean() / counts) ** power, dtype=torch.float32)


@torch.no_grad()
def _follow(average: dict[str, torch.Tensor], model: ClinicalModel, keep: float) -> None:
    state = model.state_dict()
    names = [name for name, value in state.items() if value.is_floating_point()]
    torch._foreach_lerp_([average[n] for n in names], [state[n] for n in names], 1.0 - keep)
