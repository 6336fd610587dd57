"""Domain-adaptive pre-training: masked words of clinical and biomedical text (Gururangan et al. 2020)."""

from __future__ import annotations

import json
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
    """Adapt ``encoder`` in place to the text in ``packed`` and log the loss of every epoch."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(config.seed)
    numbered = tokenizer.get_vocab()
    special: list[int] = [numbered[piece] for piece in ("[PAD]", "[CLS]", "[SEP]")]
    mask_id, vocabulary = numbered["[MASK]"], len(numbered)
    words: Tensor = encoder.get_input_embeddings().weight  # type: ignore[operator]
    head = MaskedWordHead(hidden, words.shape[0]).to(device)
    encoder.to(device).train()
    words = encoder.get_input_embeddings().weight  # type: ignore[operator]
    numbers: Tensor = getattr(encoder, "numbers", torch.arange(vocabulary)).to(device)
    optimizer = torch.optim.AdamW(
        [{"params": list(encoder.parameters()), "lr": config.rate}, {"params": list(head.parameters()), "lr": 1e-3}],
        weight_decay=0.01,
        betas=(0.9, 0.98),
        fused=device.type == "cuda",
    )
    steps = config.epochs * max(1, len(packed) // config.rows)
    step = 0
    for epoch in range(config.epochs):
        began, losses = time.time(), []
        for ids in _rows(packed, config, epoch, device):
            fraction = step / max(1, steps)
            rate = config.rate * min(1.0, 1.1 - fraction) if step >= config.head_steps else 0.0
            optimizer.param_groups[0]["lr"] = rate
            masked, chosen = _mask(ids, config.masked, special, mask_id, vocabulary)
            with torch.autocast(device.type, torch.bfloat16):
                vectors = encoder(input_ids=masked, attention_mask=torch.ones_like(masked)).last_hidden_state
                scores = head(vectors[chosen], words)
            loss = functional.cross_entropy(scores.float(), numbers[ids[chosen]])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
            optimizer.step()
            losses.append(loss.detach())
            step += 1
        line = {"epoch": epoch + 1, "loss": round(float(torch.stack(losses).mean()), 4), "seconds": time.time() - began}
        with (folder / "log.jsonl").open("a") as log:
            log.write(json.dumps(line) + "\n")
        print(folder.name, json.dumps(line), flush=True)


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
