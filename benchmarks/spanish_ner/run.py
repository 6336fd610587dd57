"""The Spanish reader beside one BiLSTM-CRF per type: milliseconds at one client, notes a second, and the ratios.

    python -m benchmarks.spanish_ner.run [--torch PYTHON] [--rounds 9]

Both read the contract's sample text on the same two cores, in turn, round after round. Ours gives all five types from
one pass, and all ten models from one; the taggers of the other side run one after the other.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
from pathlib import Path
from typing import Any

from benchmarks.read_notes import Rounds, System, Worker

from epicrisis.engines import registry
from epicrisis.engines.registry import Group
from epicrisis.text.sentences import sentence_spans
from epicrisis_lab.corpora.catalogue import data_root

SAMPLE = "ner_es/examples/cc_onco817.txt"
FIVE = ("symptoms", "species", "procedures", "medications", "diseases")
CORPORA = ("symptemist", "livingner", "medprocner", "drugtemist", "distemist")
OURS, TEN, THEIRS = "epicrisis, five types", "epicrisis, ten models", "BiLSTM-CRF, one per type"
CORES, SINGLES, BATCH = 2, 5, 16


def sample() -> dict[str, Any]:
    """Return the contract's sample text as every system gets it."""
    root = data_root()
    path = root / SAMPLE if root else None
    if path is None or not path.exists():
        raise SystemExit(f"The sample text {SAMPLE} is not here; set EPICRISIS_CORPORA to the folder of the corpora.")
    text = path.read_text(encoding="utf-8")
    return {"text": text, "sentences": [text[span.start : span.end] for span in sentence_spans(text, "es")]}


def systems(work: Path) -> tuple[System, ...]:
    """Return what is measured; ``work`` holds the weights of the taggers."""
    return (
        System(OURS, "spanish.py", arguments=FIVE),
        System(TEN, "spanish.py", arguments=(*FIVE, *(f"{name}_base" for name in FIVE))),
        System(THEIRS, "bilstm_crf.py", arguments=(str(work.resolve()), *CORPORA)),
    )


def measured(note: dict[str, Any], pythons: dict[str, str], work: Path, rounds: int) -> tuple[Rounds, Rounds]:
    """Return the seconds a note by system and round: one note at a time, and many at once."""
    workers = [Worker(system, pythons.get(system.name, sys.executable)) for system in systems(work)]
    singles: Rounds = {worker.name: [] for worker in workers}
    batches: Rounds = {worker.name: [] for worker in workers}
    # The first round warms every system and does not count.
    for turn in range(rounds + 1):
        for worker in workers:
            one = worker.seconds([note] * SINGLES, batched=False)
            many = worker.seconds([note] * BATCH, batched=True)
            if turn:
                singles[worker.name].append(one)
                batches[worker.name].append(many)
    for worker in workers:
        worker.stop()
    return singles, batches


def report(note: dict[str, Any], singles: Rounds, batches: Rounds) -> dict[str, float]:
    """Print a line a system and the ratios; return the figures."""
    figures = {}
    print(f"{len(note['text'])} characters, {len(note['sentences'])} sentences, {CORES} cores")
    print(f"{'system':<26} {'ms a note':>10} {'notes/s':>9}")
    for name in singles:
        one = 1000 * statistics.median(s for seconds in singles[name] for s in seconds)
        many = 1 / statistics.median(s for seconds in batches[name] for s in seconds)
        figures |= {f"{name}: ms a note": one, f"{name}: notes a second": many}
        print(f"{name:<26} {one:>10.1f} {many:>9.1f}")
    ratios = {
        "ten models cost so many times what five cost": ratio(singles[OURS], singles[TEN]),
        "one note: so many times faster than the taggers": ratio(singles[OURS], singles[THEIRS]),
        "many notes: so many times faster than the taggers": ratio(batches[OURS], batches[THEIRS]),
    }
    for words, times in ratios.items():
        print(f"{times:>8.2f}x  {words}")
    return figures | ratios


def ratio(base: list[list[float]], other: list[list[float]]) -> float:
    """Return the median over the rounds of ``other`` in terms of ``base``."""
    return statistics.median(statistics.median(b) / statistics.median(a) for a, b in zip(base, other, strict=True))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--torch", default=sys.executable, help="an interpreter that has torch, for the taggers")
    parser.add_argument(
        "--work", type=Path, default=Path("runs/baselines"), help="where the weights of the taggers lie"
    )
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    if "spanish" not in registry.installed(Group.ENTITIES):
        raise SystemExit(
            "No Spanish reader is installed here, so there is nothing to measure; `pip install -e .` again."
        )
    note = sample()
    if hasattr(os, "sched_setaffinity"):
        # The workers inherit it: two cores each, one system at a time.
        os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:CORES]))
    figures = report(note, *measured(note, {THEIRS: options.torch}, options.work, options.rounds))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
