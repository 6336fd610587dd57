"""The stages of a run, each from files to files, so that any of them can be repeated or moved to another machine."""

from __future__ import annotations

import gzip
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import nn

from epicrisis.engines.encoder.load import load_encoder
from epicrisis_lab.training.batches import Item
from epicrisis_lab.training.devscores import predict, score
from epicrisis_lab.training.distil import label_silver, load_silver, save_silver
from epicrisis_lab.training.encoding import Encoded, encode_all, encode_whole
from epicrisis_lab.training.epochs import log_epoch
from epicrisis_lab.training.examples import Example, read_examples, write_examples
from epicrisis_lab.training.files import written
from epicrisis_lab.training.finetune import FinetuneConfig, finetune
from epicrisis_lab.training.labeller import Labeller, Shape, begin
from epicrisis_lab.training.labelling import LabellingConfig, Teaching, ask_teacher, lessons_of
from epicrisis_lab.training.labels import Heads
from epicrisis_lab.training.model import ClinicalModel, build_encoder, build_model, layers_in, thinned
from epicrisis_lab.training.prepare import EXAMPLES, SILVER, TEXTS
from epicrisis_lab.training.pretrain import PretrainConfig, pack, pretrain
from epicrisis_lab.training.readback import weights_of
from epicrisis_lab.training.selftraining import HEADS, read_again

ENCODER, MODEL, ANSWERS = "encoder.pt", "model.pt", "answers.npz"
UNLABELLED = "silver_unlabelled"
# Whose sentences the labeller learns, besides those of unlabelled notes.
NOTES = ("mtsamples_status", "mtsamples_own", "augmented", "joined", "negex")


