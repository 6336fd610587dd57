"""One multi-task run: resumable, seeded, its dev figures logged every epoch."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch

from epicrisis_lab.training.batches import Item, batches, grouped
from epicrisis_lab.training.devscores import predict, score
from epicrisis_lab.training.encoding import Encoded
from epicrisis_lab.training.labels import STATUSES
from epicrisis_lab.training.losses import gold_loss, silver_loss
from epicrisis_lab.training.model import ClinicalModel


@dataclass(slots=True)
class FinetuneConfig:
    """How a run learns; ``repeats`` says how often an epoch sees each source (0.5: a random half)."""

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


def finetune(
    model: ClinicalModel,
    train: Sequence[Item],
    dev: Sequence[Encoded],
    config: FinetuneConfig,
    folder: Path,
    device: torch.device,
    *,
    after_epoch: Callable[[int], None] = lambda epoch: None,
) -> dict[str, float]:
    """Train ``model`` in place (it ends as the averaged weights) and return its dev scores.

    ``folder`` keeps ``checkpoint.pt`` (the run goes on from there) and ``log.jsonl`` (one line an epoch);
    ``after_epoch`` is called with the number of each epoch once it is on disk.
    """
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(config.seed)
    model.to(device)
    heads = [p for name, p in model.named_parameters() if not name.startswith("encoder.")]
    optimizer = torch.optim.AdamW(
        [
            {"params": list(model.encoder.parameters()), "lr": config.rate},
            {"params": heads, "lr": config.head_rate},
        ],
        weight_decay=config.decay,
        betas=(0.9, 0.98),
        fused=device.type == "cuda",
    )
    steps = config.epochs * len(grouped(_epoch(train, config, 0), config.budget, _rng(config, 0)))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _ramp(step, steps, config.warmup))
    average = {name: p.detach().clone() for name, p in model.state_dict().items()}
    weight = status_weight(train, config.rare_power).to(device)
    done, scores = 0, {}
    checkpoint = folder / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint, map_location=device, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        schedule.load_state_dict(saved["schedule"])
        average, done = saved["average"], int(saved["epoch"])
    for epoch in range(done, config.epochs):
        began, losses = time.time(), []
        model.train()
        for batch in batches(_epoch(train, config, epoch), config.budget, _rng(config, epoch)):
            batch = batch.to(device)
            with torch.autocast(device.type, torch.bfloat16):
                tags, judgement, sentence = model(batch.ids, batch.mask, batch.rows, batch.starts, batch.ends)
            if batch.soft is None:
                loss = gold_loss(tags, judgement, sentence, batch, weight)
            else:
                loss = config.silver_weight * silver_loss(tags, judgement, sentence, batch)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            _follow(average, model, min(config.ema, (1 + schedule.last_epoch) / (10 + schedule.last_epoch)))
            losses.append(loss.detach())
        line = {"epoch": epoch + 1, "loss": round(float(torch.stack(losses).mean()), 4), "seconds": time.time() - began}
        if (epoch + 1) % config.score_every == 0 or epoch + 1 == config.epochs:
            scores = _averaged_scores(model, average, dev, device)
            line |= scores
        _save(checkpoint, model, optimizer, schedule, average, epoch + 1)
        with (folder / "log.jsonl").open("a") as log:
            log.write(json.dumps(line) + "\n")
        print(folder.name, json.dumps(line), flush=True)
        after_epoch(epoch + 1)
    model.load_state_dict(average)
    (folder / "config.json").write_text(json.dumps(asdict(config), indent=1))
    return scores


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


def _averaged_scores(
    model: ClinicalModel, average: Mapping[str, torch.Tensor], dev: Sequence[Encoded], device: torch.device
) -> dict[str, float]:
    now = {name: value.clone() for name, value in model.state_dict().items()}
    model.load_state_dict(average)
    scores = score(dev, predict(model, dev, device))
    model.load_state_dict(now)
    return scores


def _save(
    path: Path,
    model: ClinicalModel,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    average: dict[str, torch.Tensor],
    epoch: int,
) -> None:
    """Keep the state of the run; written beside and renamed, so a kill leaves the last good one."""
    beside = path.with_suffix(".part")
    torch.save(
        {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "schedule": schedule.state_dict(),
            "average": average,
            "epoch": epoch,
        },
        beside,
    )
    beside.replace(path)
