"""The taught head beside the encoder whose vectors it reads: its graph, what was fitted, its lines on the card."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from epicrisis.engines.artifacts import CARD
from epicrisis.engines.privacy.shapes import FIRST, LAST
from epicrisis_lab.errors import LostAccuracy
from epicrisis_lab.evaluation.calibration import fit_temperature
from epicrisis_lab.training.export import export_module, quantise_weights
from epicrisis_lab.training.files import written
from epicrisis_lab.training.identifiers.caching import UNKNOWN, Cached
from epicrisis_lab.training.identifiers.model import KINDS, IdentifierHead
from epicrisis_lab.training.identifiers.teaching import answers, dev_scores

GRAPH = "phi.onnx"
LEANS = tuple(round(0.25 * step, 2) for step in range(17))
WANTED = 0.99
"""The share of the identifiers of notes and questions that a mark should touch; more lean than that needs is noise."""
LARGEST = 3_000_000


def package_head(head: IdentifierHead, rows: Sequence[Cached], folder: Path) -> dict[str, Any]:
    """Write the head to the shipped ``folder`` and its card; return what was fitted on the dev rows.

    Raises:
        LostAccuracy: the graph is larger than it may be.
    """
    dev = [row for row in rows if row.dev]
    fitted = {"temperature": temperature(head, dev), **_lean(head, dev)}
    with tempfile.TemporaryDirectory() as built:
        graph = Path(built) / GRAPH
        export_head(head, graph)
        if graph.stat().st_size > LARGEST:
            raise LostAccuracy(f"{GRAPH} has {graph.stat().st_size} bytes, more than {LARGEST}; make the head smaller.")
        with written(folder / GRAPH) as part:
            shutil.copyfile(graph, part)
    _note_on_card(folder, fitted)
    return fitted


def export_head(head: IdentifierHead, path: Path) -> None:
    """Write the graph of ``head`` with int8 weights to ``path``."""
    words = {0: "rows", 1: "words"}
    mask = torch.ones(2, 11, dtype=torch.long)
    mask[1, 7:] = 0
    export_module(
        head.float().eval(),
        (
            torch.randn(2, 11, head.seen.in_features),
            mask,
            torch.randint(1, 90, (2, 11, FIRST + LAST)),
            torch.randint(0, 5, (2, 11)),
        ),
        path,
        ["hidden", "mask", "characters", "before"],
        {"tags": words},
        {"hidden": words, "mask": words, "characters": words, "before": words},
    )
    quantise_weights(path)


def temperature(head: IdentifierHead, dev: Sequence[Cached]) -> float:
    """Return what makes the probabilities of words at stake honest on ``dev`` (Guo et al. 2017)."""
    scores, gold = [], []
    for place, given in answers(head, dev):
        tags = dev[place].tags
        stake = (tags != UNKNOWN) & ((tags > 0) | (given.argmax(-1) > 0))
        scores.append(given[stake])
        gold.append(tags[stake])
    every = np.concatenate(scores).astype(np.float64)
    return round(float(fit_temperature(every, np.concatenate(gold).astype(np.int64))), 4) if len(every) else 1.0


def _lean(head: IdentifierHead, dev: Sequence[Cached]) -> dict[str, Any]:
    """Return the smallest lean towards marking from which notes and questions reach ``WANTED``, and its dev scores."""
    for lean in LEANS:
        scores = dev_scores(head, dev, lean)
        reached = [scores.get(f"{source}.recall", 1.0) for source in ("mtsamples_phi", "clinical_queries")]
        if min(reached) >= WANTED:
            break
    return {"lean": lean, "dev": scores}


def _note_on_card(folder: Path, fitted: dict[str, Any]) -> None:
    card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    content = (folder / GRAPH).read_bytes()
    card["sha256"][GRAPH] = hashlib.sha256(content).hexdigest()
    card["sizes"][GRAPH] = len(content)
    card["labels"]["identifiers"] = [kind.value for kind in KINDS]
    card["temperatures"]["identifiers"] = fitted["temperature"]
    card["thresholds"]["identifiers"] = fitted["lean"]
    card["identifiers"] = fitted["dev"]
    with written(folder / CARD) as part:
        part.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
