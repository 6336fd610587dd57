"""Training the BiLSTM-CRF, on any machine that has torch and numpy.

``PYTHONPATH=src python -m epicrisis_lab.baselines.bilstm_training data.json.gz --work runs/baselines/bilstm-crf``
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from epicrisis_lab.baselines.bilstm_crf import Tagger, normal, save

Sentence = tuple[Sequence[str], Sequence[str]]
"""The words and their tags."""

EPOCHS, RATE = 25, 2e-3


def train(
    corpus: Mapping[str, Any], vectors: Mapping[str, Any], *, epochs: int, rate: float, seed: int, device: str
) -> Tagger:
    """Teach a tagger the ``train`` sentences of ``corpus``; ``vectors`` are those its words begin with.

    Nothing is chosen by dev: a fixed number of epochs, with the learning rate falling to nothing.
    """
    torch.manual_seed(seed)
    draw = random.Random(seed)
    sentences = sentences_of(corpus, "train")
    counts = Counter(normal(word) for words, _ in sentences for word in words)
    rare = frozenset(word for words, _ in sentences for word in words if counts[normal(word)] == 1)
    known = vectors["words"]
    vocabulary = [*known, *sorted(set(counts) - set(known))]
    tags = ["O", *(f"{way}-{label}" for label in corpus["labels"] for way in "BI")]
    characters = "".join(sorted({character for words, _ in sentences for word in words for character in word}))
    start = np.frombuffer(base64.b64decode(vectors["int8"]), np.int8).reshape(len(known), -1).astype(np.float32)
    tagger = Tagger(tags, vocabulary, characters, start.shape[1])
    nn.init.normal_(tagger.word_vectors.weight, std=0.3)
    with torch.no_grad():
        tagger.word_vectors.weight[2 : 2 + len(known)] = torch.from_numpy(start * vectors["scale"])
    tagger.to(device).train()
    optimizer = torch.optim.Adam(tagger.parameters(), lr=rate)
    last = epochs * -(-len(sentences) // 32)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / (last + 1))
    for epoch in range(epochs):
        began, total = time.time(), 0.0
        for batch in _batches(sentences, draw):
            words = [each for each, _ in batch]
            hidden = frozenset(word for each in words for word in each if word in rare and draw.random() < 0.5)
            tensors = tagger.batch(words, hidden=hidden)
            wanted = torch.zeros(tensors.places.shape, dtype=torch.int64)
            for row, (_, own) in zip(wanted, batch, strict=True):
                row[: len(own)] = torch.tensor([tags.index(tag) for tag in own])
            loss = tagger.loss(tensors, wanted.to(device))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(tagger.parameters(), 5.0)
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
        print(f"  epoch {epoch + 1}: loss {total / len(sentences):.3f}, {time.time() - began:.1f} s", flush=True)
    return tagger.eval()


def _batches(sentences: Sequence[Sentence], draw: random.Random, size: int = 32) -> Iterator[Sequence[Sentence]]:
    """Yield batches of like length in an order of chance."""
    order = sorted(sentences, key=lambda sentence: len(sentence[0]) * draw.uniform(0.9, 1.1))
    starts = list(range(0, len(order), size))
    draw.shuffle(starts)
    yield from (order[start : start + size] for start in starts)


def sentences_of(corpus: Mapping[str, Any], split: str) -> list[Sentence]:
    """Return the sentences of a prepared corpus: each is written as its words, and marks as [first, end, label]."""
    found: list[Sentence] = []
    for line, marks in corpus[split]:
        words = line.split(" ")
        tags = ["O"] * len(words)
        for first, end, label in marks:
            name = corpus["labels"][label]
            tags[first:end] = [f"B-{name}", *[f"I-{name}"] * (end - first - 1)]
        found.append((words, tags))
    return found


def agreement(gold: Sequence[Sequence[str]], given: Sequence[Sequence[str]]) -> dict[str, float]:
    """Return strict precision, recall and F1 over the marks that the tags spell."""
    wanted, found = ({(i, *mark) for i, tags in enumerate(side) for mark in _marks(tags)} for side in (gold, given))
    right = len(wanted & found)
    parts = {"precision": right / max(1, len(found)), "recall": right / max(1, len(wanted))}
    return {**parts, "f1": 2 * right / max(1, len(found) + len(wanted))}


def _marks(tags: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    starts = [place for place, tag in enumerate(tags) if tag.startswith("B-")]
    for start in starts:
        end = start + 1
        while end < len(tags) and tags[end] == f"I-{tags[start][2:]}":
            end += 1
        yield start, end, tags[start][2:]


def train_all(
    data: Path,
    folder: Path,
    names: Iterable[str] | None = None,
    *,
    epochs: int = EPOCHS,
    rate: float = RATE,
    seed: int = 1,
    device: str = "auto",
    sentences: int | None = None,
) -> None:
    """Train a tagger for each corpus of the prepared file ``data``, or for ``names``; measure on dev and write each."""
    prepared = json.loads(gzip.decompress(data.read_bytes()))
    device = device if device != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
    for name in names or prepared["corpora"]:
        print(f"{name} on {device}", flush=True)
        corpus = prepared["corpora"][name]
        corpus = {**corpus, "train": corpus["train"][:sentences]}
        began = time.time()
        tagger = train(corpus, prepared["vectors"], epochs=epochs, rate=rate, seed=seed, device=device)
        dev = sentences_of(corpus, "dev")
        figures = agreement([tags for _, tags in dev], tagger.tag([words for words, _ in dev]))
        told = {"corpus": name, "language": corpus["language"], "dev": figures, "seconds": round(time.time() - began)}
        save(tagger, folder / f"{name}.pt", **told)
        print(json.dumps(told), flush=True)


def main() -> None:
    """Train a tagger for every corpus of a prepared file that has none yet."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("data", type=Path, help="what `epicrisis-lab baseline prepare` wrote")
    parser.add_argument(
        "--work", type=Path, default=Path("runs/baselines/bilstm-crf"), help="the folder of the weights"
    )
    parser.add_argument("--only", nargs="+", help="these corpora")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--sentences", type=int, help="train on so many sentences, to try it")
    given = parser.parse_args()
    held = json.loads(gzip.decompress(given.data.read_bytes()))["corpora"]
    names = [name for name in given.only or held if not (given.work / f"{name}.pt").exists()]
    settings = {"epochs": given.epochs, "rate": given.rate, "seed": given.seed, "device": given.device}
    if names:
        train_all(given.data, given.work, names, **settings, sentences=given.sentences)


if __name__ == "__main__":
    main()
