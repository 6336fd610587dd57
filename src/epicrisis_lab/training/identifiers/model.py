"""The tagger that finds identifiers: pieces and shapes of the words in, a tag for each word out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.engines.privacy.shapes import BEFORE, CODES

KINDS = tuple(IdentifierKind)
TAGS = 1 + 2 * len(KINDS)


@dataclass(frozen=True, slots=True)
class Shape:
    """How large the tagger is; ``reach`` is how many neighbours on each side a convolution sees."""

    vocabulary: int
    words: int = 64
    letters: int = 16
    spelled: int = 48
    size: int = 144
    heads: int = 4
    reach: int = 2
    dropout: float = 0.15


class Spelling(nn.Module):
    """A vector for how a word is written: three characters at a time, the strongest of each kind kept."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.letters = nn.Embedding(CODES, shape.letters, padding_idx=0)
        self.mix = nn.Linear(3 * shape.letters, shape.spelled)

    def forward(self, characters: Tensor) -> Tensor:
        """Return (B, T, S) for characters (B, T, C)."""
        letters = self.letters(characters)
        wide = functional.pad(letters, (0, 0, 1, 1))
        three = torch.cat([wide[:, :, :-2], letters, wide[:, :, 2:]], dim=-1)
        return functional.gelu(self.mix(three)).amax(dim=2)


class Neighbours(nn.Module):
    """What stands close by: a convolution over words, as one matrix, so that it ships in eight bits like the others.

    The graph is cut and joined by constants alone: what counts words first has it counted anew for every batch.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.reach = shape.reach
        self.mix = nn.Linear((2 * shape.reach + 1) * shape.size, shape.size)
        self.norm = nn.LayerNorm(shape.size)
        self.drop = nn.Dropout(shape.dropout)

    def forward(self, words: Tensor, inside: Tensor) -> Tensor:
        """Return (B, T, D); ``inside`` (B, T, 1) is 0 for padding."""
        own = words * inside
        wide = functional.pad(own, (0, 0, self.reach, self.reach))
        before = [wide[:, at : at - 2 * self.reach] for at in range(self.reach)]
        after = [wide[:, self.reach + at : at - self.reach or None] for at in range(1, self.reach + 1)]
        around = torch.cat([*before, own, *after], dim=-1)
        return self.norm(words + self.drop(functional.gelu(self.mix(around))))


class Looking(nn.Module):
    """What stands anywhere in the block: the same name again, or the heading that says whose number this is."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads, self.width = shape.heads, shape.size // shape.heads
        self.asked, self.out = nn.Linear(shape.size, 3 * shape.size), nn.Linear(shape.size, shape.size)
        self.norm1, self.norm2 = nn.LayerNorm(shape.size), nn.LayerNorm(shape.size)
        self.feed = nn.Sequential(
            nn.Linear(shape.size, 2 * shape.size),
            nn.GELU(),
            nn.Dropout(shape.dropout),
            nn.Linear(2 * shape.size, shape.size),
        )
        self.drop = nn.Dropout(shape.dropout)

    def forward(self, words: Tensor, inside: Tensor) -> Tensor:
        """Return (B, T, D); ``inside`` (B, T, 1) is 0 for padding."""
        query, key, value = (self._split(part) for part in self.asked(words).chunk(3, dim=-1))
        outside = (1.0 - inside.transpose(1, 2)).unsqueeze(1) * -1e4
        weights = (query @ key.transpose(2, 3) / math.sqrt(self.width) + outside).softmax(-1)
        words = self.norm1(words + self.drop(self.out((weights @ value).transpose(1, 2).flatten(2))))
        return self.norm2(words + self.drop(self.feed(words)))

    def _split(self, vectors: Tensor) -> Tensor:
        return vectors.unflatten(-1, (self.heads, self.width)).transpose(1, 2)


class IdentifierTagger(nn.Module):
    """Tags words with the kinds of identifiers, B- and I- of each."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.pieces = nn.Embedding(shape.vocabulary, shape.words)
        self.spelling = Spelling(shape)
        self.before = nn.Embedding(BEFORE, 8)
        self.joined = nn.Linear(shape.words + shape.spelled + 8, shape.size)
        self.near = nn.ModuleList(Neighbours(shape) for _ in range(2))
        self.far = Looking(shape)
        self.again = Neighbours(shape)
        self.drop = nn.Dropout(shape.dropout)
        self.tags = nn.Linear(shape.size, TAGS)

    def forward(self, pieces: Tensor, mask: Tensor, characters: Tensor, before: Tensor) -> Tensor:
        """Return (B, T, tags) scores for pieces (B, T, P), mask (B, T), characters (B, T, C) and gaps (B, T)."""
        return self.tagged(self.vectors(pieces, characters, before), mask)

    def vectors(self, pieces: Tensor, characters: Tensor, before: Tensor) -> Tensor:
        """Return (B, T, D): each word by itself, whatever its neighbours.

        Piece 0 is none: the vector of a word is the mean of those it has, and a word that has none is read by its
        letters alone.
        """
        have = (pieces > 0).to(self.tags.weight.dtype).unsqueeze(-1)
        known = (self.pieces(pieces) * have).sum(2) / have.sum(2).clamp(min=1.0)
        words = torch.cat([known, self.spelling(characters), self.before(before)], dim=-1)
        return functional.gelu(self.joined(words))

    def tagged(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return (B, T, tags) scores for the ``vectors`` (B, T, D) of words and their mask (B, T)."""
        inside = mask.to(vectors.dtype).unsqueeze(-1)
        words = vectors
        for layer in self.near:
            words = layer(words, inside)
        return self.tags(self.drop(self.again(self.far(words, inside), inside)))  # type: ignore[no-any-return]


def begin(shape: Shape, vectors: Tensor) -> IdentifierTagger:
    """Return a tagger whose pieces begin as the main directions of the (vocabulary, H) ``vectors`` of an encoder.

    Singular vectors, as in Lan et al. 2020 (ALBERT): what the encoder learnt of words nobody marked comes along.
    """
    tagger = IdentifierTagger(shape)
    left, singular, _ = torch.linalg.svd(vectors - vectors.mean(0), full_matrices=False)
    kept = left[:, : shape.words] * singular[: shape.words]
    with torch.no_grad():
        tagger.pieces.weight.copy_(kept / kept.std())
    return tagger
