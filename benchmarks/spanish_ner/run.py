"""The Spanish reader beside one BiLSTM-CRF per type: milliseconds at one client, notes a second, and the ratios.

    python -m benchmarks.spanish_ner.run [--torch PYTHON] [--model DIR] [--write docs/reference/performance.md]

All read the contract's sample text on the same two cores, in turn, round after round. Ours gives all five types from
one pass, and all ten models from one; the taggers of the other side run one after the other. `--model` adds a reader
that is not the one that ships, such as one just trained; repeat it for more.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from benchmarks.machine import busy, keep_to_two_cores, kept, peak, processor
from benchmarks.page import put
from benchmarks.read_notes import Rounds, System, Worker

from epicrisis.engines import registry
from epicrisis.engines.encoder.pieces import PieceTokenizer
from epicrisis.engines.registry import Group
from epicrisis.text.sentences import sentence_spans
from epicrisis_lab.corpora.catalogue import data_root

SAMPLE = "ner_es/examples/cc_onco817.txt"
FIVE = ("symptoms", "species", "procedures", "medications", "diseases")
TEN = (*FIVE, *(f"{name}_base" for name in FIVE))
CORPORA = ("symptemist", "livingner", "medprocner", "drugtemist", "distemist")
SHIPPED, THEIRS = "spanish", "BiLSTM-CRF, one per type"
SINGLES, BATCH = 5, 16
# What issue 4 asks for.
MOST_MILLISECONDS, LEAST_A_SECOND, MOST_FOR_TEN = 80, 40, 1.3


@dataclass(frozen=True, slots=True)
class Read:
    """What was measured: the seconds a note of every system by round, one note at a time and many at once."""

    readers: tuple[str, ...]
    singles: Rounds
    batches: Rounds

    def milliseconds(self, system: str) -> float:
        """Return the median time of a note read alone."""
        return 1000 * statistics.median(s for seconds in self.singles[system] for s in seconds)

    def a_second(self, system: str) -> float:
        """Return how many notes are read in a second, many at once."""
        return 1 / statistics.median(s for seconds in self.batches[system] for s in seconds)

    def singly(self, base: str, other: str) -> float:
        """Return how many times as long ``other`` takes over one note as ``base``."""
        return ratio(self.singles[base], self.singles[other])

    def at_once(self, base: str, other: str) -> float:
        """Return the same over many notes at once."""
        return ratio(self.batches[base], self.batches[other])


def main() -> None:
    """Measure, print, and write the page where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--torch", default=sys.executable, help="an interpreter that has torch, for the taggers")
    parser.add_argument(
        "--work", type=Path, default=Path("runs/baselines"), help="where the weights of the taggers lie"
    )
    parser.add_argument(
        "--model", type=Path, action="append", default=[], help="the folder of one more reader, named by the folder"
    )
    parser.add_argument("--write", type=Path, help="a Markdown page that gets the same figures, as a part of its own")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    if SHIPPED not in registry.installed(Group.ENTITIES):
        raise SystemExit(
            "No Spanish reader is installed here, so there is nothing to measure; `pip install -e .` again."
        )
    note = sample()
    keep_to_two_cores()
    # Before we are the ones who keep it busy.
    state = busy()
    read = measured(note, {THEIRS: options.torch}, options.work, options.rounds, readers(options.model))
    lines = [*page(note, read, options.rounds, state), "", *floor(note, read)]
    print("\n".join(lines))
    if options.write is not None:
        put(options.write, lines, part="spanish")
    if options.json:
        options.json.write_text(json.dumps(figures(read), indent=1) + "\n", encoding="utf-8")


def sample() -> dict[str, Any]:
    """Return the contract's sample text as every system gets it."""
    root = data_root()
    path = root / SAMPLE if root else None
    if path is None or not path.exists():
        raise SystemExit(f"The sample text {SAMPLE} is not here; set EPICRISIS_CORPORA to the folder of the corpora.")
    text = path.read_text(encoding="utf-8")
    return {"text": text, "sentences": [text[span.start : span.end] for span in sentence_spans(text, "es")]}


def readers(folders: Sequence[Path]) -> dict[str, tuple[str, ...]]:
    """Return the arguments each of our readers is started with, by name: the one that ships first.

    Raises:
        SystemExit: a folder holds no reader, or two have one name.
    """
    named: dict[str, tuple[str, ...]] = {SHIPPED: ()}
    for folder in folders:
        if not (folder / "card.json").exists():
            raise SystemExit(f"{folder} holds no card.json; name the folder that `epicrisis-lab export` wrote.")
        if folder.resolve().name in named:
            raise SystemExit(f"Two readers are called {folder.resolve().name}; give one folder another name.")
        named[folder.resolve().name] = ("--model", str(folder.resolve()))
    return named


def measured(
    note: dict[str, Any], pythons: Mapping[str, str], work: Path, rounds: int, ours: Mapping[str, tuple[str, ...]]
) -> Read:
    """Let every system read ``note`` in turn, ``rounds`` times; ``work`` holds the weights of the taggers."""
    systems = [
        System(called(name, sets), "spanish.py", arguments=(*arguments, *sets))
        for name, arguments in ours.items()
        for sets in (FIVE, TEN)
    ]
    systems.append(System(THEIRS, "bilstm_crf.py", arguments=(str(work.resolve()), *CORPORA)))
    workers = [Worker(system, pythons.get(system.name, sys.executable)) for system in systems]
    read = Read(tuple(ours), {worker.name: [] for worker in workers}, {worker.name: [] for worker in workers})
    # The first round warms every system and does not count.
    for turn in range(rounds + 1):
        for worker in workers:
            one = worker.seconds([note] * SINGLES, batched=False)
            many = worker.seconds([note] * BATCH, batched=True)
            if turn:
                read.singles[worker.name].append(one)
                read.batches[worker.name].append(many)
    for worker in workers:
        worker.stop()
    return read


