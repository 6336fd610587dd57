"""From a trained model to what ships: two ONNX graphs with eight-bit weights, the tokenizer, and their checksums.

``encoder.onnx`` reads padded pieces and answers tags, sentence labels and vectors in one pass; ``judge.onnx`` takes
those vectors and any targets. Weights are stored as int8 per output channel and widened when loaded (weight-only
quantisation): a quarter of the size, and the engine computes in the precision the processor is best at.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import GraphProto, NodeProto, TensorProto, helper, numpy_helper
from torch import Tensor, nn

from epicrisis_lab.training.labeller import Labeller
from epicrisis_lab.training.labels import tags_of
from epicrisis_lab.training.model import ClinicalModel, Judge

OPSET = 17
SMALLEST = 4096
"""Matrices with fewer numbers than this stay in full precision."""


class ReadingGraph(nn.Module):
    """Pieces in; vectors, tag scores of every shipped head side by side, and sentence scores out."""

    def __init__(self, model: ClinicalModel) -> None:
        super().__init__()
        self.encoder, self.sentence = model.encoder, model.sentence
        layers = [model.tags[head] for head in model.heads.shipped]
        self.tags = nn.Linear(layers[0].in_features, sum(layer.out_features for layer in layers))  # type: ignore[arg-type,misc]
        self.tags.weight = nn.Parameter(torch.cat([layer.weight for layer in layers]))  # type: ignore[arg-type]
        self.tags.bias = nn.Parameter(torch.cat([layer.bias for layer in layers]))  # type: ignore[arg-type]

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return (B, T, H) vectors, (B, T, all tags) and (B, sentence labels)."""
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        return hidden, self.tags(hidden), self.sentence(hidden, mask)


