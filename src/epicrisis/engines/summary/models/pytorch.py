"""Models of the transformers library, for whoever installed the extra ``hf``: weights from safetensors alone.

It is imported when such a model is named, and never otherwise.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from epicrisis.engines.summary.models.contracts import ModelCard, ModelKind, Prompt, Stop
from epicrisis.engines.summary.models.files import config_of, sha256_of, weights_in
from epicrisis.engines.summary.models.turns import Turns
from epicrisis.errors import CorruptArtifact, GenerationFailed, MissingDependency, TextTooLong

_CLASSES = {
    ModelKind.TEXT_GENERATION: "AutoModelForCausalLM",
    ModelKind.SUMMARIZATION: "AutoModelForSeq2SeqLM",
    ModelKind.SEQ2SEQ: "AutoModelForSeq2SeqLM",
}
# What configurations call the longest text; those of T5 count positions from each other and name none.
_LENGTHS = ("max_position_embeddings", "n_positions", "max_encoder_position_embeddings")


class TorchModel:
    """A language model of the transformers library, one generation at a time.

    A ``text-generation`` model reads the task and the text and writes on; a ``seq2seq`` model reads both and answers; a
    ``summarization`` model reads the text alone, for it knows its task.

    Raises:
        MissingDependency: the extra ``hf`` is not installed.
        MissingArtifact: the folder lacks a file.
        CorruptArtifact: it holds no model of that kind which can be loaded whole from safetensors.
    """

    def __init__(
        self, folder: Path, *, name: str, kind: ModelKind, context_tokens: int = 4_096, threads: int = 1
    ) -> None:
        config, weights = config_of(folder), weights_in(folder)
        digests = {path.name: sha256_of(path) for path in weights}
        transformers = _transformers()
        import torch

        self._torch, self._transformers = torch, transformers
        torch.set_num_threads(threads)
        try:
            self._tokenizer = transformers.AutoTokenizer.from_pretrained(
                folder, local_files_only=True, trust_remote_code=False
            )
            self._model, told = getattr(transformers, _CLASSES[kind]).from_pretrained(
                folder,
                dtype=torch.float32,
                use_safetensors=True,
                output_loading_info=True,
                local_files_only=True,
                trust_remote_code=False,
            )
        except Exception as cause:
            raise CorruptArtifact(
                f"The model {name!r} cannot be loaded as {kind.value} ({type(cause).__name__})."
            ) from cause
        # A body without its head is loaded too, with a head of random numbers.
        if lacking := sorted(told["missing_keys"]):
            raise CorruptArtifact(f"The weights of {name!r} lack {lacking[:3]}, so they are no {kind.value} model.")
        self._model.eval()
        self._turns = Turns()
        self._card = ModelCard(
            name=name,
            kind=kind,
            version=next(iter(digests.values()))[:12],
            context_tokens=min(context_tokens, _longest(config)),
            size_bytes=sum(path.stat().st_size for path in weights),
            sha256=digests,
        )

    @property
    def card(self) -> ModelCard:
        """Describe the model."""
        return self._card

    def tokens(self, text: str) -> int:
        """Return how many tokens ``text`` has."""
        return len(self._tokenizer(text, verbose=False)["input_ids"])

    def complete(self, prompt: Prompt, *, most_tokens: int, stop: Stop, seconds: float) -> str:
        """Return what the model writes, at most ``most_tokens`` of it, and at once when ``stop`` says so.

        Raises:
            TextTooLong: the prompt does not fit the context.
            GenerationFailed: the model could not answer.
        """
        return self._turns.written(lambda over: self._written(prompt, most_tokens, over), stop=stop, seconds=seconds)

    def close(self) -> None:
        """Give its memory back, once what it is writing is done."""
        with self._turns.lock:
            self._model = None

    def _written(self, prompt: Prompt, most_tokens: int, over: Stop) -> str:
        if self._model is None:
            raise GenerationFailed(f"The model {self._card.name!r} was closed.")
        inputs = self._inputs(prompt)
        read = int(inputs["input_ids"].shape[1])
        writes_on = self._card.kind is ModelKind.TEXT_GENERATION
        if read + (most_tokens if writes_on else 0) > self._card.context_tokens:
            raise TextTooLong(
                f"The prompt has {read} tokens; the model {self._card.name!r} takes {self._card.context_tokens}."
            )
        if over():
            return ""
        try:
            with self._torch.inference_mode():
                answer = self._model.generate(
                    **inputs,
                    max_new_tokens=most_tokens,
                    do_sample=False,
                    num_beams=1,
                    pad_token_id=self._padding(),
                    stopping_criteria=self._transformers.StoppingCriteriaList([_Over(self._torch, over)]),
                )
        except Exception as cause:
            raise GenerationFailed(f"The model {self._card.name!r} failed ({type(cause).__name__}).") from cause
        written = answer[0][read:] if writes_on else answer[0]
        return str(self._tokenizer.decode(written, skip_special_tokens=True))

    def _inputs(self, prompt: Prompt) -> Any:
        if self._card.kind is ModelKind.SUMMARIZATION:
            return self._tokenizer(prompt.text, return_tensors="pt")
        if self._card.kind is ModelKind.TEXT_GENERATION and self._tokenizer.chat_template:
            turns = [{"role": "system", "content": prompt.task}, {"role": "user", "content": prompt.text}]
            return self._tokenizer.apply_chat_template(
                turns, add_generation_prompt=True, return_tensors="pt", return_dict=True
            )
        return self._tokenizer(f"{prompt.task}\n\n{prompt.text}\n\n", return_tensors="pt")

    def _padding(self) -> Any:
        padding = self._tokenizer.pad_token_id
        return self._tokenizer.eos_token_id if padding is None else padding


class _Over:
    """What ``generate`` asks after each token: whether that was the last."""

    def __init__(self, torch: Any, over: Stop) -> None:
        self._torch, self._over = torch, over

    def __call__(self, ids: Any, scores: Any, **_: Any) -> Any:
        return self._torch.full((ids.shape[0],), self._over(), dtype=self._torch.bool, device=ids.device)


def _longest(config: Any) -> int:
    told = [config[name] for name in _LENGTHS if isinstance(config.get(name), int) and config[name] > 0]
    return min(told, default=512)


def _transformers() -> Any:
    # It asks nobody when it has all files, and these keep it from trying.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    try:
        import torch  # noqa: F401
        import transformers
    except ImportError as cause:
        raise MissingDependency(
            "This type of model needs PyTorch; run: pip install 'epicrisis[hf]', or name a GGUF model."
        ) from cause
    # Its bars and advice would stand between the lines of our log.
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    return transformers
