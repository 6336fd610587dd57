"""Teaches an encoder of sentences what findings sound like, and packs it as ``models/findings``.

all-MiniLM-L6-v2 (Wang et al. 2020; Reimers and Gurevych 2019), one vector a finding that begins as the mean of its
sentences, cosine scores with a learnt scale, cross entropy with smoothed labels, and a second answer: whether the
clause says that the finding is there. One clause a finding is held out: it chooses the temperature, and tells how good
the others were.
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
ROWS, RATE, HEAD_RATE, SMOOTHING = 96, 1.2e-4, 2e-3, 0.05
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


class Taught(nn.Module):
    """The encoder, one vector a finding, and whether a clause says that it is there."""

    def __init__(self, encoder: nn.Module, findings: int, width: int = 384) -> None:
        super().__init__()
        self.encoder = encoder
        self.vectors = nn.Parameter(torch.randn(findings, width) * 0.05)
        self.polar = nn.Linear(width, 1)
        self.scale = nn.Parameter(torch.tensor(3.0))

    def embedded(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return one vector a clause: the mean of its pieces."""
        hidden: Tensor = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        weight = mask.unsqueeze(-1).to(hidden.dtype)
        return (hidden * weight).sum(1) / weight.sum(1)

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return (B, findings) scores, and (B,) how much each says that it is there."""
        clause = self.embedded(ids, mask)
        near = functional.normalize(clause, dim=-1) @ functional.normalize(self.vectors, dim=-1).T
        return near * self.scale.exp(), self.polar(clause).squeeze(-1)


def teach(out: Path, *, epochs: int, seed: int, say: Say) -> dict[str, float]:
    """Teach, export to the folder ``out`` with its card, and return the figures on the clauses held out."""
    folder = base_folder(BASE)
    random.seed(seed)
    torch.manual_seed(seed)
    lesson = _lesson(teaching(knowledge_base(), LANGUAGE), Tokenizer.from_file(str(folder / TOKENIZER)), seed)
    model = Taught(AutoModel.from_pretrained(str(folder)), len(lesson.findings))
    _begin(model, lesson)
    _train(model, lesson, epochs=epochs, say=say)
    temperature, figures = _measured(model, lesson)
    _ship(model, lesson, folder, out, temperature, figures)
    return figures


def _lesson(clauses: Sequence[Clause], tokenizer: Tokenizer, seed: int) -> Lesson:
    tokenizer.no_padding()
    tokenizer.no_truncation()
    findings = sorted({each.finding for each in clauses})
    place = {name: number for number, name in enumerate(findings)}
    number = np.array([place[each.finding] for each in clauses])
    told = [at for at, each in enumerate(clauses) if each.present and not each.is_name]
    by: dict[int, list[int]] = {}
    for at in told:
        by.setdefault(int(number[at]), []).append(at)
    draw = random.Random(seed)
    held_out = np.array([draw.choice(own) for own in by.values() if len(own) > 1])
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


def _batches(lesson: Lesson, rows: Places, size: int) -> list[Places]:
    """Return ``rows`` in batches of clauses that are about as long, in random order."""
    noise = np.random.default_rng(random.getrandbits(32)).random(len(rows)) * 4
    ordered = rows[np.argsort(np.array([len(lesson.pieces[row]) for row in rows]) + noise)]
    batches = [ordered[start : start + size] for start in range(0, len(ordered), size)]
    random.shuffle(batches)
    return batches


@torch.no_grad()
def _begin(model: Taught, lesson: Lesson) -> None:
    """Let the vector of each finding begin as the mean of the clauses that say it is there."""
    model.eval()
    total = torch.zeros_like(model.vectors)
    for rows in _batches(lesson, lesson.taught[lesson.present[lesson.taught] > 0], 256):
        embedded = functional.normalize(model.embedded(*_batch(lesson, rows)), dim=-1)
        total.index_add_(0, torch.from_numpy(lesson.number[rows]), embedded)
    model.vectors.copy_(functional.normalize(total, dim=-1))


def _train(model: Taught, lesson: Lesson, *, epochs: int, say: Say) -> None:
    own = [model.vectors, model.scale, *model.polar.parameters()]
    groups = [{"params": model.encoder.parameters(), "lr": RATE}, {"params": own, "lr": HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = epochs * (len(lesson.taught) // ROWS + 2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, [RATE, HEAD_RATE], total_steps=steps, pct_start=0.1)
    for epoch in range(epochs):
        model.train()
        for rows in _batches(lesson, lesson.taught, ROWS):
            scores, polar = model(*_batch(lesson, rows))
            number, present = torch.from_numpy(lesson.number[rows]), torch.from_numpy(lesson.present[rows])
            loss = functional.cross_entropy(scores, number, label_smoothing=SMOOTHING)
            loss = loss + 0.5 * functional.binary_cross_entropy_with_logits(polar, present)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
        say(f"epoch {epoch + 1} of {epochs}: {_measured(model, lesson)[1]}")


@torch.no_grad()
def _measured(model: Taught, lesson: Lesson) -> tuple[float, dict[str, float]]:
    """Return the temperature that fits the clauses held out best, and how well they are found."""
    model.eval()
    scores = torch.cat([model(*_batch(lesson, rows))[0] for rows in np.array_split(lesson.held_out, 16)])
    number = torch.from_numpy(lesson.number[lesson.held_out])
    candidates = [round(0.5 + 0.05 * step, 2) for step in range(40)]
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
        "held_out.precision": float((best == number)[kept].float().mean()) if bool(kept.any()) else 0.0,
    }
    return temperature, {name: round(value, 3) for name, value in figures.items()}


def _ship(model: Taught, lesson: Lesson, base: Path, out: Path, temperature: float, figures: dict[str, float]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    ids = torch.randint(1000, 2000, (3, 9))
    rows = {0: "rows", 1: "pieces"}
    export_module(
        model.eval(),
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
