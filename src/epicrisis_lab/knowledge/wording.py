"""Teaches the engine of wording: a network over vectors of clauses, on cases drawn from the knowledge base.

The encoder of clauses stays as it ships. What is drawn is told in clauses that taught the encoder; how good the network
is, and the temperature its scores are divided by, is seen on cases told in clauses that were held out from both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from epicrisis.engines.artifacts import CARD
from epicrisis.engines.differential.knowledge.base import KnowledgeBase
from epicrisis.engines.differential.knowledge.reading import LANGUAGES, knowledge_base
from epicrisis.engines.differential.likeness import GRAPH, SHIPPED, Likeness
from epicrisis.engines.differential.said import CONDITIONS, ENCODER, FOLDER, HEADS, PERSON, UNTOLD_BAND
from epicrisis_lab.codes.packing import write
from epicrisis_lab.knowledge.drawn import Drawn, drawn, said

HIDDEN, ROWS, RATE, SMOOTHING, DROPOUT = 256, 256, 2e-3, 0.02, 0.1
# Vectors are shaken a little, and one statement in ten is not shown.
_SHAKEN, _LEFT_OUT = 0.02, 0.1
_KEPT = 4_000
_AT_ONCE = 512
Say = Callable[[str], None]


class Network(nn.Module):
    """What ``Head`` of the engine computes, so that it can be taught."""

    def __init__(self, width: int, conditions: int) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(width, HIDDEN), nn.Linear(HIDDEN, HIDDEN)
        self.even = nn.LayerNorm(HIDDEN)
        self.c = nn.Linear(HIDDEN + PERSON, conditions + 1)

    def forward(self, statements: Tensor, cases: Tensor, person: Tensor) -> Tensor:
        """Return (R, conditions + 1) scores of R cases; statement n of (N, width) belongs to case ``cases[n]``."""
        hidden = functional.relu(self.b(functional.relu(self.a(statements))))
        added = torch.zeros(len(person), HIDDEN).index_add(0, cases, hidden)
        told = functional.dropout(self.even(added), DROPOUT, self.training)
        scores: Tensor = self.c(torch.cat([told, person], dim=-1))
        return scores

    def weights(self) -> Mapping[str, NDArray[np.float16]]:
        """Return the weights by the names ``Head`` knows them by."""
        layers = {"a": self.a, "b": self.b, "c": self.c}
        told = {name: layer.weight.T for name, layer in layers.items()}
        told |= {f"{name}_bias": layer.bias for name, layer in layers.items()}
        told |= {"scale": self.even.weight, "shift": self.even.bias}
        return {name: each.detach().numpy().astype(np.float16) for name, each in told.items()}


def teach(out: Path, *, cases: int, epochs: int, seed: int, say: Say) -> dict[str, float]:
    """Teach a head of each language, write them to the folder ``out`` with their card, and return their figures."""
    base, arrays, figures, temperatures = knowledge_base(), dict[str, NDArray[np.generic]](), dict[str, float](), {}
    for language in LANGUAGES:
        reader = SHIPPED[language]()
        network, measured, temperature = _taught(base, reader, language, cases, epochs, seed, say)
        arrays |= {f"{language}.{name}": each for name, each in network.weights().items()}
        arrays[f"{language}.{ENCODER}"] = np.array(reader.card.sha256[GRAPH])
        temperatures[language] = temperature
        figures |= {f"{language}.drawn.{name}": value for name, value in measured.items()}
    _ship(base, arrays, figures, temperatures, cases, out)
    return figures


def _taught(
    base: KnowledgeBase, reader: Likeness, language: str, cases: int, epochs: int, seed: int, say: Say
) -> tuple[Network, dict[str, float], float]:
    torch.manual_seed(seed)
    told, kept = (said(base, language, kept=each) for each in (False, True))
    shown, aside = drawn(base, told, cases, seed), drawn(base, kept, _KEPT, seed + 1)
    heard = _heard(reader, [*told.words, *kept.words])
    vectors, other = (torch.from_numpy(np.stack([heard[each] for each in of.words])) for of in (told, kept))
    say(f"{language}: {cases} cases of {len(shown.cases)} statements")
    network = Network(vectors.shape[1], len(base.conditions))
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.01)
    steps = epochs * -(-cases // ROWS)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps + 1, pct_start=0.1)
    starts = np.searchsorted(shown.cases, np.arange(cases + 1))
    for epoch in range(epochs):
        network.train()
        for rows in torch.randperm(cases).split(ROWS):
            scores, conditions = _asked(network, shown, vectors, rows.numpy(), starts)
            loss = functional.cross_entropy(scores, conditions, label_smoothing=SMOOTHING)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
        say(f"{language}, epoch {epoch + 1} of {epochs}: {_measured(network, aside, other)[0]}")
    return network, *_measured(network, aside, other)


def _heard(reader: Likeness, words: Sequence[str]) -> Mapping[str, NDArray[np.float32]]:
    """Return the vector of each of ``words``, read once."""
    once = list(dict.fromkeys(words))
    parts = [reader.vectors(once[at : at + _AT_ONCE]) for at in range(0, len(once), _AT_ONCE)]
    return dict(zip(once, np.vstack(parts), strict=True))


def _asked(
    network: Network, cases: Drawn, vectors: Tensor, rows: NDArray[np.intp], starts: NDArray[np.intp]
) -> tuple[Tensor, Tensor]:
    """Return the scores of the cases ``rows``, and the conditions that are right."""
    places = np.concatenate([np.arange(starts[row], starts[row + 1]) for row in rows])
    of = np.repeat(np.arange(len(rows)), starts[rows + 1] - starts[rows])
    if network.training:
        shown = torch.rand(len(places)).numpy() >= _LEFT_OUT
        places, of = places[shown], of[shown]
    statements = vectors[cases.words[places]]
    if network.training:
        statements += _SHAKEN * torch.randn_like(statements)
    side = torch.from_numpy(cases.sides[places])
    statements[:, -1] = torch.where(side == 0, torch.tanh(statements[:, -1]), side)
    person = torch.zeros(len(rows), PERSON)
    person[torch.arange(len(rows)), torch.from_numpy(cases.bands[rows])] = 1.0
    person[torch.arange(len(rows)), UNTOLD_BAND + 1 + torch.from_numpy(cases.sexes[rows])] = 1.0
    return network(statements, torch.from_numpy(of), person), torch.from_numpy(cases.conditions[rows])


@torch.no_grad()
def _measured(network: Network, cases: Drawn, vectors: Tensor) -> tuple[dict[str, float], float]:
    """Return how often the condition is among the first, and the temperature that fits ``cases`` best."""
    network.eval()
    many = len(cases.conditions)
    starts = np.searchsorted(cases.cases, np.arange(many + 1))
    scores, conditions = _asked(network, cases, vectors, np.arange(many), starts)
    candidates = [round(0.5 + 0.05 * step, 2) for step in range(41)]
    losses = [float(functional.cross_entropy(scores / each, conditions)) for each in candidates]
    ranks = (scores >= scores.gather(1, conditions[:, None])).sum(dim=1)
    figures = {f"top_{top}": round(float((ranks <= top).float().mean()), 3) for top in (1, 3, 5)}
    return figures, candidates[int(np.argmin(losses))]


def _ship(
    base: KnowledgeBase,
    arrays: Mapping[str, NDArray[np.generic]],
    figures: Mapping[str, float],
    temperatures: Mapping[str, float],
    cases: int,
    out: Path,
) -> None:
    out.mkdir(parents=True, exist_ok=True)
    card = {
        "name": FOLDER,
        "version": "1.0.0",
        "summary": "Ranks the conditions of the knowledge base by a network over vectors of what is said of a patient.",
        "languages": list(LANGUAGES),
        "licence": "Apache-2.0",
        "trained_on": [
            f"{cases} cases a language, drawn from the knowledge base and told in clauses written by a language model"
        ],
        "limits": [
            "It knows what the knowledge base knows, less exactly, and hears what has no name there.",
            "Its cases are drawn and told in single clauses: how patients really speak is more varied.",
            "A statement moves a score by what the score loses without it. It may lower a condition it goes with.",
            "It does not count severity, and knows no time: what was and what is are one.",
            "It has never been tried on patients: it supports a clinician, and is no diagnosis.",
        ],
        "scores": dict(figures),
        "temperatures": dict(temperatures),
        "sha256": {},
    }
    (out / CARD).write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    write({CONDITIONS: np.array(list(base.conditions)), **arrays}, out, HEADS)
