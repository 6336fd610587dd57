"""One more head for an encoder that ships: fitted on the vectors it answers, which stay as they are.

A head is one matrix over the vector of a word's first piece, so nothing else of the graph changes, and no other head
says anything else than before. It fits corpora the encoder was taught with, whose heads were not shipped.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from torch import nn

from epicrisis.engines.artifacts import CARD
from epicrisis.engines.encoder.encoder import Reading
from epicrisis.engines.encoder.load import load_encoder
from epicrisis_lab.errors import MissingCapability
from epicrisis_lab.training.examples import Example
from epicrisis_lab.training.files import written
from epicrisis_lab.training.labels import TAG_HEADS, tags_of
from epicrisis_lab.training.package import tag_temperature, tag_threshold, word_tags

GRAPH, OUTPUT = "encoder.onnx", "tags"
EPOCHS, RATE, DROPOUT, SMOOTHING, DECAY = 18, 1.5e-3, 0.3, 0.05, 0.05

Words = tuple[torch.Tensor, torch.Tensor]
"""Of one example: the vectors (words, H) of its words, and their tags (words,)."""


def add_head(
    folder: Path, head: str, train: Sequence[Example], dev: Sequence[Example], *, seed: int = 0
) -> dict[str, float]:
    """Fit ``head`` on ``train`` and write it to the shipped ``folder``; return what was fitted on ``dev``.

    Raises:
        MissingCapability: the encoder has that head already, which nothing takes out of its graph.
    """
    loaded = load_encoder(folder)
    if head in loaded.labels.tags:
        raise MissingCapability(
            f"The encoder in '{folder.name}' has a head '{head}' already; take the folder as it was before, and add it."
        )
    readings = loaded.encoder.read([example.text for example in train])
    words = [_words(reading, example, head) for reading, example in zip(readings, train, strict=True)]
    weight, bias = _fitted([each for each in words if len(each[1])], len(tags_of(head)), seed)
    with tempfile.TemporaryDirectory() as made:
        built = Path(made)
        for file in folder.iterdir():
            shutil.copy(file, built)
        _widen(built / GRAPH, head, weight, bias)
        _tell(built, head, {}, {})
        grown = load_encoder(built)
        read = grown.encoder.read([example.text for example in dev])
        temperature = tag_temperature(grown.encoder, head, dev, read)
        _tell(built, head, {head: temperature}, {})
        threshold = tag_threshold(load_encoder(built), head, dev, read)
        _tell(built, head, {head: temperature}, {head: threshold})
        for name in (GRAPH, CARD):
            with written(folder / name) as part:
                shutil.copyfile(built / name, part)
    return {f"{head}.temperature": temperature, f"{head}.threshold": threshold}


def _words(reading: Reading, example: Example, head: str) -> Words:
    hidden = np.concatenate(
        [
            part.batch.hidden[part.row, 1 + part.window.own_start - part.window.start :][
                : part.window.own_end - part.window.own_start
            ]
            for part in reading.parts
        ]
    )
    vectors = np.array(hidden[reading.pieces.words], dtype=np.float32)
    return torch.from_numpy(vectors), torch.from_numpy(word_tags(reading.pieces, example.tags[head], head))


def _fitted(examples: list[Words], tags: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the matrix (H, tags) and the bias (tags,) that tell the tags of the words of ``examples`` best."""
    torch.manual_seed(seed)
    dice = Random(seed)
    layer = nn.Linear(examples[0][0].shape[1], tags)
    optimiser = torch.optim.AdamW(layer.parameters(), lr=RATE, weight_decay=DECAY)
    for epoch in range(EPOCHS):
        for group in optimiser.param_groups:
            group["lr"] = RATE * (1 - epoch / EPOCHS)
        dice.shuffle(examples)
        for vectors, gold in examples:
            optimiser.zero_grad()
            scores = layer(nn.functional.dropout(vectors, DROPOUT))
            nn.functional.cross_entropy(scores, gold, label_smoothing=SMOOTHING).backward()
            optimiser.step()
    return layer.weight.detach().numpy().T.copy(), layer.bias.detach().numpy().copy()


def _widen(path: Path, head: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
    """Let the graph at ``path`` answer the scores of ``head`` behind those it has."""
    model = onnx.load(str(path))
    graph = model.graph
    hidden = next(output.name for output in graph.output if output.name == "hidden")
    before, product, added = (f"{OUTPUT}.before.{head}", f"{OUTPUT}.{head}.product", f"{OUTPUT}.{head}")
    for node in graph.node:
        for place, name in enumerate(node.output):
            if name == OUTPUT:
                node.output[place] = before
    graph.initializer.extend(
        [numpy_helper.from_array(weight, f"{added}.weight"), numpy_helper.from_array(bias, f"{added}.bias")]
    )
    graph.node.extend(
        [
            helper.make_node("MatMul", [hidden, f"{added}.weight"], [product]),
            helper.make_node("Add", [product, f"{added}.bias"], [added]),
            helper.make_node("Concat", [before, added], [OUTPUT], axis=-1),
        ]
    )
    for output in graph.output:
        if output.name == OUTPUT:
            output.type.tensor_type.shape.dim[-1].dim_value += len(bias)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def _tell(folder: Path, head: str, temperatures: dict[str, float], thresholds: dict[str, float]) -> None:
    """Write the card in ``folder`` with ``head``, the checksum of the graph, and what was fitted."""
    card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    card["sha256"][GRAPH] = hashlib.sha256((folder / GRAPH).read_bytes()).hexdigest()
    card["sizes"][GRAPH] = (folder / GRAPH).stat().st_size
    card["labels"]["tags"][head] = [str(label) for label in TAG_HEADS[head]]
    card["temperatures"] |= temperatures
    card["thresholds"] |= thresholds
    (folder / CARD).write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
