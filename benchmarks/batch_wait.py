"""Whether an idle worker should wait for company: the core under clients that each ask one sentence at a time.

Asks the labelling service in this process, so that HTTP is not in the way, and keeps no answers.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import ClassVar

from serving.mix import sentences

from epicrisis.assembly import load
from epicrisis.domain.annotations import Sentence
from epicrisis.domain.assertions import SentenceLabel
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import EngineCard
from epicrisis.services.label import Label
from epicrisis.services.observing import Unobserved
from epicrisis.settings import Settings

WAITS_MS = (0.0, 1.0, 3.0)
CLIENTS = (1, 4, 16, 64)
SENTENCES = sentences(5_000)


@dataclass(frozen=True)
class StandIn:
    """A labeller that takes as long as it is told: per batch, and per text of it. It leaves the processor alone."""

    batch_ms: float
    text_ms: float
    card: ClassVar = EngineCard("stand-in", "1", "Waits.", ("en",))

    def sentence_labels(self, texts: Sequence[str], *, language: str | None = None) -> list[Sentence]:
        """Return PRESENT for each text, late."""
        time.sleep((self.batch_ms + self.text_ms * len(texts)) / 1000)
        return [Sentence(Span(0, len(text)), SentenceLabel.PRESENT) for text in texts]


class Batches(Unobserved):
    """Counts what was read."""

    def __init__(self) -> None:
        self.texts = self.batches = 0

    def batch(self, work: str, texts: int, characters: int, seconds: float) -> None:
        """Count a batch."""
        self.texts += texts
        self.batches += 1


@dataclass(frozen=True)
class Round:
    """What one round of one setting came to."""

    rate: float
    p50: float
    p99: float
    size: float


async def measured(label: Label, batches: Batches, *, clients: int, seconds: float) -> Round:
    """Let ``clients`` ask for ``seconds``, each as soon as it has its answer."""
    numbers, times = count(), list[float]()
    until = time.perf_counter() + seconds
    batches.texts = batches.batches = 0

    async def client() -> None:
        while (began := time.perf_counter()) < until:
            number = next(numbers)
            await label([Document(id=str(number), text=SENTENCES[number % len(SENTENCES)])])
            times.append(1000 * (time.perf_counter() - began))

    await asyncio.gather(*(client() for _ in range(clients)))
    times.sort()
    return Round(
        len(times) / seconds, statistics.median(times), times[len(times) * 99 // 100], batches.texts / batches.batches
    )


def main() -> None:
    """Measure every wait in turn, round after round, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reader", default="model", help="the engine that labels")
    parser.add_argument(
        "--stand-in", type=float, nargs=2, metavar=("BATCH_MS", "TEXT_MS"), help="label with one that takes this long"
    )
    parser.add_argument("--seconds", type=float, default=2.0, help="how long a round takes")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clients", type=int, nargs="+", default=CLIENTS)
    asked = parser.parse_args()
    labels = {}
    for wait in WAITS_MS:
        batches = Batches()
        settings = Settings(reader=asked.reader, assertion=asked.reader, cache_entries=0, batch_wait_ms=wait)
        pipeline = load(settings, observer=batches)
        label = pipeline.labelling
        if asked.stand_in:
            label = Label(labeller=StandIn(*asked.stand_in), core=pipeline.core, memory=label.memory)
        labels[wait] = label, batches
    print("| clients | wait | sentences/s | p50 ms | p99 ms | texts in a batch |\n|---|---|---|---|---|---|")
    for clients in asked.clients:
        rounds: dict[float, list[Round]] = {wait: [] for wait in WAITS_MS}
        for _ in range(1 + asked.rounds):
            for wait, (label, batches) in labels.items():
                rounds[wait].append(asyncio.run(measured(label, batches, clients=clients, seconds=asked.seconds)))
        for wait, all_rounds in rounds.items():
            told = [statistics.median(getattr(each, name) for each in all_rounds[1:]) for name in Round.__annotations__]
            rate, p50, p99, size = told
            print(f"| {clients} | {wait:g} ms | {rate:.0f} | {p50:.1f} | {p99:.1f} | {size:.1f} |", flush=True)


if __name__ == "__main__":
    main()
