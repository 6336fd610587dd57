"""The stages of a run, each from files to files, so that any of them can be repeated or moved to another machine."""

from __future__ import annotations

import gzip
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from epicrisis_lab.training.batches import Item
from epicrisis_lab.training.distil import label_silver, load_silver, save_silver
from epicrisis_lab.training.encoding import Encoded, encode_all
from epicrisis_lab.training.examples import read_examples
from epicrisis_lab.training.finetune import FinetuneConfig, finetune
from epicrisis_lab.training.model import ClinicalModel, build_encoder, build_model
from epicrisis_lab.training.pretrain import PretrainConfig, pack, pretrain

ENCODER, MODEL = "encoder.pt", "model.pt"


def device() -> torch.device:
    """Return the GPU where there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def config_of(name: str, role: str) -> dict[str, Any]:
    """Return the ``role`` table ("teacher", "student") of the run ``name``."""
    text = files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)[role]  # type: ignore[no-any-return]


def run_pretrain(
    base: Path, ours: Path, prepared: Path, out: Path, settings: dict[str, Any], share: float = 1.0
) -> None:
    """Adapt the encoder in ``base`` to the texts in ``prepared`` and write its weights to ``out``."""
    if (out / ENCODER).exists():
        return
    config = PretrainConfig(**settings)
    tokenizer = tokenizer_of(ours)
    with gzip.open(prepared / "texts.txt.gz", "rt", encoding="utf-8") as lines:
        packed = pack([line.strip() for line in lines], tokenizer, config.pieces)
    packed = packed[: max(config.rows, int(share * len(packed)))]
    print(f"{packed.size} pieces to read", flush=True)
    encoder, hidden = build_encoder(base, ours=ours)
    pretrain(encoder, hidden, packed, tokenizer, config, out, device())
    torch.save({name: value.half() for name, value in encoder.state_dict().items()}, out / ENCODER)


def run_finetune(
    base: Path,
    ours: Path,
    prepared: Path,
    out: Path,
    settings: dict[str, Any],
    *,
    encoder: Path | None = None,
    start: Path | None = None,
    silver: Path | None = None,
    share: float = 1.0,
) -> dict[str, float]:
    """Teach the heads (and the encoder) and write the averaged weights to ``out``; return the dev scores.

    The run begins with the adapted ``encoder`` of a pre-training, or goes on from the whole model in ``start``.
    """
    tokenizer = tokenizer_of(ours)
    encoded = encode_all(read_examples(prepared / "examples.jsonl.gz"), tokenizer)
    train = [Item(e) for e in encoded if e.example.split == "train"]
    dev = [e for e in encoded if e.example.split == "dev"]
    if silver is not None:
        train += load_silver(silver, tokenizer)
    if share < 1.0:
        train, dev = train[:: int(1 / share)], dev[:: int(1 / share)]
    print(f"{len(train)} training items, {sum(len(i.encoded.ids) for i in train)} pieces; {len(dev)} dev", flush=True)
    model = build_model(base, ours=ours)
    if encoder is not None:
        model.encoder.load_state_dict(torch.load(encoder / ENCODER, map_location="cpu", weights_only=True))
    if start is not None:
        model.load_state_dict(torch.load(start / MODEL, map_location="cpu", weights_only=True))
    scores = finetune(model, train, dev, FinetuneConfig(**settings), out, device())
    torch.save({name: value.half() for name, value in model.state_dict().items()}, out / MODEL)
    return scores


def run_silver(base: Path, ours: Path, prepared: Path, teachers: list[Path], out: Path, share: float = 1.0) -> None:
    """Let the ``teachers`` answer the silver texts and write their averaged answers to ``out``."""
    tokenizer = tokenizer_of(ours)
    examples = read_examples(prepared / "silver.jsonl.gz")
    models = [load_model(base, ours, folder).to(device()) for folder in teachers]
    save_silver(label_silver(models, examples[:: max(1, int(1 / share))], tokenizer, device()), out)


def load_model(base: Path, ours: Path, folder: Path) -> ClinicalModel:
    """Return the model ``run_finetune`` wrote to ``folder``."""
    model = build_model(base, ours=ours)
    model.load_state_dict(torch.load(folder / MODEL, map_location="cpu", weights_only=True))
    return model


def tokenizer_of(folder: Path) -> Tokenizer:
    """Return the tokenizer in ``folder``, never cutting or padding by itself."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def dev_examples(prepared: Path, ours: Path) -> list[Encoded]:
    """Return the dev examples of a prepared folder."""
    examples = [e for e in read_examples(prepared / "examples.jsonl.gz") if e.split == "dev"]
    return encode_all(examples, tokenizer_of(ours))
