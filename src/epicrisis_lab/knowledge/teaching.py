"""Teaches what findings sound like over an encoder of sentences that stays as it is; packs both as ``models/findings``.

all-MiniLM-L6-v2 (Wang et al. 2020; Reimers and Gurevych 2019) gives every clause a vector once. On top of those are
taught: a linear map, one vector a finding that begins as the mean of its clauses, cosine scores with a learnt scale
(cross entropy, smoothed labels), and a small layer that says whether a clause tells that the finding is there. One
clause a finding is held out: it chooses the temperature, and tells how good the others were.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoModel

from epicrisis.engines.artifacts import CARD
from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.engines.differential.likeness import GRAPH, TOKENIZER
from epicrisis_lab.knowledge.clauses import Clause, teaching
from epicrisis_lab.training.bases import base_folder
from epicrisis_lab.training.export import export_module, quantise_weights

BASE, LANGUAGE = "minilm", "en"
ROWS, RATE, SMOOTHING, DROPOUT = 128, 1e-3, 0.1, 0.1
LONGEST = 32
THRESHOLD = 0.5
Say = Callable[[str], None]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is taught: clauses as pieces, the number of the finding each tells, and whether it is there."""

    findings: Sequence[str]
    pieces: Sequence[Sequence[int]]
    number: NDArray[np.int64]
    present: NDArray[np.float32]
    held_out: Places
    taught: Places


class Head(nn.Module):
    """Scores vectors of clauses: a linear map, one vector a finding, and whether a clause says that it is there."""

    def __init__(self, findings: int, width: int = 384) -> None:
        super().__init__()
        self.map = nn.Parameter(torch.zeros(width, width))
        self.vectors = nn.Parameter(torch.zeros(findings, width))
        self.polar = nn.Sequential(nn.Dropout(0.2), nn.Linear(width, 128), nn.GELU(), nn.Linear(128, 1))
        self.scale = nn.Parameter(torch.tensor(3.0))

    def forward(self, clause: Tensor) -> tuple[Tensor, Tensor]:
        """Return (B, findings) scores of (B, width) vectors, and (B,) how much each says that it is there."""
        mapped = functional.normalize(clause + clause @ self.map, dim=-1)
        return mapped @ functional.normalize(self.vectors, dim=-1).T * self.scale.exp(), self.polar(clause).squeeze(-1)


