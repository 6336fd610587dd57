"""The stages of the run: gather, let the encoder read once, teach, ship."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import torch

from epicrisis.engines.encoder.load import load_encoder, shipped
from epicrisis_lab.corpora.catalogue import data_root
from epicrisis_lab.corpora.reading import load_rows
from epicrisis_lab.errors import MissingData
from epicrisis_lab.training.files import written
from epicrisis_lab.training.identifiers.caching import DONE, Cached, cache, cached
from epicrisis_lab.training.identifiers.gathering import CORPORA, Amounts, gathered, is_kept
from epicrisis_lab.training.identifiers.model import IdentifierHead, Shape
from epicrisis_lab.training.identifiers.names import data
from epicrisis_lab.training.identifiers.packaging import package_head
from epicrisis_lab.training.identifiers.teaching import Teaching, TeachingConfig

LANGUAGE = "english"
KEPT = "plain_dev.jsonl.gz"


def train_identifiers(folder: Path) -> dict[str, float]:
    """Teach the head in ``folder``; what is there already is not done again. Return the dev scores."""
    config = _config()
    rows = _rows(folder)
    torch.manual_seed(config.seed)
    return Teaching(IdentifierHead(config.shape), rows, config).run(folder)


def export_identifiers(weights: Path, folder: Path, out: Path | None = None) -> dict[str, Any]:
    """Write the head taught in ``folder`` beside the encoder in ``out``, the package's own by default.

    Raises:
        MissingData: nothing was taught there yet.
    """
    if not weights.exists():
        raise MissingData(f"There is no {weights}; `epicrisis-lab train identifiers` writes it.")
    head = IdentifierHead(_config().shape)
    head.load_state_dict(torch.load(weights, weights_only=True))
    return package_head(head, cached(folder / "cache"), out or shipped(LANGUAGE))


def _config() -> TeachingConfig:
    settings = dict(data("run")["head"])
    return TeachingConfig(**{**settings, "shape": Shape(**settings.pop("shape", {}))})


def _rows(folder: Path) -> list[Cached]:
    home = folder / "cache"
    if not (home / DONE).exists():
        root = data_root()
        if root is None:
            raise MissingData
        keep_plain(root, folder / KEPT)
        cache(load_encoder(shipped(LANGUAGE)).encoder, gathered(root, Amounts(**data("run")["written"])), home)
    return cached(home)


def keep_plain(root: Path, path: Path) -> None:
    """Write the plain notes nothing is learnt from to ``path``, to count on them what is marked in vain."""
    path.parent.mkdir(parents=True, exist_ok=True)
    held = load_rows([root / "phi_en" / CORPORA[0] / "dev.jsonl.gz"]).rows
    dev = {row.id.removesuffix("_phi") for row in held}
    rows = [row for row in load_rows([root / "notes" / "mtsamples_dev.jsonl.gz"]).rows if is_kept(row.id, dev)]
    lines = [json.dumps({"id": row.id, "text": row.text, "lang": "en", "source": "MTSamples"}) for row in rows]
    with written(path) as part:
        part.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode("utf-8"), mtime=0))
