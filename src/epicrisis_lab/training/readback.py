"""The weights of a shipped graph, under the names they were trained under: a run can begin where another shipped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import GraphProto, numpy_helper
from torch import Tensor


def weights_of(path: Path) -> dict[str, Tensor]:
    """Return the weights of the graph at ``path`` in full precision, as the layers of PyTorch hold them.

    Exporting turns the weight of a linear layer around and names it by number; its node still says whose it is.
    """
    graph = onnx.load(str(path)).graph
    values = _values(graph)
    weights = {name: torch.from_numpy(value.copy()) for name, value in values.items() if not name.startswith("onnx::")}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in values:
            owner = node.name.removeprefix("/").removesuffix("/MatMul").replace("/", ".")
            weights[f"{owner}.weight"] = torch.from_numpy(values[node.input[1]].T.copy())
    return weights


def _values(graph: GraphProto) -> dict[str, NDArray[np.float32]]:
    stored = {weight.name: numpy_helper.to_array(weight) for weight in graph.initializer}
    widened = {}
    for node in graph.node:
        if node.op_type == "DequantizeLinear":
            [axis] = [attribute.i for attribute in node.attribute if attribute.name == "axis"]
            scale = np.expand_dims(stored[node.input[1]], 1 - axis)
            widened[node.output[0]] = stored[node.input[0]].astype(np.float32) * scale
    whole = {name: value for name, value in stored.items() if value.dtype == np.float32}
    return {**whole, **widened}
