"""The encoder and its heads.

Tags are read from the first piece of each word by one linear layer per label set. A target is judged by a small
cross-attention reader: the pooled target asks, every piece of the sentence answers with its vector, what the cue head
thinks of it, and how far away it stands; so the same pass over the sentence serves any number of targets, and the
attention says which words decided.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel

from epicrisis_lab.training.labels import (
    ENGLISH,
    EXPERIENCERS,
    SENTENCE_LABELS,
    STATUSES,
    TEMPORALITIES,
    Heads,
    tags_of,
)

DROPOUT = 0.1
_LAYER = re.compile(r"^encoder\.(?:inner\.)?encoder\.layer\.(\d+)\.")
FAR = 24
"""Pieces further from the target than this are all equally far."""


@dataclass(slots=True)
class Judgement:
    """Scores per target (S, classes) and how much each piece counted (S, T)."""

    status: Tensor
    temporality: Tensor
    experiencer: Tensor
    attention: Tensor


class Block(nn.Module):
    """One round of asking: attention of each target over its sentence, then a feed-forward layer."""

    def __init__(self, size: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.width = heads, size // heads
        self.query, self.key, self.value = (nn.Linear(size, size) for _ in range(3))
        self.out = nn.Linear(size, size)
        self.distance = nn.Parameter(torch.zeros(heads, 2 * FAR + 1))
        self.norm1, self.norm2 = nn.LayerNorm(size), nn.LayerNorm(size)
        self.feed = nn.Sequential(nn.Linear(size, 2 * size), nn.GELU(), nn.Dropout(dropout), nn.Linear(2 * size, size))
        self.drop = nn.Dropout(dropout)

    def forward(
        self, asked: Tensor, pieces: Tensor, rows: Tensor, bucket: Tensor, hidden: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Take targets (S, D), pieces (B, T, D), rows (S,), buckets and mask (S, T); return targets and attention."""
        shape = (pieces.shape[0], pieces.shape[1], self.heads, self.width)
        key = self.key(pieces).view(shape).index_select(0, rows)
        value = self.value(pieces).view(shape).index_select(0, rows)
        query = self.query(asked).view(-1, 1, self.heads, self.width)
        scores = (query * key).sum(-1) / math.sqrt(self.width)
        scores = scores + self.distance.t()[bucket] + hidden.unsqueeze(-1)
        weights = scores.softmax(dim=1)
        answer = (weights.unsqueeze(-1) * value).sum(1).flatten(1)
        asked = self.norm1(asked + self.drop(self.out(answer)))
        return self.norm2(asked + self.drop(self.feed(asked))), weights.mean(-1)


class Judge(nn.Module):
    """Judges targets: status, temporality and experiencer from one reading of the sentence."""

    def __init__(
        self, hidden: int, cue_tags: int, *, size: int = 256, heads: int = 8, dropout: float = DROPOUT
    ) -> None:
        super().__init__()
        self.pieces = nn.Linear(hidden, size)
        self.cues = nn.Linear(cue_tags, size, bias=False)
        self.target = nn.Linear(3 * hidden, size)
        self.norm = nn.LayerNorm(size)
        self.blocks = nn.ModuleList(Block(size, heads, dropout) for _ in range(2))
        self.drop = nn.Dropout(dropout)
        self.status = nn.Linear(2 * size, len(STATUSES))
        self.temporality = nn.Linear(2 * size, len(TEMPORALITIES))
        self.experiencer = nn.Linear(2 * size, len(EXPERIENCERS))

    def forward(
        self, hidden: Tensor, mask: Tensor, cue_scores: Tensor, rows: Tensor, starts: Tensor, ends: Tensor
    ) -> Judgement:
        """Judge the pieces ``starts[i]:ends[i]`` of sentence ``rows[i]``; ``hidden`` (B, T, H), ``mask`` (B, T)."""
        positions = torch.arange(hidden.shape[1], device=hidden.device).unsqueeze(0)
        first, last = starts.unsqueeze(1), ends.unsqueeze(1) - 1
        inside = ((positions >= first) & (positions <= last)).to(hidden.dtype)
        before = (positions - first).clamp(-FAR, 0)
        after = (positions - last).clamp(0, FAR)
        bucket = before + after + FAR
        outside = (1.0 - mask.index_select(0, rows).to(hidden.dtype)) * -1e4
        # Pooled by a product over the batch's own rows, so that nothing of size (S, T, H) is gathered.
        pooled = torch.einsum("st,sth->sh", inside, hidden.index_select(0, rows)) / inside.sum(1, keepdim=True)
        edges = [hidden[rows, starts], hidden[rows, ends - 1]]
        asked = target = self.norm(self.target(torch.cat([pooled, *edges], dim=-1)))
        pieces = self.pieces(hidden) + self.cues(cue_scores.softmax(-1))
        attention = inside
        for block in self.blocks:
            asked, attention = block(asked, pieces, rows, bucket, outside)
        both = self.drop(torch.cat([asked, target], dim=-1))
        return Judgement(self.status(both), self.temporality(both), self.experiencer(both), attention)


