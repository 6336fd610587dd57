"""What every run of epochs shares: dice thrown anew for each epoch, a checkpoint after it, and a line in the log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from epicrisis_lab.training.files import written

CHECKPOINT, LOG = "checkpoint.pt", "log.jsonl"


def reseed(seed: int, epoch: int) -> None:
    """Throw torch's dice anew, the same for the same run and epoch: dropout after a stop is what it would have been."""
    torch.manual_seed(int(np.random.default_rng([seed, epoch]).integers(2**63)))


def save_checkpoint(folder: Path, state: Mapping[str, Any]) -> None:
    """Keep ``state`` in ``folder``; a stop while it is written leaves the one before."""
    with written(folder / CHECKPOINT) as part:
        torch.save(dict(state), part)


def load_checkpoint(folder: Path, device: torch.device) -> dict[str, Any] | None:
    """Return the state last kept in ``folder``, or ``None`` where the run is new."""
    path = folder / CHECKPOINT
    return torch.load(path, map_location=device, weights_only=True) if path.exists() else None


def log_epoch(folder: Path, line: Mapping[str, float]) -> None:
    """Add ``line`` to the log of ``folder``, and show it."""
    with (folder / LOG).open("a", encoding="utf-8") as log:
        log.write(json.dumps(line) + "\n")
    print(folder.name, json.dumps(line), flush=True)