class Graph(nn.Module):
    """What ships: pieces in, scores and polarity out; the vectors of the findings are one matrix."""

    def __init__(self, encoder: nn.Module, head: Head) -> None:
        super().__init__()
        self.encoder, self.map, self.polar = encoder, head.map, head.polar
        self.findings = nn.Linear(head.vectors.shape[1], head.vectors.shape[0], bias=False)
        self.findings.weight = nn.Parameter(functional.normalize(head.vectors, dim=-1) * head.scale.exp())

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return (B, findings) scores, and (B,) how much each clause says that it is there."""
        clause = embedded(self.encoder, ids, mask)
        mapped = functional.normalize(clause + clause @ self.map, dim=-1)
        return self.findings(mapped), self.polar(clause).squeeze(-1)


def embedded(encoder: nn.Module, ids: Tensor, mask: Tensor) -> Tensor:
    """Return one vector a clause: the mean of its pieces."""
    hidden: Tensor = encoder(input_ids=ids, attention_mask=mask).last_hidden_state
    weight = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weight).sum(1) / weight.sum(1)


def teach(out: Path, *, epochs: int, seed: int, say: Say) -> dict[str, float]:
    """Teach, export to the folder ``out`` with its card, and return the figures on the clauses held out."""
    folder = base_folder(BASE)
    random.seed(seed)
    torch.manual_seed(seed)
    lesson = _lesson(teaching(knowledge_base(), LANGUAGE), Tokenizer.from_file(str(folder / TOKENIZER)), seed)
    encoder = AutoModel.from_pretrained(str(folder)).eval()
    vectors = _vectors(encoder, lesson)
    say(f"{len(vectors)} clauses of {len(lesson.findings)} findings")
    head = _begun(lesson, vectors)
    _train(head, lesson, vectors, epochs=epochs, say=say)
    temperature, figures = _measured(head, lesson, vectors)
    _ship(Graph(encoder, head), lesson, folder, out, temperature, figures)
    return figures


def _lesson(clauses: Sequence[Clause], tokenizer: Tokenizer, seed: int) -> Lesson:
    tokenizer.no_padding()
    tokenizer.no_truncation()
    findings = sorted({each.finding for each in clauses})
    place = {name: number for number, name in enumerate(findings)}
    number = np.array([place[each.finding] for each in clauses])
    by: dict[int, list[int]] = {}
    for at, each in enumerate(clauses):
        if not each.is_name:
            by.setdefault(int(number[at]), []).append(at)
    draw = random.Random(seed)
    held_out = np.array([draw.choice(own) for own in by.values() if len(own) > 2])
    return Lesson(
        findings,
        [tokenizer.encode(each.text).ids[:LONGEST] for each in clauses],
        number,
        np.array([each.present for each in clauses], np.float32),
        held_out,
        np.setdiff1d(np.arange(len(clauses)), held_out),
    )


def _batch(lesson: Lesson, rows: Places) -> tuple[Tensor, Tensor]:
    longest = max(len(lesson.pieces[row]) for row in rows)
    ids, mask = np.zeros((len(rows), longest), np.int64), np.zeros((len(rows), longest), np.int64)
    for at, row in enumerate(rows):
        pieces = lesson.pieces[row]
        ids[at, : len(pieces)], mask[at, : len(pieces)] = pieces, 1
    return torch.from_numpy(ids), torch.from_numpy(mask)


@torch.no_grad()
def _vectors(encoder: nn.Module, lesson: Lesson) -> Tensor:
    """Return the vector of every clause, those about as long together."""
    vectors = torch.zeros(len(lesson.pieces), 384)
    ordered = np.argsort(np.array([len(each) for each in lesson.pieces]))
    for rows in np.array_split(ordered, max(1, len(ordered) // 128)):
        vectors[torch.from_numpy(rows)] = embedded(encoder, *_batch(lesson, rows))
    return vectors


def _begun(lesson: Lesson, vectors: Tensor) -> Head:
    """Return a head in which each finding is the mean of the clauses that say it is there."""
    head = Head(len(lesson.findings))
    rows = torch.from_numpy(lesson.taught[lesson.present[lesson.taught] > 0])
    with torch.no_grad():
        number = torch.from_numpy(lesson.number)[rows]
        head.vectors.index_add_(0, number, functional.normalize(vectors[rows], dim=-1))
        head.vectors.copy_(functional.normalize(head.vectors, dim=-1))
    return head


def _train(head: Head, lesson: Lesson, vectors: Tensor, *, epochs: int, say: Say) -> None:
    taught, number, present = (torch.from_numpy(each) for each in (lesson.taught, lesson.number, lesson.present))
    groups = [
        {"params": [head.map], "weight_decay": 0.05, "lr": RATE},
        {"params": [head.vectors], "lr": 2 * RATE},
        {"params": [head.scale, *head.polar.parameters()], "lr": RATE},
    ]
    optimizer = torch.optim.AdamW(groups)
    steps = epochs * (len(taught) // ROWS + 1) + 1
    rates = [RATE, 2 * RATE, RATE]
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=steps, pct_start=0.1)
    for epoch in range(epochs):
        head.train()
        for rows in taught[torch.randperm(len(taught))].split(ROWS):
            scores, polar = head(functional.dropout(vectors[rows], DROPOUT))
            loss = functional.cross_entropy(scores, number[rows], label_smoothing=SMOOTHING)
            loss = loss + 0.5 * functional.binary_cross_entropy_with_logits(polar, present[rows])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
        say(f"epoch {epoch + 1} of {epochs}: {_measured(head, lesson, vectors)[1]}")


@torch.no_grad()
def _measured(head: Head, lesson: Lesson, vectors: Tensor) -> tuple[float, dict[str, float]]:
    """Return the temperature that fits the clauses held out best, and how well they are found."""
    head.eval()
    scores, polar = head(vectors[torch.from_numpy(lesson.held_out)])
    number = torch.from_numpy(lesson.number[lesson.held_out])
    candidates = [round(0.3 + 0.05 * step, 2) for step in range(44)]
    losses = [float(functional.cross_entropy(scores / candidate, number)) for candidate in candidates]
    temperature = candidates[int(np.argmin(losses))]
    shares = functional.softmax(scores / temperature, dim=-1)
    sure, best = shares.max(1)
    rank = (scores >= scores.gather(1, number[:, None])).sum(1)
    kept = sure >= THRESHOLD
    figures = {
        "held_out.top_1": float((rank == 1).float().mean()),
        "held_out.top_5": float((rank <= 5).float().mean()),
        "held_out.coverage": float(kept.float().mean()),
        "held_out.polarity": float(
            ((polar > 0) == torch.from_numpy(lesson.present[lesson.held_out] > 0)).float().mean()
        ),
        "held_out.precision": float((best == number)[kept].float().mean()) if bool(kept.any()) else 0.0,
    }
    return temperature, {name: round(value, 3) for name, value in figures.items()}


def _ship(graph: Graph, lesson: Lesson, base: Path, out: Path, temperature: float, figures: dict[str, float]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    ids = torch.randint(1000, 2000, (3, 9))
    rows = {0: "rows", 1: "pieces"}
    export_module(
        graph.eval(),
        (ids, torch.ones_like(ids)),
        out / GRAPH,
        ["ids", "mask"],
        {"findings": {0: "rows"}, "present": {0: "rows"}},
        {"ids": rows, "mask": rows},
    )
    quantise_weights(out / GRAPH)
    content = json.loads((base / TOKENIZER).read_text(encoding="utf-8")) | {"truncation": None, "padding": None}
    (out / TOKENIZER).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    files = {name: (out / name).read_bytes() for name in (GRAPH, TOKENIZER)}
    card = {
        "name": "findings",
        "version": "1.0.0",
        "summary": "Finds what clauses of English notes tell in words of their own, by sentences that tell the same.",
        "languages": [LANGUAGE],
        "licence": "Apache-2.0; made from all-MiniLM-L6-v2 (Apache-2.0)",
        "trained_on": ["clauses written for this package by a language model, some ten a finding"],
        "limits": [
            "Its clauses were written and not collected: how patients really speak is more varied.",
            "It tells one finding a clause. A clause that tells none may be taken for one.",
            "Laboratory results and studies are not among its findings.",
        ],
        "scores": figures,
        "labels": {"findings": list(lesson.findings)},
        "temperatures": {"finding": temperature},
        "thresholds": {"probability": THRESHOLD},
        "sizes": {name: len(content) for name, content in files.items()},
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    part = out / f"{CARD}.part"
    part.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    shutil.move(part, out / CARD)
