"""A BiLSTM-CRF over words and their characters, as the Barcelona images serve one per type.

The layers are those of Ma and Hovy (2016, ACL, P16-1101): word vectors and a convolution over the characters of each
word, a bidirectional LSTM, and a CRF over BIO tags (Lample et al. 2016, NAACL, N16-1030). It needs torch and
numpy only.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

PAD, UNKNOWN = 0, 1
CHARACTERS = 20
"""Characters read of a word; the longest drug names have as many."""
_NEVER = -1e4
_CASES = 6


class Batch(NamedTuple):
    """Sentences as numbers: each different word once, and where in the sentences it stands."""

    words: Tensor  # (U,)
    characters: Tensor  # (U, CHARACTERS)
    cases: Tensor  # (U,)
    places: Tensor  # (B, T) into the above
    lengths: Tensor  # (B,), on the CPU


class Tagger(nn.Module):
    """Tags sentences; ``vocabulary`` and ``characters`` are numbered from 2, after padding and the unknown."""

    def __init__(self, tags: Sequence[str], vocabulary: Sequence[str], characters: str, size: int = 100):
        """Build the layers with random weights; ``size`` is that of a word vector."""
        super().__init__()
        self.tags, self.vocabulary, self.characters = list(tags), list(vocabulary), characters
        self._word_ids = {word: number for number, word in enumerate(vocabulary, 2)}
        self._character_ids = {character: number for number, character in enumerate(characters, 2)}
        self._known: dict[str, tuple[int, list[int], int]] = {}
        self.word_vectors = nn.Embedding(len(vocabulary) + 2, size, padding_idx=PAD)
        self.character_vectors = nn.Embedding(len(characters) + 2, 30, padding_idx=PAD)
        self.case_vectors = nn.Embedding(_CASES, 5)
        self.convolution = nn.Conv1d(30, 50, 3, padding=1)
        self.lstm = nn.LSTM(size + 50 + 5, 200, batch_first=True, bidirectional=True)
        self.scores = nn.Linear(400, len(tags))
        self.dropout = nn.Dropout(0.5)
        self.moves = nn.Parameter(torch.zeros(len(tags), len(tags)))
        self.first = nn.Parameter(torch.zeros(len(tags)))
        self.last = nn.Parameter(torch.zeros(len(tags)))
        inside = [tag.startswith("I-") for tag in tags]
        follows = [
            [not into or before[2:] == after[2:] for after, into in zip(tags, inside, strict=True)] for before in tags
        ]
        # A tag I- continues its own label and nothing else, in training and in reading alike.
        self.register_buffer("barred", torch.where(torch.tensor(follows), 0.0, _NEVER), persistent=False)
        self.register_buffer("barred_first", torch.where(torch.tensor(inside), _NEVER, 0.0), persistent=False)

    def batch(self, sentences: Sequence[Sequence[str]], *, hidden: frozenset[str] = frozenset()) -> Batch:
        """Return ``sentences`` as numbers; the words of ``hidden`` are given as unknown."""
        device = self.moves.device
        numbers: dict[str, int] = {}
        places = np.zeros((len(sentences), max(map(len, sentences))), np.int64)
        for row, sentence in zip(places, sentences, strict=True):
            row[: len(sentence)] = [numbers.setdefault(word, len(numbers)) for word in sentence]
        read = [self._read(word) for word in numbers]
        words = [UNKNOWN if word in hidden else known[0] for word, known in zip(numbers, read, strict=True)]
        return Batch(
            torch.tensor(words, device=device),
            torch.tensor([known[1] for known in read], device=device),
            torch.tensor([known[2] for known in read], device=device),
            torch.from_numpy(places).to(device),
            torch.tensor([len(sentence) for sentence in sentences]),
        )

    def _read(self, word: str) -> tuple[int, list[int], int]:
        if word not in self._known:
            ids = [self._character_ids.get(character, UNKNOWN) for character in word[:CHARACTERS]]
            padded = ids + [PAD] * (CHARACTERS - len(ids))
            self._known[word] = self._word_ids.get(normal(word), UNKNOWN), padded, _case(word)
        return self._known[word]

    def emissions(self, batch: Batch) -> Tensor:
        """Return the score of every tag at every word, (B, T, tags)."""
        characters = self.character_vectors(batch.characters).transpose(1, 2)
        spelled = torch.relu(self.convolution(characters)).amax(2)
        each = torch.cat([self.word_vectors(batch.words), spelled, self.case_vectors(batch.cases)], dim=1)
        packed = nn.utils.rnn.pack_padded_sequence(
            self.dropout(each[batch.places]), batch.lengths, batch_first=True, enforce_sorted=False
        )
        read, _ = nn.utils.rnn.pad_packed_sequence(self.lstm(packed)[0], batch_first=True)
        return self.scores(self.dropout(read))

    def loss(self, batch: Batch, tags: Tensor) -> Tensor:
        """Return the negative log-likelihood of ``tags`` (B, T), mean over the sentences."""
        emissions = self.emissions(batch)
        moves, first = self.moves + self.barred, self.first + self.barred_first
        mask = (torch.arange(tags.shape[1]) < batch.lengths[:, None]).to(tags.device)
        chosen = emissions.gather(2, tags[:, :, None])[:, :, 0] * mask
        steps = moves[tags[:, :-1], tags[:, 1:]] * mask[:, 1:]
        ends = tags.gather(1, (batch.lengths.to(tags.device) - 1)[:, None])[:, 0]
        gold = first[tags[:, 0]] + chosen.sum(1) + steps.sum(1) + self.last[ends]
        reached = first + emissions[:, 0]
        if tags.shape[1] > 1:
            reached = torch.logsumexp(reached[:, :, None] + _product(emissions[:, 1:], moves, mask[:, 1:]), 1)
        return (torch.logsumexp(reached + self.last, 1) - gold).mean()

    @torch.inference_mode()
    def tag(self, sentences: Sequence[Sequence[str]], *, size: int = 32) -> list[list[str]]:
        """Return the best tags of each sentence (Viterbi); ``size`` sentences of like length are read at once."""
        order = sorted(range(len(sentences)), key=lambda place: len(sentences[place]))
        answers: dict[int, list[str]] = {}
        for start in range(0, len(order), size):
            places = order[start : start + size]
            batch = self.batch([sentences[place] for place in places])
            best = self._best(self.emissions(batch).float().cpu(), batch.lengths)
            answers.update(zip(places, best, strict=True))
        return [answers[place] for place in range(len(sentences))]

    def _best(self, emissions: Tensor, lengths: Tensor) -> list[list[str]]:
        moves = (self.moves + self.barred).float().cpu()
        reached = (self.first + self.barred_first).float().cpu() + emissions[:, 0]
        ends, came = [reached], []
        for step in range(1, emissions.shape[1]):
            best, before = (reached[:, :, None] + moves).max(1)
            reached = best + emissions[:, step]
            ends.append(reached)
            came.append(before.numpy())
        last = self.last.float().cpu()
        return [self._path(i, int(n), (ends[n - 1][i] + last).argmax(), came) for i, n in enumerate(lengths.tolist())]

    def _path(self, row: int, length: int, end: Tensor, came: Sequence[Any]) -> list[str]:
        path = [int(end)]
        for before in reversed(came[: length - 1]):
            path.append(int(before[row, path[-1]]))
        return [self.tags[number] for number in reversed(path)]


def _product(emissions: Tensor, moves: Tensor, mask: Tensor) -> Tensor:
    """Return the log-sum over all ways through the words, (B, from, to), by halving: log2(T) steps instead of T."""
    still = torch.full_like(moves, _NEVER).fill_diagonal_(0.0)
    steps = torch.where(mask[:, :, None, None], moves + emissions[:, :, None, :], still)
    while steps.shape[1] > 1:
        if steps.shape[1] % 2:
            steps = torch.cat([steps, still.expand(len(steps), 1, -1, -1)], 1)
        steps = torch.logsumexp(steps[:, 0::2, :, :, None] + steps[:, 1::2, None, :, :], 3)
    return steps[:, 0]


def normal(word: str) -> str:
    """Return ``word`` as its vector is looked up: in lower case, and one word for all numbers."""
    return "0" if word.isdigit() else word.lower()


def _case(word: str) -> int:
    if not word[0].isalpha():
        return 0 if word[0].isdigit() else 1
    if word.islower():
        return 2
    if word.istitle():
        return 3
    return 4 if word.isupper() else 5


def save(tagger: Tagger, path: Path, **told: Any) -> None:
    """Write ``tagger`` to ``path``, in half precision, with what is to be ``told`` of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    weights = {name: weight.half().cpu() for name, weight in tagger.state_dict().items()}
    names = {"tags": tagger.tags, "vocabulary": tagger.vocabulary, "characters": tagger.characters}
    part = path.with_suffix(".part")
    torch.save({**names, "weights": weights, "told": told}, part)
    part.replace(path)


def load(path: Path) -> tuple[Tagger, dict[str, Any]]:
    """Return the tagger ``save`` wrote, ready to read, and what was told of it."""
    held = torch.load(path, map_location="cpu", weights_only=True)
    weights = {name: weight.float() for name, weight in held["weights"].items()}
    size = weights["word_vectors.weight"].shape[1]
    tagger = Tagger(held["tags"], held["vocabulary"], held["characters"], size)
    tagger.load_state_dict(weights)
    return tagger.eval(), held["told"]
