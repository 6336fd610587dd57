"""The one module of the product that knows PyTorch: original weights of the hub, read from safetensors alone."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from epicrisis.engines.assertion.hugging_face.classifiers import Scores
from epicrisis.engines.assertion.hugging_face.rows import Batch
from epicrisis.engines.encoder.session import Arrays, SideBySide
from epicrisis.errors import CorruptArtifact, MissingDependency


class TorchClassifier:
    """A sequence classifier of the transformers library.

    Raises:
        MissingDependency: the extra ``hf`` is not installed.
        CorruptArtifact: the folder holds no classifier that can be loaded whole from safetensors.
    """

    def __init__(self, folder: Path, *, name: str, threads: int) -> None:
        transformers = _transformers()
        import torch

        # As the encoder of our own: batches side by side, one thread each.
        torch.set_num_threads(1)
        self._side_by_side = SideBySide(self._one, threads)
        self._torch = torch
        self.framework = f"PyTorch {torch.__version__.partition('+')[0]}"
        try:
            self._model, told = transformers.AutoModelForSequenceClassification.from_pretrained(
                folder,
                dtype=torch.float32,
                local_files_only=True,
                use_safetensors=True,
                trust_remote_code=False,
                output_loading_info=True,
            )
        except Exception as cause:
            raise CorruptArtifact(
                f"The model {name!r} cannot be loaded as a classifier of texts ({type(cause).__name__}: {cause})."
            ) from cause
        # A body without its head is loaded too, with a head of random numbers.
        if lacking := sorted(told["missing_keys"]):
            raise CorruptArtifact(f"The weights of {name!r} lack {lacking}, so they are no assertion model.")
        self._model.eval()

    def scores(self, batches: Sequence[Batch]) -> list[Scores]:
        """Return the scores (rows, classes) of each batch, in order."""
        answers = self._side_by_side([{"input_ids": batch.ids, "attention_mask": batch.mask} for batch in batches])
        return [answer["logits"] for answer in answers]

    def _one(self, inputs: Arrays) -> dict[str, Scores]:
        with self._torch.inference_mode():
            answer = self._model(**{name: self._torch.from_numpy(array) for name, array in inputs.items()})
            return {"logits": np.asarray(answer.logits.numpy(), dtype=np.float32)}


def tokenizer_of(folder: Path, *, name: str) -> Tokenizer:
    """Return the tokenizer of ``folder``, built from its word list where it has no ``tokenizer.json``.

    Raises:
        MissingDependency: the extra ``hf`` is not installed.
        CorruptArtifact: there is none that can be loaded.
    """
    try:
        loaded: Any = _transformers().AutoTokenizer.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
        backend: Tokenizer = loaded.backend_tokenizer
    except MissingDependency:
        raise
    except Exception as cause:
        raise CorruptArtifact(f"The tokenizer of {name!r} cannot be loaded ({type(cause).__name__}).") from cause
    return backend


def _transformers() -> Any:
    # It asks nobody when it has all files, and these keep it from trying.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    try:
        import torch  # noqa: F401
        import transformers
    except ImportError as cause:
        raise MissingDependency(
            "Original weights of the hub need PyTorch; run: pip install 'epicrisis[hf]' (an ONNX file needs nothing)."
        ) from cause
    # Its bars and advice would stand between the lines of our log.
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    return transformers
