"""The taught tagger as the folder that ships: its graph, the tokenizer it reads with, what was fitted, its card."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import torch

from epicrisis.engines.artifacts import CARD
from epicrisis.engines.privacy.blocks import PIECES
from epicrisis.engines.privacy.learnt import GRAPH, TAGS, TOKENIZER
from epicrisis.engines.privacy.shapes import FIRST, LAST
from epicrisis_lab.errors import LostAccuracy
from epicrisis_lab.evaluation.calibration import fit_temperature
from epicrisis_lab.training.export import export_module, quantise_weights
from epicrisis_lab.training.files import written
from epicrisis_lab.training.identifiers.lessons import UNKNOWN, Row
from epicrisis_lab.training.identifiers.model import KINDS, IdentifierTagger
from epicrisis_lab.training.identifiers.teaching import READS, answers, dev_scores

LEANS = tuple(round(0.25 * step, 2) for step in range(17))
WANTED = 0.99
"""The share of the identifiers of notes and questions that a mark should touch; more lean than that needs is noise."""
LARGEST = 3_000_000


def package_tagger(tagger: IdentifierTagger, tokenizer: Path, dev: Sequence[Row], out: Path) -> dict[str, Any]:
    """Write the shipped folder ``out``; return what was fitted on the ``dev`` rows.

    Raises:
        LostAccuracy: the graph is larger than it may be; ``out`` stays as it was.
    """
    fitted = {"temperature": temperature(tagger, dev), **_lean(tagger, dev)}
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder)
        export_tagger(tagger, built / GRAPH)
        if (size := (built / GRAPH).stat().st_size) > LARGEST:
            raise LostAccuracy(f"{GRAPH} has {size} bytes, more than {LARGEST}; make the tagger smaller.")
        shutil.copyfile(tokenizer, built / TOKENIZER)
        card = json.dumps(_card(built, fitted), indent=1, ensure_ascii=False) + "\n"
        (built / CARD).write_text(card, encoding="utf-8")
        out.mkdir(parents=True, exist_ok=True)
        for name in (GRAPH, TOKENIZER, CARD):
            with written(out / name) as part:
                shutil.copyfile(built / name, part)
    return fitted


def export_tagger(tagger: IdentifierTagger, path: Path) -> None:
    """Write the graph of ``tagger`` with int8 weights to ``path``."""
    words = {0: "rows", 1: "words"}
    mask = torch.ones(2, 11, dtype=torch.long)
    mask[1, 7:] = 0
    export_module(
        tagger.float().eval(),
        (
            torch.randint(1, tagger.pieces.num_embeddings, (2, 11, PIECES)),
            mask,
            torch.randint(1, 90, (2, 11, FIRST + LAST)),
            torch.randint(0, 5, (2, 11)),
        ),
        path,
        list(READS),
        {"tags": words},
        dict.fromkeys(READS, words),
    )
    quantise_weights(path)


def temperature(tagger: IdentifierTagger, dev: Sequence[Row]) -> float:
    """Return what makes the probabilities of words at stake honest on ``dev`` (Guo et al. 2017)."""
    scores, gold = [], []
    for place, given in answers(tagger, dev):
        tags = dev[place].tags
        stake = (tags != UNKNOWN) & ((tags > 0) | (given.argmax(-1) > 0))
        scores.append(given[stake])
        gold.append(tags[stake])
    every = np.concatenate(scores).astype(np.float64)
    return round(float(fit_temperature(every, np.concatenate(gold).astype(np.int64))), 4) if len(every) else 1.0


def _lean(tagger: IdentifierTagger, dev: Sequence[Row]) -> dict[str, Any]:
    """Return the smallest lean towards marking from which notes and questions reach ``WANTED``, and its dev scores."""
    for lean in LEANS:
        scores = dev_scores(tagger, dev, lean)
        reached = [scores.get(f"{source}.recall", 1.0) for source in ("mtsamples_phi", "clinical_queries")]
        if min(reached) >= WANTED:
            break
    return {"lean": lean, "dev": scores}


def _card(folder: Path, fitted: dict[str, Any]) -> dict[str, Any]:
    facts = tomllib.loads(files(__package__).joinpath("card.toml").read_text(encoding="utf-8"))
    content = {name: (folder / name).read_bytes() for name in (GRAPH, TOKENIZER)}
    return {
        **facts,
        "sha256": {name: hashlib.sha256(held).hexdigest() for name, held in content.items()},
        "sizes": {name: len(held) for name, held in content.items()},
        "labels": {TAGS: [kind.value for kind in KINDS]},
        "temperatures": {TAGS: fitted["temperature"]},
        "thresholds": {TAGS: fitted["lean"]},
        "scores": fitted["dev"],
    }