def called(reader: str, label_sets: Sequence[str]) -> str:
    """Return what a reader is called that is asked for so many label sets."""
    return f"{reader}, {'five types' if len(label_sets) == len(FIVE) else 'ten models'}"


def page(note: dict[str, Any], read: Read, rounds: int, state: str) -> Iterator[str]:
    """Yield the figures as lines of Markdown; ``state`` says how busy the machine was."""
    yield "## Spanish entities"
    yield ""
    yield f"Written by `python -m benchmarks.spanish_ner.run` ({date.today()}), all of it in one run on two cores of"
    yield f"{processor()},"
    yield f"a machine that {state}. Everybody reads the sample text of the contract"
    yield f"({len(note['text']):,} characters, {len(note['sentences'])} sentences), in turn: medians of {rounds} rounds"
    yield f"of {SINGLES} notes alone and {BATCH} at once. Beside ours a BiLSTM-CRF for each type, as the images serve"
    yield "them: one after the other, on torch, each over all sentences at once."
    yield ""
    yield "| | ms a note, one client | notes a second | one note: taggers take | many notes: taggers take |"
    yield "|---|---|---|---|---|"
    for system in read.singles:
        beside = (
            "| | |"
            if system == THEIRS
            else f"| {read.singly(system, THEIRS):.1f} × | {read.at_once(system, THEIRS):.1f} × |"
        )
        yield f"| {system} | {read.milliseconds(system):.1f} | {read.a_second(system):.1f} {beside}"
    for name in read.readers:
        yield ""
        yield from _asked_for(read, name)


def floor(note: dict[str, Any], read: Read) -> Iterator[str]:
    """Yield how long the sample must take on this machine however well it is read, in float32."""
    folder = Path(str(files("epicrisis") / "models" / SHIPPED))
    [pieces] = PieceTokenizer(folder / "tokenizer.json").cut([note["text"]])
    work, fastest = 2e-9 * len(pieces) * matrix_sizes(folder / "encoder.onnx"), peak()
    taken = read.milliseconds(called(SHIPPED, FIVE))
    least, second = 1000 * work / fastest, 1000 * work / MOST_MILLISECONDS
    yield f"The sample has {len(pieces)} pieces, whose way through the matrices of the encoder is {work:.0f} thousand"
    yield f"million sums and products. These two cores do {fastest:.0f} thousand million a second (float32, matrices of"
    yield f"that size), so no reader with this encoder takes less than {least:.0f} ms here, and ours takes"
    yield f"{taken / least:.1f} times that. {MOST_MILLISECONDS} ms need {second:.0f} thousand million a second."


def matrix_sizes(graph: Path) -> int:
    """Return how many weights of ``graph`` each piece is multiplied by."""
    import openvino

    shapes = (
        each.input(1).get_partial_shape()
        for each in openvino.Core().read_model(str(graph)).get_ops()
        if each.get_type_name() == "MatMul"
    )
    # What has no fixed shape multiplies pieces with one another, which is little for sentences.
    return sum(math.prod(shape.to_shape()) for shape in shapes if shape.is_static and len(shape) == 2)


def _asked_for(read: Read, name: str) -> Iterator[str]:
    five, ten = called(name, FIVE), called(name, TEN)
    dearer, slow, fast = read.singly(five, ten), read.milliseconds(five), read.a_second(five)
    yield f"Asked for, {name}: five types in at most {MOST_MILLISECONDS} ms, {kept(slow <= MOST_MILLISECONDS)};"
    yield f"at least {LEAST_A_SECOND} notes a second, {kept(fast >= LEAST_A_SECOND)};"
    yield f"ten models at most {MOST_FOR_TEN} times as dear as five, {kept(dearer <= MOST_FOR_TEN)}"
    yield f"({dearer:.2f} times)."
    if name != SHIPPED:
        base = called(SHIPPED, FIVE)
        yield f"The one that ships takes {read.singly(five, base):.2f} times as long over one note and"
        yield f"{read.at_once(five, base):.2f} times over many."


def figures(read: Read) -> dict[str, float]:
    """Return every figure by name."""
    found: dict[str, float] = {}
    for system in read.singles:
        found |= {
            f"{system}: ms a note": read.milliseconds(system),
            f"{system}: notes a second": read.a_second(system),
        }
    for name in read.readers:
        five = called(name, FIVE)
        found |= {
            f"{name}: ten models cost so many times what five cost": read.singly(five, called(name, TEN)),
            f"{name}: one note, so many times faster than the taggers": read.singly(five, THEIRS),
            f"{name}: many notes, so many times faster than the taggers": read.at_once(five, THEIRS),
        }
    return found


def ratio(base: list[list[float]], other: list[list[float]]) -> float:
    """Return the median over the rounds of ``other`` in terms of ``base``."""
    return statistics.median(statistics.median(b) / statistics.median(a) for a, b in zip(base, other, strict=True))


if __name__ == "__main__":
    main()