class SentenceHead(nn.Module):
    """Labels a sentence from its attention-pooled pieces and its first vector."""

    def __init__(self, hidden: int, dropout: float = DROPOUT) -> None:
        super().__init__()
        self.score = nn.Linear(hidden, 1)
        self.mix = nn.Sequential(nn.Linear(2 * hidden, hidden), nn.GELU(), nn.Dropout(dropout))
        self.out = nn.Linear(hidden, len(SENTENCE_LABELS))

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Return (B, labels) scores."""
        weights = (self.score(hidden).squeeze(-1) + (1.0 - mask.to(hidden.dtype)) * -1e4).softmax(-1)
        pooled = torch.einsum("bt,bth->bh", weights, hidden)
        return self.out(self.mix(torch.cat([pooled, hidden[:, 0]], dim=-1)))  # type: ignore[no-any-return]


class ClinicalModel(nn.Module):
    """One encoder with every head."""

    def __init__(self, encoder: nn.Module, hidden: int, *, heads: Heads = ENGLISH, dropout: float = DROPOUT) -> None:
        super().__init__()
        self.encoder, self.heads = encoder, heads
        self.drop = nn.Dropout(dropout)
        self.tags = nn.ModuleDict({head: nn.Linear(hidden, len(tags_of(head))) for head in heads.trained})
        self.judge = Judge(hidden, len(tags_of("cues")), dropout=dropout)
        self.sentence = SentenceHead(hidden, dropout)

    def read(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return (B, T, H) piece vectors."""
        return self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state  # type: ignore[no-any-return]

    def forward(
        self, ids: Tensor, mask: Tensor, rows: Tensor, starts: Tensor, ends: Tensor
    ) -> tuple[dict[str, Tensor], Judgement, Tensor]:
        """Return tag scores per head (B, T, tags), the judgement of every target, and sentence scores (B, labels)."""
        hidden = self.drop(self.read(ids, mask))
        tags = {head: layer(hidden) for head, layer in self.tags.items()}
        judgement = self.judge(hidden, mask, tags["cues"].detach(), rows, starts, ends)
        return tags, judgement, self.sentence(hidden, mask)


def inner_of(model: ClinicalModel) -> Any:
    """Return the Hugging Face encoder of ``model``, whichever numbers reach it."""
    return getattr(model.encoder, "inner", model.encoder)


def thinned(model: ClinicalModel, layers: Sequence[int]) -> ClinicalModel:
    """Leave those ``layers`` of its encoder alone in ``model``, in that order, and return it."""
    inner = inner_of(model)
    every = inner.encoder.layer
    if list(layers) != list(range(len(every))):
        inner.encoder.layer = nn.ModuleList(every[number] for number in layers)
        inner.config.num_hidden_layers = len(layers)
    return model


def freeze(model: ClinicalModel, layers: int) -> None:
    """Keep the word vectors and the first ``layers`` of the encoder as they are; with 0 everything learns."""
    if layers:
        inner = inner_of(model)
        for part in (inner.embeddings, *inner.encoder.layer[:layers]):
            part.requires_grad_(requires_grad=False)


def layers_in(state: Mapping[str, Tensor]) -> int:
    """Return how many layers the encoder has whose weights ``state`` holds."""
    return 1 + max(int(found[1]) for name in state if (found := _LAYER.search(name)))


class OwnPieces(nn.Module):
    """An encoder with another numbering of the same word pieces: ours go in, its own reach it (MPNet)."""

    def __init__(self, inner: nn.Module, numbers: Tensor) -> None:
        super().__init__()
        self.inner = inner
        self.register_buffer("numbers", numbers, persistent=False)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Any:
        """Encode ``input_ids`` given in the numbering of the student's vocabulary."""
        return self.inner(input_ids=self.numbers[input_ids], attention_mask=attention_mask)  # type: ignore[index]

    def get_input_embeddings(self) -> nn.Module:
        """Return the word vectors, in the inner numbering."""
        return self.inner.get_input_embeddings()  # type: ignore[operator,no-any-return]


def piece_numbers(ours: Path, theirs: Path) -> Tensor:
    """Return, for each piece of the folder ``ours``, its number in ``theirs``; [CLS] and friends by their role."""
    mine, other = (Tokenizer.from_file(str(path / "tokenizer.json")) for path in (ours, theirs))
    roles = {"[PAD]": "<pad>", "[UNK]": "[UNK]", "[CLS]": "<s>", "[SEP]": "</s>", "[MASK]": "<mask>"}
    unknown = other.token_to_id("[UNK]")
    numbers = torch.full((mine.get_vocab_size(),), unknown, dtype=torch.long)
    for piece, number in mine.get_vocab().items():
        found = other.token_to_id(roles.get(piece, piece))
        numbers[number] = unknown if found is None else found
    return numbers


def build_encoder(folder: Path, *, ours: Path | None = None) -> tuple[nn.Module, int]:
    """Load the Hugging Face encoder in ``folder`` and return it with its hidden size.

    ``ours`` names the folder of the student's tokenizer where the encoder numbers the same pieces otherwise.
    """
    config: Any = AutoConfig.from_pretrained(folder)
    config.attention_probs_dropout_prob = 0.0
    config.hidden_dropout_prob = DROPOUT
    encoder = AutoModel.from_pretrained(folder, config=config, dtype=torch.float32, add_pooling_layer=False)
    if config.model_type == "mpnet":
        encoder = OwnPieces(encoder, piece_numbers(ours or folder, folder))
    return encoder, int(config.hidden_size)


def build_model(folder: Path, *, heads: Heads, ours: Path | None = None) -> ClinicalModel:
    """Build a model with ``heads`` over the encoder in ``folder``; the heads start at random."""
    encoder, hidden = build_encoder(folder, ours=ours)
    return ClinicalModel(encoder, hidden, heads=heads)
