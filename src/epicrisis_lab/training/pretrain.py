"""Domain-adaptive pre-training: masked words of clinical and biomedical text (Gururangan et al. 2020)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from epicrisis_lab.training.epochs import load_checkpoint, log_epoch, reseed, save_checkpoint


@dataclass(slots=True)
class PretrainConfig:
    """How the encoder is adapted; the head alone learns for the first ``head_steps`` steps."""

    epochs: int = 8
    rows: int = 128
    pieces: int = 160
    rate: float = 3e-4
    masked: float = 0.2
    head_steps: int = 150
    seed: int = 1
    save_every: int = 1


class MaskedWordHead(nn.Module):
    """Guesses a masked piece; the last layer is the encoder's own word vectors."""

    def __init__(self, hidden: int, vocabulary: int) -> None:
        super().__init__()
        self.dense = nn.Linear(hidden, hidden)
        nn.init.eye_(self.dense.weight)
        nn.init.zeros_(self.dense.bias)
        self.norm = nn.LayerNorm(hidden)
        self.bias = nn.Parameter(torch.zeros(vocabulary))

    def forward(self, hidden: Tensor, words: Tensor) -> Tensor:
        """Return (n, vocabulary) scores for ``hidden`` (n, H) given the word vectors (vocabulary, H)."""
        return self.norm(functional.gelu(self.dense(hidden))) @ words.t() + self.bias


def pack(texts: Sequence[str], tokenizer: Tokenizer, pieces: int) -> NDArray[np.int64]:
    """Return (rows, pieces) word pieces of all texts, each row between [CLS] and [SEP]."""
    numbered = tokenizer.get_vocab()
    begin, close = numbered["[CLS]"], numbered["[SEP]"]
    stream: list[int] = []
    for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False):
        stream += [*encoding.ids, close]
    size = pieces - 2
    rows = np.array(stream[: len(stream) // size * size], dtype=np.int64).reshape(-1, size)
    edge = np.full((len(rows), 1), begin)
    return np.concatenate([edge, rows, np.full_like(edge, close)], axis=1)


def pretrain(
    encoder: nn.Module,
    hidden: int,
    packed: NDArray[np.int64],
    tokenizer: Tokenizer,
    config: PretrainConfig,
    folder: Path,
    device: torch.device,
) -> None:
    """Adapt ``encoder`` in place to the text in ``packed``.

    ``folder`` keeps ``checkpoint.pt`` (the run goes on from there) and ``log.jsonl`` (one line an epoch).
    """
    folder.mkdir(parents=True, exist_ok=True)
    run = Adaptation(encoder, hidden, packed, tokenizer, config, device)
    run.resume(folder)
    while run.done < config.epochs:
        began = time.time()
        loss = run.take_epoch()
        if run.done % config.save_every == 0:
            run.save(folder)
        log_epoch(folder, {"epoch": run.done, "loss": loss, "seconds": time.time() - began})


class Adaptation:
    """An encoder between two epochs of guessing: the head that guesses, the optimizer, and how many epochs are done."""

    def __init__(
        self,
        encoder: nn.Module,
        hidden: int,
        packed: NDArray[np.int64],
        tokenizer: Tokenizer,
        config: PretrainConfig,
        device: torch.device,
    ) -> None:
        numbered = tokenizer.get_vocab()
        self._special = [numbered[piece] for piece in ("[PAD]", "[CLS]", "[SEP]")]
        self._mask_id, self._vocabulary = numbered["[MASK]"], len(numbered)
        self._packed, self._config, self._device = packed, config, device
        self.encoder = encoder.to(device)
        self._words: Tensor = encoder.get_input_embeddings().weight  # type: ignore[operator]
        self._numbers: Tensor = getattr(encoder, "numbers", torch.arange(self._vocabulary)).to(device)
        self._head = MaskedWordHead(hidden, self._words.shape[0]).to(device)
        self._optimizer = torch.optim.AdamW(
            [
                {"params": list(encoder.parameters()), "lr": config.rate},
                {"params": list(self._head.parameters()), "lr": 1e-3},
            ],
            weight_decay=0.01,
            betas=(0.9, 0.98),
            fused=device.type == "cuda",
        )
        self.done = 0

    def resume(self, folder: Path) -> None:
        """Go on from the checkpoint in ``folder``, if there is one."""
        saved = load_checkpoint(folder, self._device)
        if saved is not None:
            self.encoder.load_state_dict(saved["model"])
            self._head.load_state_dict(saved["head"])
            self._optimizer.load_state_dict(saved["optimizer"])
            self.done = int(saved["epoch"])

    def save(self, folder: Path) -> None:
        """Keep in ``folder`` what ``resume`` needs."""
        state = {
            "model": self.encoder.state_dict(),
            "head": self._head.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "epoch": self.done,
        }
        save_checkpoint(folder, state)

    def take_epoch(self) -> float:
        """Guess the masked words of every row once and return the mean loss."""
        reseed(self._config.seed, self.done)
        self.encoder.train()
        taken = self.done * (len(self._packed) // self._config.rows)
        rows = _rows(self._packed, self._config, self.done, self._device)
        losses = [self._step(ids, step) for step, ids in enumerate(rows, start=taken)]
        self.done += 1
        return round(float(torch.stack(losses).mean()), 4)

    def _step(self, ids: Tensor, step: int) -> Tensor:
        self._optimizer.param_groups[0]["lr"] = self._rate(step)
        loss = self._loss(ids)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.encoder.parameters(), 1.0)
        self._optimizer.step()
        return loss.detach()

    def _rate(self, step: int) -> float:
        if step < self._config.head_steps:
            return 0.0
        steps = self._config.epochs * max(1, len(self._packed) // self._config.rows)
        return self._config.rate * min(1.0, 1.1 - step / steps)

    def _loss(self, ids: Tensor) -> Tensor:
        masked, chosen = _mask(ids, self._config.masked, self._special, self._mask_id, self._vocabulary)
        with torch.autocast(self._device.type, torch.bfloat16):
            vectors = self.encoder(input_ids=masked, attention_mask=torch.ones_like(masked)).last_hidden_state
            scores = self._head(vectors[chosen], self._words)
        return functional.cross_entropy(scores.float(), self._numbers[ids[chosen]])


def _rows(packed: NDArray[np.int64], config: PretrainConfig, epoch: int, device: torch.device) -> Iterator[Tensor]:
    order = np.random.default_rng([config.seed, epoch]).permutation(len(packed))
    for start in range(0, len(order) - config.rows + 1, config.rows):
        yield torch.from_numpy(packed[order[start : start + config.rows]]).to(device, non_blocking=True)


def _mask(ids: Tensor, share: float, special: Sequence[int], mask_id: int, vocabulary: int) -> tuple[Tensor, Tensor]:
    """Return masked ids and what was chosen: 80 % masked, 10 % another piece, 10 % left (Devlin et al. 2019)."""
    ordinary = torch.ones_like(ids, dtype=torch.bool)
    for piece in special:
        ordinary &= ids != piece
    chosen = (torch.rand(ids.shape, device=ids.device) < share) & ordinary
    dice = torch.rand(ids.shape, device=ids.device)
    masked = torch.where(chosen & (dice < 0.8), torch.full_like(ids, mask_id), ids)
    other = torch.randint_like(ids, vocabulary)
    return torch.where(chosen & (dice >= 0.9), other, masked), chosen
