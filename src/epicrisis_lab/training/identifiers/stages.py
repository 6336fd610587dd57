"""The stages of the run: gather and write, teach, ship."""

from __future__ import annotations

import gzip
import json
from itertools import repeat
from pathlib import Path
from typing import Any

import torch

from epicrisis.engines.encoder.pieces import PieceTokenizer
from epicrisis.engines.privacy.learnt import TOKENIZER
from epicrisis.engines.shipped import shipped
from epicrisis_lab.corpora.catalogue import data_root
from epicrisis_lab.corpora.reading import load_rows
from epicrisis_lab.errors import MissingData
from epicrisis_lab.training.files import written
from epicrisis_lab.training.identifiers.gathering import CORPORA, Amounts, gathered, is_kept
from epicrisis_lab.training.identifiers.lessons import Row, rows_of
from epicrisis_lab.training.identifiers.model import IdentifierTagger, Shape, begin
from epicrisis_lab.training.identifiers.names import data
from epicrisis_lab.training.identifiers.packaging import package_tagger
from epicrisis_lab.training.identifiers.teaching import Teaching, TeachingConfig
from epicrisis_lab.training.readback import weights_of

READER, SHIPPED = "english", "identifiers"
KEPT = "plain_dev.jsonl.gz"
_WORDS = "encoder.embeddings.word_embeddings.weight"


def train_identifiers(folder: Path) -> dict[str, float]:
    """Teach the tagger in ``folder``, going on from what is there. Return the dev scores."""
    config = TeachingConfig(**data("run")["teaching"])
    torch.manual_seed(config.seed)
    vectors = weights_of(shipped(READER) / "encoder.onnx")[_WORDS]
    return Teaching(begin(_shape(), vectors), _rows(folder), config).run(folder)


def export_identifiers(weights: Path, folder: Path, out: Path | None = None) -> dict[str, Any]:
    """Write the tagger taught in ``folder`` as the folder that ships, the package's own by default.

    Raises:
        MissingData: nothing was taught there yet.
    """
    if not weights.exists():
        raise MissingData(f"There is no {weights}; `epicrisis-lab train identifiers` writes it.")
    tagger = IdentifierTagger(_shape())
    tagger.load_state_dict(torch.load(weights, weights_only=True))
    dev = [row for row in _rows(folder) if row.dev]
    return package_tagger(tagger, shipped(READER) / TOKENIZER, dev, out or shipped(SHIPPED))


def _shape() -> Shape:
    vocabulary = weights_of(shipped(READER) / "encoder.onnx")[_WORDS].shape[0]
    return Shape(vocabulary=vocabulary, **data("run")["shape"])


def _rows(folder: Path) -> list[Row]:
    root = data_root()
    if root is None:
        raise MissingData
    keep_plain(root, folder / KEPT)
    tokenizer = PieceTokenizer(shipped(READER) / TOKENIZER)
    run = data("run")
    rows = rows_of(tokenizer, gathered(root, Amounts(**run["written"])))
    return [each for row in rows for each in repeat(row, 1 if row.dev else run["shown"].get(row.source, 1))]


def keep_plain(root: Path, path: Path) -> None:
    """Write the plain notes nothing is learnt from to ``path``, to count on them what is marked in vain."""
    path.parent.mkdir(parents=True, exist_ok=True)
    held = load_rows([root / "phi_en" / CORPORA[0] / "dev.jsonl.gz"]).rows
    dev = {row.id.removesuffix("_phi") for row in held}
    rows = [row for row in load_rows([root / "notes" / "mtsamples_dev.jsonl.gz"]).rows if is_kept(row.id, dev)]
    lines = [json.dumps({"id": row.id, "text": row.text, "lang": "en", "source": "MTSamples"}) for row in rows]
    with written(path) as part:
        part.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode("utf-8"), mtime=0))
