"""The taught tagger as the folder that ships: its graphs, the tokenizer it reads with, what was fitted, its card."""

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
from torch import Tensor, nn

from epicrisis.engines.artifacts import CARD
from epicrisis.engines.privacy.blocks import PIECES
from epicrisis.engines.privacy.learnt import CONTEXT, TAGS, TOKENIZER, WORDS
from epicrisis.engines.privacy.shapes import BEFORE, FIRST, LAST
from epicrisis_lab.errors import LostAccuracy
from epicrisis_lab.evaluation.calibration import fit_temperature
from epicrisis_lab.training.export import export_module, quantise_weights
from epicrisis_lab.training.files import written
from epicrisis_lab.training.identifiers.lessons import UNKNOWN, Row
from epicrisis_lab.training.identifiers.model import KINDS, IdentifierTagger
from epicrisis_lab.training.identifiers.teaching import answers, dev_scores

LEANS = tuple(round(0.25 * step, 2) for step in range(17))
WANTED = 0.99
"""The share of the identifiers of notes and questions that a mark should touch; more lean than that needs is noise."""
LARGEST = 3_000_000
GRAPHS = (WORDS, CONTEXT)


def package_tagger(tagger: IdentifierTagger, tokenizer: Path, dev: Sequence[Row], out: Path) -> dict[str, Any]:
    """Write the shipped folder ``out``; return what was fitted on the ``dev`` rows.

    Raises:
        LostAccuracy: the graphs are larger than they may be; ``out`` stays as it was.
    """
    fitted = {"temperature": temperature(tagger, dev), **_lean(tagger, dev)}
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder)
        export_tagger(tagger, built)
        if (size := sum((built / graph).stat().st_size for graph in GRAPHS)) > LARGEST:
            raise LostAccuracy(f"The graphs have {size} bytes, more than {LARGEST}; make the tagger smaller.")
        shutil.copyfile(tokenizer, built / TOKENIZER)
        card = json.dumps(_card(built, fitted), indent=1, ensure_ascii=False) + "\n"
        (built / CARD).write_text(card, encoding="utf-8")
        out.mkdir(parents=True, exist_ok=True)
        for name in (*GRAPHS, TOKENIZER, CARD):
            with written(out / name) as part:
                shutil.copyfile(built / name, part)
    return fitted


class WordGraph(nn.Module):
    """Words in, their vectors out: the part of the tagger that sees no neighbour, so that vectors can be kept."""

    def __init__(self, tagger: IdentifierTagger) -> None:
        super().__init__()
        self.tagger = tagger

    def forward(self, pieces: Tensor, characters: Tensor, before: Tensor) -> Tensor:
        """Return (B, T, D)."""
        return self.tagger.vectors(pieces, characters, before)


class ContextGraph(nn.Module):
    """Vectors of words in, the scores of their tags out."""

    def __init__(self, tagger: IdentifierTagger) -> None:
        super().__init__()
        self.tagger = tagger

    def forward(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return (B, T, tags)."""
        return self.tagger.tagged(vectors, mask)


def export_tagger(tagger: IdentifierTagger, folder: Path) -> None:
    """Write both graphs of ``tagger`` with int8 weights to ``folder``."""
    axes = {0: "rows", 1: "words"}
    tagger = tagger.float().eval()
    pieces = torch.randint(1, tagger.pieces.num_embeddings, (2, 11, PIECES))
    characters, before = torch.randint(1, 90, (2, 11, FIRST + LAST)), torch.randint(0, BEFORE - 1, (2, 11))
    read = ["pieces", "characters", "before"]
    export_module(
        WordGraph(tagger).eval(),
        (pieces, characters, before),
        folder / WORDS,
        read,
        {"vectors": axes},
        dict.fromkeys(read, axes),
    )
    mask = torch.ones(2, 11, dtype=torch.long)
    mask[1, 7:] = 0
    export_module(
        ContextGraph(tagger).eval(),
        (torch.randn(2, 11, tagger.joined.out_features), mask),
        folder / CONTEXT,
        ["vectors", "mask"],
        {"tags": axes},
        dict.fromkeys(["vectors", "mask"], axes),
    )
    for graph in GRAPHS:
        quantise_weights(folder / graph)


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
    content = {name: (folder / name).read_bytes() for name in (*GRAPHS, TOKENIZER)}
    return {
        **facts,
        "sha256": {name: hashlib.sha256(held).hexdigest() for name, held in content.items()},
        "sizes": {name: len(held) for name, held in content.items()},
        "labels": {TAGS: [kind.value for kind in KINDS]},
        "temperatures": {TAGS: fitted["temperature"]},
        "thresholds": {TAGS: fitted["lean"]},
        "scores": fitted["dev"],
    }