class JudgingGraph(nn.Module):
    """Vectors, mask, cue scores and targets in; status, temporality, experiencer and attention out."""

    def __init__(self, judge: Judge) -> None:
        super().__init__()
        self.judge = judge

    def forward(
        self, hidden: Tensor, mask: Tensor, cues: Tensor, rows: Tensor, starts: Tensor, ends: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return scores per target and how much each piece counted."""
        judged = self.judge(hidden, mask, cues, rows, starts, ends)
        return judged.status, judged.temporality, judged.experiencer, judged.attention


def export_graphs(model: ClinicalModel, folder: Path) -> None:
    """Write ``encoder.onnx`` and ``judge.onnx`` with int8 weights to ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    model = model.float().cpu().eval()
    ids = torch.randint(1000, 2000, (3, 17))
    mask = torch.ones_like(ids)
    pieces = {0: "rows", 1: "pieces"}
    export_module(
        ReadingGraph(model).eval(),
        (ids, mask),
        folder / "encoder.onnx",
        ["ids", "mask"],
        {"hidden": pieces, "tags": pieces, "sentence": {0: "rows"}},
        {"ids": pieces, "mask": pieces},
    )
    hidden = torch.randn(3, 17, model.judge.pieces.in_features)
    cues = torch.randn(3, 17, len(tags_of("cues")))
    targets = (torch.tensor([0, 1, 1, 2]), torch.tensor([1, 2, 5, 3]), torch.tensor([3, 4, 6, 9]))
    asked = {0: "targets"}
    export_module(
        JudgingGraph(model.judge).eval(),
        (hidden, mask, cues, *targets),
        folder / "judge.onnx",
        ["hidden", "mask", "cues", "rows", "starts", "ends"],
        {"status": asked, "temporality": asked, "experiencer": asked, "attention": {0: "targets", 1: "pieces"}},
        {"hidden": pieces, "mask": pieces, "cues": pieces, "rows": asked, "starts": asked, "ends": asked},
    )
    for name in ("encoder.onnx", "judge.onnx"):
        quantise_weights(folder / name)


class LabellingGraph(nn.Module):
    """Pieces in, sentence scores out: the labeller without the tags it was taught with."""

    def __init__(self, labeller: Labeller) -> None:
        super().__init__()
        self.labeller = labeller

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return (B, sentence labels)."""
        return self.labeller.sentence(self.labeller.read(ids, mask), mask)  # type: ignore[no-any-return]


def export_labeller(labeller: Labeller, path: Path) -> None:
    """Write the graph of ``labeller`` with int8 weights to ``path``."""
    ids = torch.randint(1000, 2000, (3, 17))
    pieces = {0: "rows", 1: "pieces"}
    export_module(
        LabellingGraph(labeller).eval(),
        (ids, torch.ones_like(ids)),
        path,
        ["ids", "mask"],
        {"sentence": {0: "rows"}},
        {"ids": pieces, "mask": pieces},
    )
    quantise_weights(path)


def export_module(
    module: nn.Module,
    inputs: tuple[Tensor, ...],
    path: Path,
    names: Sequence[str],
    outputs: dict[str, dict[int, str]],
    axes: dict[str, dict[int, str]],
) -> None:
    """Write ``module`` as a graph: what it reads by ``names`` and ``axes``, what it answers by ``outputs``."""
    with torch.no_grad():
        torch.onnx.export(
            module,
            inputs,
            str(path),
            input_names=list(names),
            output_names=list(outputs),
            dynamic_axes=axes | outputs,
            opset_version=OPSET,
            dynamo=False,
        )


def quantise_weights(path: Path) -> None:
    """Store every large weight matrix of the graph at ``path`` as int8 with one scale per output channel."""
    graph = onnx.load(str(path))
    users = _users(graph.graph)
    weights, widening = [], []
    for weight in graph.graph.initializer:
        kinds = users.get(weight.name, set())
        if _stays(weight, kinds):
            weights.append(weight)
            continue
        narrowed, widened = _narrowed(weight, axis=0 if kinds & {"Gather", "Gemm"} else 1)
        weights += narrowed
        widening.append(widened)
    nodes = [*widening, *graph.graph.node]
    del graph.graph.initializer[:]
    del graph.graph.node[:]
    graph.graph.initializer.extend(weights)
    graph.graph.node.extend(nodes)
    onnx.checker.check_model(graph)
    onnx.save(graph, str(path))


def _users(graph: GraphProto) -> dict[str, set[str]]:
    """Return the kinds of node that read each value, by its name."""
    users: dict[str, set[str]] = {}
    for node in graph.node:
        for name in node.input:
            users.setdefault(name, set()).add(node.op_type)
    return users


def _stays(weight: TensorProto, kinds: set[str]) -> bool:
    """Return whether ``weight`` keeps its precision: it is no large matrix, or not only multiplied and looked up."""
    values = numpy_helper.to_array(weight)
    is_large = values.ndim == 2 and values.size >= SMALLEST and values.dtype == np.float32
    return not is_large or not kinds <= {"MatMul", "Gemm", "Gather"}


def _narrowed(weight: TensorProto, *, axis: int) -> tuple[list[TensorProto], NodeProto]:
    """Return ``weight`` as int8 with one scale per slice of ``axis``, and the node that widens it when loaded."""
    values = numpy_helper.to_array(weight)
    scale = np.abs(values).max(axis=1 - axis) / 127.0
    scale = np.where(scale == 0, 1.0, scale).astype(np.float32)
    whole = np.clip(np.round(values / np.expand_dims(scale, 1 - axis)), -127, 127).astype(np.int8)
    names = [f"{weight.name}.int8", f"{weight.name}.scale", f"{weight.name}.zero"]
    zero = helper.make_tensor(names[2], TensorProto.INT8, [len(scale)], np.zeros(len(scale), np.int8))
    stored = [numpy_helper.from_array(whole, names[0]), numpy_helper.from_array(scale, names[1]), zero]
    return stored, helper.make_node("DequantizeLinear", names, [weight.name], axis=axis)
