"""What computes a foreign model: its scores for batches of rows, by ONNX here, by PyTorch in ``pytorch.py``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.assertion.hugging_face.rows import Batch
from epicrisis.engines.encoder.session import open_session
from epicrisis.errors import CorruptArtifact

Scores = NDArray[np.float32]


class Classifier(Protocol):
    """Scores rows of pieces."""

    @property
    def framework(self) -> str:
        """Return what computes the scores, and its version."""
        ...

    def scores(self, batches: Sequence[Batch]) -> list[Scores]:
        """Return the scores (rows, classes) of each batch, in order, before they are made probabilities."""
        ...


class OnnxClassifier:
    """A graph with the input names every exporter uses: ``input_ids``, and ``attention_mask``, ``token_type_ids``.

    Raises:
        MissingDependency: no runtime for ONNX works here.
        CorruptArtifact: the graph cannot be loaded, or is not a classifier of texts.
    """

    def __init__(self, graph: Path, *, threads: int) -> None:
        try:
            self._session = open_session(graph, threads=threads)
        except CorruptArtifact as cause:
            raise CorruptArtifact(
                f"The model file '{graph.name}' is not a graph that can be loaded; export it again."
            ) from cause
        self.framework = self._session.runtime
        unknown = set(self._session.inputs) - {"input_ids", "attention_mask", "token_type_ids"}
        if unknown or "input_ids" not in self._session.inputs:
            raise CorruptArtifact(
                f"The model file '{graph.name}' reads {list(self._session.inputs)}, which is no classifier of texts; "
                "export it with 'input_ids', 'attention_mask' and 'token_type_ids'."
            )

    def scores(self, batches: Sequence[Batch]) -> list[Scores]:
        """Return the scores (rows, classes) of each batch, in order."""
        inputs = []
        for batch in batches:
            known = {"input_ids": batch.ids, "attention_mask": batch.mask, "token_type_ids": np.zeros_like(batch.ids)}
            inputs.append({name: known[name] for name in self._session.inputs})
        answers = self._session.run(inputs)
        return [answer.get("logits", next(iter(answer.values()))) for answer in answers]
