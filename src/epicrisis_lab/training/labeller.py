"""The labeller: two thin layers that say what a sentence says as a whole, taught by the encoder that reads notes.

It begins as the lower layers of its teacher, made thinner: word vectors in ``LabellerConfig.words`` dimensions (their
singular vectors, as in Lan et al. 2020, ALBERT), and of each feed-forward layer the units that carry most (Sanh et al.
2019, DistilBERT; Voita et al. 2019 on pruning by weight). It is taught the teacher's probabilities of the sentence
label, and of the tag of every piece, so that it learns which words decide (Jiao et al. 2020, TinyBERT).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from epicrisis_lab.training.model import SentenceHead


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a labeller is; ``layers`` are the layers of the teacher it begins with."""

    words: int = 128
    hidden: int = 256
    feed: int = 768
    heads: int = 8
    layers: tuple[int, ...] = (0, 2)
    longest: int = 512


class Layer(nn.Module):
    """A transformer layer that normalises after each step, as BERT's do."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads, self.width = shape.heads, shape.hidden // shape.heads
        self.query, self.key, self.value = (nn.Linear(shape.hidden, shape.hidden) for _ in range(3))
        self.out = nn.Linear(shape.hidden, shape.hidden)
        self.norm1, self.norm2 = nn.LayerNorm(shape.hidden, 1e-12), nn.LayerNorm(shape.hidden, 1e-12)
        self.wide, self.narrow = nn.Linear(shape.hidden, shape.feed), nn.Linear(shape.feed, shape.hidden)

    def forward(self, hidden: Tensor, outside: Tensor) -> Tensor:
        """Return (B, T, H) vectors; ``outside`` (B, 1, 1, T) is what padding adds to the attention scores."""
        query, key, value = (self._split(each(hidden)) for each in (self.query, self.key, self.value))
        weights = (query @ key.transpose(2, 3) / math.sqrt(self.width) + outside).softmax(-1)
        seen = (weights @ value).transpose(1, 2).flatten(2)
        hidden = self.norm1(hidden + self.out(seen))
        return self.norm2(hidden + self.narrow(functional.gelu(self.wide(hidden))))  # type: ignore[no-any-return]

    def _split(self, vectors: Tensor) -> Tensor:
        return vectors.view(vectors.shape[0], vectors.shape[1], self.heads, self.width).transpose(1, 2)


class Labeller(nn.Module):
    """Pieces in, the label of the sentence out; while it is taught, the tags of every piece as well."""

    def __init__(self, shape: Shape, vocabulary: int, tags: int) -> None:
        super().__init__()
        self.words = nn.Embedding(vocabulary, shape.words)
        self.widen = nn.Linear(shape.words, shape.hidden, bias=False)
        self.places = nn.Parameter(torch.zeros(shape.longest, shape.hidden))
        self.norm = nn.LayerNorm(shape.hidden, 1e-12)
        self.layers = nn.ModuleList(Layer(shape) for _ in shape.layers)
        self.sentence = SentenceHead(shape.hidden, dropout=0.0)
        self.tags = nn.Linear(shape.hidden, tags)

    def read(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return (B, T, H) piece vectors."""
        hidden = self.norm(self.widen(self.words(ids)) + self.places[: ids.shape[1]])
        outside = (1.0 - mask.to(hidden.dtype))[:, None, None, :] * -1e4
        for layer in self.layers:
            hidden = layer(hidden, outside)
        return hidden  # type: ignore[no-any-return]

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return (B, labels) and (B, T, tags) scores."""
        hidden = self.read(ids, mask)
        return self.sentence(hidden, mask), self.tags(hidden)


def begin(shape: Shape, teacher: Mapping[str, Tensor]) -> Labeller:
    """Return a labeller made of the weights of ``teacher``, named as the shipped graph names them."""
    words = teacher["encoder.embeddings.word_embeddings.weight"]
    labeller = Labeller(shape, words.shape[0], teacher["tags.weight"].shape[0])
    kept = _heaviest(teacher, shape)
    left, singular, right = torch.linalg.svd(words[:, kept], full_matrices=False)
    state = labeller.state_dict()
    state["words.weight"] = left[:, : shape.words] * singular[: shape.words]
    state["widen.weight"] = right[: shape.words].t().contiguous()
    places = teacher["encoder.embeddings.position_embeddings.weight"][: shape.longest]
    state["places"] = (places + teacher["encoder.embeddings.token_type_embeddings.weight"][0])[:, kept]
    state["sentence.score.weight"] = teacher["sentence.score.weight"][:, kept]
    state["tags.weight"], state["tags.bias"] = teacher["tags.weight"][:, kept], teacher["tags.bias"]
    for kind in ("weight", "bias"):
        state[f"norm.{kind}"] = teacher[f"encoder.embeddings.LayerNorm.{kind}"][kept]
    for number, layer in enumerate(shape.layers):
        thinner = _layer(teacher, f"encoder.encoder.layer.{layer}.", kept, shape)
        state |= {f"layers.{number}.{name}": value for name, value in thinner.items()}
    labeller.load_state_dict(state)
    return labeller


def _heaviest(teacher: Mapping[str, Tensor], shape: Shape) -> Tensor:
    """Return which of the teacher's dimensions the labeller keeps: those its layers weigh most, in their order."""
    weight = sum(
        teacher[f"encoder.encoder.layer.{layer}.{part}.weight"].square().sum(0)
        for layer in shape.layers
        for part in ("attention.self.query", "attention.self.key", "attention.self.value", "intermediate.dense")
    )
    return torch.as_tensor(weight).topk(shape.hidden).indices.sort().values


def _layer(teacher: Mapping[str, Tensor], source: str, kept: Tensor, shape: Shape) -> dict[str, Tensor]:
    """Return a layer of the teacher with fewer dimensions, attention heads and feed-forward units."""
    out = teacher[f"{source}attention.output.dense.weight"]
    width = shape.hidden // shape.heads
    heads = out.square().sum(0).view(-1, width).sum(1).topk(shape.heads).indices.sort().values
    seen = (heads[:, None] * width + torch.arange(width)).flatten()
    wide, narrow = teacher[f"{source}intermediate.dense.weight"], teacher[f"{source}output.dense.weight"]
    units = (wide.norm(dim=1) * narrow.norm(dim=0)).topk(shape.feed).indices.sort().values
    layer = {
        "out.weight": out[kept][:, seen],
        "out.bias": teacher[f"{source}attention.output.dense.bias"][kept],
        "wide.weight": wide[units][:, kept],
        "wide.bias": teacher[f"{source}intermediate.dense.bias"][units],
        "narrow.weight": narrow[kept][:, units],
        "narrow.bias": teacher[f"{source}output.dense.bias"][kept],
    }
    for part in ("query", "key", "value"):
        layer[f"{part}.weight"] = teacher[f"{source}attention.self.{part}.weight"][seen][:, kept]
        layer[f"{part}.bias"] = teacher[f"{source}attention.self.{part}.bias"][seen]
    for ours, theirs in (("norm1", "attention.output.LayerNorm"), ("norm2", "output.LayerNorm")):
        layer |= {f"{ours}.{kind}": teacher[f"{source}{theirs}.{kind}"][kept] for kind in ("weight", "bias")}
    return layer
