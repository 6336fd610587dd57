"""``epicrisis-lab train relations``: what joins a dose to its drug and a value to its test, from corpora to weights.

A conditional random field over the attributes of a text, whose labels are the heads near each (Lafferty, McCallum and
Pereira 2001), fitted by Adam over all texts at once (Kingma and Ba 2015). Nothing is drawn: a run gives the same file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.relations.chains import FILE, KINDS
from epicrisis_lab.corpora.catalogue import trainable
from epicrisis_lab.corpora.linked import Linked, invented, linked
from epicrisis_lab.corpora.reading import load_rows
from epicrisis_lab.errors import MissingData

RELATIONS = "relations"
# Under the data folder; the dev files beside them are what `evaluate relations` scores.
CORPORA = {
    "maccrobat2020": "ner_en/maccrobat2020/train.jsonl.gz",
    "mtsamples_status": "assertion/mtsamples_status/train.sentences.jsonl.gz",
    "phee": "ner_en/phee/train.jsonl.gz",
}
# What one text of a corpus counts: dictated notes are what we read most, and there are the fewest of them.
_WORTH = {"maccrobat2020": 1.0, "mtsamples_status": 2.0, "invented": 3.0, "phee": 0.5}
_STEPS = 400
_RATE, _MEAN, _SQUARE, _SMALL = 0.05, 0.9, 0.999, 1e-8
# The strength of the Gaussian prior on each weight.
_PRIOR = 1.0
# Weights below this change nothing, and are left out of the file.
_LEAST = 0.02
_NEVER = -1e9

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Sparse:
    """Which features each cell of a table has: ``cells[i]`` has the feature ``features[i]``."""

    cells: Ints
    features: Ints
    size: int

    def scores(self, weights: Floats) -> Floats:
        scores: Floats = np.bincount(self.cells, weights=weights[self.features], minlength=self.size).astype(np.float64)
        return scores

    def totals(self, shares: Floats, count: int) -> Floats:
        totals: Floats = np.bincount(self.features, weights=shares[self.cells], minlength=count).astype(np.float64)
        return totals


def relations_file() -> Path:
    """Return the file that ships, beside the code that reads it."""
    return Path(str(files("epicrisis.engines.extraction.relations"))) / FILE


def train_relations(root: Path | None, out: Path) -> dict[str, int]:
    """Learn from the corpora under ``root``, write ``out``, and return how many weights each kind has.

    Raises:
        MissingData: there is no folder of corpora.
        NotTrainable: the terms of a corpus keep it out of shipped weights.
        UnreadableFile: a corpus is not there.
    """
    if root is None:
        raise MissingData
    texts = [*invented()]
    for name, part in CORPORA.items():
        trainable(name)
        texts += [told for row in load_rows([root / part]).rows for told in linked(row)]
    tables = {kind: weights_of_texts([text for text in texts if text.kind == kind]) for kind in KINDS}
    out.write_text(as_toml(tables), encoding="utf-8")
    return {kind: len(weights) for kind, weights in tables.items()}


def weights_of_texts(texts: Sequence[Linked]) -> Mapping[str, float]:
    """Return the weight of each feature that is seen in ``texts``."""
    field = _Field(texts)
    weights = field.fitted()
    return {
        name: round(float(weight), 3)
        for name, weight in sorted(zip(field.names, weights, strict=True))
        if abs(weight) >= _LEAST
    }


def as_toml(tables: Mapping[str, Mapping[str, float]]) -> str:
    """Return the file that ships."""
    lines = [
        "# What speaks for an attribute to belong to a head, by what is seen of the two: pairs.py names what is seen.",
        "# Written by `epicrisis-lab train relations`; weights of a conditional random field, read by chains.py.",
        f'source = "fitted by epicrisis on the training parts of {", ".join(sorted(CORPORA))}, and invented sentences"',
    ]
    for kind, weights in tables.items():
        lines += ["", f"[{kind}]", *(f'"{name}" = {weight}' for name, weight in weights.items())]
    return "\n".join(lines) + "\n"


class _Field:
    """All texts as tables: a row per attribute, a column per head it may belong to, the last one for none."""

    def __init__(self, texts: Sequence[Linked]) -> None:
        self.names: list[str] = []
        self._numbers: dict[str, int] = {}
        chains = [_chain(text) for text in texts]
        self._width = max(len(heads) for chain in chains for heads in chain) + 1
        lengths = [len(chain) for chain in chains]
        starts = np.cumsum([0, *lengths])
        self._size = int(starts[-1])
        self._worth = np.concatenate(
            [np.full(length, _WORTH.get(text.source, 1.0)) for text, length in zip(texts, lengths, strict=True)]
        )
        self._open = np.full((self._size, self._width), _NEVER)
        self._gold = np.zeros(self._size, dtype=np.int64)
        self._first = starts[:-1]
        self._lengths = np.array(lengths)
        pairs: list[tuple[int, int]] = []
        steps: list[tuple[int, int]] = []
        for text, chain, start in zip(texts, chains, starts, strict=False):
            self._lay_out(text, chain, int(start), pairs, steps)
        self._pairs = _sparse(pairs, self._size * self._width)
        self._steps = _sparse(steps, self._size * self._width * self._width)

    def fitted(self) -> Floats:
        """Return the weights under which the gold heads are likeliest, less the prior."""
        weights = np.zeros(len(self.names))
        mean, square = np.zeros_like(weights), np.zeros_like(weights)
        for step in range(1, _STEPS + 1):
            slope = self._slope(weights) - _PRIOR * weights
            mean = _MEAN * mean + (1 - _MEAN) * slope
            square = _SQUARE * square + (1 - _SQUARE) * slope**2
            weights = weights + _RATE * (mean / (1 - _MEAN**step)) / (np.sqrt(square / (1 - _SQUARE**step)) + _SMALL)
        return weights

    def _lay_out(
        self,
        text: Linked,
        chain: Sequence[tuple[int, ...]],
        start: int,
        pairs: list[tuple[int, int]],
        steps: list[tuple[int, int]],
    ) -> None:
        layout, width = text.layout, self._width
        for place, heads in enumerate(chain):
            row, attribute = start + place, layout.attributes[place]
            self._open[row, : len(heads)] = 0
            self._open[row, -1] = 0
            self._gold[row] = _gold(text, place, heads, width)
            for column, head in enumerate(heads):
                pairs += self._numbered(row * width + column, layout.pair(head, attribute))
            pairs += self._numbered(row * width + width - 1, layout.alone(attribute, heads))
        for place, (ones, others) in enumerate(pairwise(chain), 1):
            one, other = layout.attributes[place - 1 : place + 1]
            for before, head in enumerate(ones):
                for column, number in enumerate(others):
                    cell = ((start + place) * width + before) * width + column
                    steps += self._numbered(cell, layout.step(head, number, one, other))

    def _numbered(self, cell: int, names: Iterable[str]) -> list[tuple[int, int]]:
        found = []
        for name in names:
            if name not in self._numbers:
                self._numbers[name] = len(self.names)
                self.names.append(name)
            found.append((cell, self._numbers[name]))
        return found

    def _slope(self, weights: Floats) -> Floats:
        """Return how the log-likelihood changes with each weight: what is seen, less what is expected."""
        width = self._width
        pairs = self._pairs.scores(weights).reshape(self._size, width) + self._open
        steps = self._steps.scores(weights).reshape(self._size, width, width)
        ahead, behind = self._forward(pairs, steps), self._backward(pairs, steps)
        whole = np.empty(self._size)
        for first, length in zip(self._first, self._lengths, strict=True):
            whole[first : first + length] = _log_sum(ahead[first + length - 1], axis=-1)
        shares = np.exp(ahead + behind - whole[:, None])
        seen = np.zeros_like(shares)
        seen[np.arange(self._size), self._gold] = 1
        slope = self._pairs.totals(((seen - shares) * self._worth[:, None]).ravel(), len(weights))
        later = np.setdiff1d(np.arange(self._size), self._first)
        both = np.zeros_like(steps)
        both[later, self._gold[later - 1], self._gold[later]] = 1
        both[later] -= np.exp(
            ahead[later - 1][:, :, None] + steps[later] + (pairs + behind)[later][:, None, :] - whole[later, None, None]
        )
        return slope + self._steps.totals((both * self._worth[:, None, None]).ravel(), len(weights))

    def _forward(self, pairs: Floats, steps: Floats) -> Floats:
        ahead = pairs.copy()
        for at in range(1, int(self._lengths.max())):
            rows = self._first[self._lengths > at] + at
            ahead[rows] += _log_sum(ahead[rows - 1][:, :, None] + steps[rows], axis=1)
        return ahead

    def _backward(self, pairs: Floats, steps: Floats) -> Floats:
        behind = np.zeros_like(pairs)
        for at in range(int(self._lengths.max()) - 1, 0, -1):
            rows = self._first[self._lengths > at] + at
            behind[rows - 1] = _log_sum(steps[rows] + (pairs[rows] + behind[rows])[:, None, :], axis=2)
        return behind


def _chain(text: Linked) -> list[tuple[int, ...]]:
    return [text.layout.candidates(attribute) for attribute in text.layout.attributes]


def _gold(text: Linked, place: int, heads: Sequence[int], width: int) -> int:
    """Return the column of the gold head; of several that share the attribute the nearest: ``sharing.py`` adds them."""
    span = text.layout.attributes[place].span
    own = [column for column, head in enumerate(heads) if head in text.heads[place]]
    return min(own, key=lambda column: _apart(text.layout.heads[heads[column]], span), default=width - 1)


def _apart(one: Span, other: Span) -> int:
    return max(one.start - other.end, other.start - one.end)


def _sparse(pairs: Sequence[tuple[int, int]], size: int) -> _Sparse:
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return _Sparse(table[:, 0], table[:, 1], size)


def _log_sum(values: Floats, axis: int) -> Floats:
    most = values.max(axis=axis, keepdims=True)
    total: Floats = np.log(np.exp(values - most).sum(axis=axis)) + most.squeeze(axis)
    return total