def device() -> torch.device:
    """Return the GPU where there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def config_of(name: str, role: str) -> dict[str, Any]:
    """Return the ``role`` table ("teacher", "student") of the run ``name``."""
    text = files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)[role]  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Ground:
    """What the stages of a run stand on.

    ``base`` is the folder of the encoder it begins with, ``ours`` the one whose vocabulary counts (the student's, where
    a teacher numbers the same pieces otherwise), ``prepared`` what was gathered from the corpora.
    """

    base: Path
    ours: Path
    heads: Heads
    prepared: Path


def run_pretrain(ground: Ground, out: Path, settings: dict[str, Any]) -> None:
    """Adapt the encoder of the base to the prepared texts and write its weights to ``out``."""
    if (out / ENCODER).exists():
        return
    config = PretrainConfig(**settings)
    tokenizer = tokenizer_of(ground.ours)
    with gzip.open(ground.prepared / TEXTS, "rt", encoding="utf-8") as lines:
        packed = pack([line.strip() for line in lines], tokenizer, config.pieces)
    print(f"{packed.size} pieces to read", flush=True)
    encoder, hidden = build_encoder(ground.base, ours=ground.ours)
    pretrain(encoder, hidden, packed, tokenizer, config, out, device())
    _save_weights(encoder, out / ENCODER)


@cache
def lessons(ground: Ground) -> tuple[Sequence[Item], Sequence[Encoded]]:
    """Return what is annotated, encoded once in a process: the training items, and the dev examples."""
    encoded = encode_all(read_examples(ground.prepared / EXAMPLES), tokenizer_of(ground.ours))
    train = [Item(e) for e in encoded if e.example.split == "train"]
    dev = [e for e in encoded if e.example.split == "dev"]
    print(f"{len(train)} training items, {sum(len(i.encoded.ids) for i in train)} pieces; {len(dev)} dev", flush=True)
    return train, dev


def run_finetune(
    ground: Ground,
    out: Path,
    settings: dict[str, Any],
    *,
    encoder: Path | None = None,
    start: Path | None = None,
    silver: Path | None = None,
    read: Path | None = None,
) -> None:
    """Teach the heads (and the encoder) and write the averaged weights to ``out``, unless they are there.

    The run begins with the adapted ``encoder`` of a pre-training, or goes on from the whole model in ``start``. Besides
    what is annotated it may learn from what teachers answered (``silver``), and from what a model ``read`` by itself.
    """
    if (out / MODEL).exists():
        return
    train, dev = lessons(ground)
    answered = load_silver(silver, tokenizer_of(ground.ours)) if silver is not None else []
    if read is not None:
        answered += [Item(e) for e in encode_all(read_examples(read), tokenizer_of(ground.ours))]
    config = FinetuneConfig(**settings)
    torch.manual_seed(config.seed)  # New heads start at random.
    model = load_model(ground, start / MODEL) if start is not None else _begin(ground, config.layers, encoder)
    finetune(model, [*train, *answered], dev, config, out, device())
    _save_weights(model, out / MODEL)


def _begin(ground: Ground, layers: Sequence[int], encoder: Path | None) -> ClinicalModel:
    """Return a model that was taught nothing yet, on the adapted ``encoder``, thinned to ``layers`` if any."""
    model = build_model(ground.base, heads=ground.heads, ours=ground.ours)
    if encoder is not None:
        model.encoder.load_state_dict(torch.load(encoder / ENCODER, map_location="cpu", weights_only=True))
    return thinned(model, layers) if layers else model


def _save_weights(module: nn.Module, path: Path) -> None:
    """Write the weights in half precision."""
    with written(path) as part:
        torch.save({name: value.half() for name, value in module.state_dict().items()}, part)


def run_average(shares: Mapping[Path, float], out: Path) -> None:
    """Write the weighted mean of the models in the folders of ``shares`` to ``out`` (Wortsman et al. 2022)."""
    mean: dict[str, torch.Tensor] = {}
    for folder, share in shares.items():
        weights = torch.load(folder / MODEL, map_location="cpu", weights_only=True)
        for name, value in weights.items():
            mean[name] = mean.get(name, torch.zeros_like(value, dtype=torch.float32)) + share * value.float()
    out.mkdir(parents=True, exist_ok=True)
    with written(out / MODEL) as path:
        torch.save({name: value.half() for name, value in mean.items()}, path)


def run_silver(ground: Ground, teachers: Sequence[Path], out: Path) -> None:
    """Let the ``teachers`` answer the silver texts; write their averaged answers to ``out``, unless they are there."""
    if out.exists():
        return
    models = [load_model(ground, folder / MODEL).to(device()) for folder in teachers]
    _, dev = lessons(ground)
    log_epoch(out.parent, {"teachers": len(models), **score(dev, predict(models, dev, device()))})
    examples = read_examples(ground.prepared / SILVER)
    save_silver(label_silver(models, examples, tokenizer_of(ground.ours), device()), out)


def run_reading(ground: Ground, reader: Path, out: Path) -> None:
    """Let the model in ``reader`` read the unlabelled texts; write to ``out`` what it was sure of, in another hand."""
    if out.exists():
        return
    unlabelled = [e for e in read_examples(ground.prepared / SILVER) if e.source == UNLABELLED]
    encoded = encode_whole(unlabelled, tokenizer_of(ground.ours))
    heads = [head for head in HEADS if head in ground.heads.shipped]
    softs = predict([load_model(ground, reader / MODEL).to(device())], encoded, device(), heads=heads)
    print(f"{write_examples(out, read_again(encoded, softs))} sentences read again", flush=True)


def load_model(ground: Ground, weights: Path) -> ClinicalModel:
    """Return the model whose ``weights`` ``run_finetune`` wrote, with as many layers as they have."""
    state = torch.load(weights, map_location="cpu", weights_only=True)
    model = build_model(ground.base, heads=ground.heads, ours=ground.ours)
    model = thinned(model, range(layers_in(state)))
    model.load_state_dict(state)
    return model


def tokenizer_of(folder: Path) -> Tokenizer:
    """Return the tokenizer in ``folder``, never cutting or padding by itself."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def run_labelling(home: Path, prepared: Path, out: Path, settings: dict[str, Any]) -> Labeller:
    """Let the encoder in ``home`` answer every short sentence, and teach a labeller its answers."""
    out.mkdir(parents=True, exist_ok=True)
    teacher = load_encoder(home)
    if not (out / ANSWERS).exists():
        ask_teacher(teacher, _lessons(prepared), out / ANSWERS)
    config = LabellingConfig(
        **{**settings, "shape": Shape(**settings["shape"])},
        temperature=teacher.temperature("sentence"),
        tag_temperature=teacher.temperature("clinical"),
    )
    torch.manual_seed(config.seed)
    labeller = begin(config.shape, weights_of(home / "encoder.onnx"))
    Teaching(labeller, lessons_of(out / ANSWERS), list(teacher.encoder.heads.values()), config).run(out)
    return labeller


def _lessons(prepared: Path) -> list[Example]:
    """Return the sentences of notes and every fourth of an abstract: what is asked reads like them."""
    annotated = [e for e in read_examples(prepared / EXAMPLES) if e.source in NOTES]
    silver = list(read_examples(prepared / SILVER))
    abstracts = [e for e in silver if e.source == "silver_abstracts"]
    return [*annotated, *(e for e in silver if e.source == "silver_notes"), *abstracts[::4]]
