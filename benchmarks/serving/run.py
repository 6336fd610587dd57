"""The assertion server beside the one it replaces: throughput, latency, memory, cold start, and where the time goes.

    python -m benchmarks.serving.run --reference PYTHON [--seconds 10] [--write docs/reference/performance.md]

Both servers run in one go on this machine, one after the other, at each number of clients in turn. Ours runs as
`epicrisis serve` comes, with its cache off, so that nothing is answered from memory; the cache is measured apart.
"""

from __future__ import annotations

import argparse
import platform
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import keep_to_two_cores, processor
from benchmarks.page import put
from benchmarks.serving import footprint, mix, stages
from benchmarks.serving.servers import Load, Running, ours, reference, require_wrk, write_bodies

CLIENTS = (1, 16, 64, 200)
SENTENCES, BATCH = 4000, 64
NOTE_CHARACTERS = 3000
UNLIMITED = {"EPICRISIS_RATE_LIMIT_PER_MINUTE": "0"}
UNCACHED = {**UNLIMITED, "EPICRISIS_CACHE_ENTRIES": "0"}


@dataclass(frozen=True, slots=True)
class Pair:
    """One load, on both servers."""

    title: str
    ours: Load
    theirs: Load
    each: int = 1

    def row(self) -> str:
        """Return the line of the table: sentences a second, milliseconds, and the ratios."""
        ours, theirs = self.ours, self.theirs
        if not theirs.rate:
            rate = ours.rate * self.each
            return f"| {self.title} | {rate:,.0f} | none | | {ours.p50:,.1f} | | | {ours.p99:,.1f} | | |"
        return (
            f"| {self.title} | {ours.rate * self.each:,.0f} | {theirs.rate * self.each:,.1f} "
            f"| **{ours.rate / theirs.rate:.1f} ×** "
            f"| {ours.p50:,.1f} | {theirs.p50:,.1f} | {theirs.p50 / ours.p50:.1f} × "
            f"| {ours.p99:,.1f} | {theirs.p99:,.1f} | {theirs.p99 / ours.p99:.1f} × |"
        )


@dataclass(frozen=True, slots=True)
class Planned:
    """One load to come, and how long the slower server gets for it."""

    title: str
    route: str
    bodies: Path
    clients: int
    longer: int
    each: int = 1


def main() -> None:
    """Measure, print, and write the page where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reference", required=True, help="an interpreter with torch, transformers, fastapi, uvicorn")
    parser.add_argument("--seconds", type=int, default=10, help="how long each load lasts")
    parser.add_argument("--clients", type=int, nargs="*", default=CLIENTS)
    parser.add_argument("--write", type=Path, help="a Markdown page that gets the same figures")
    options = parser.parse_args()
    require_wrk()
    # The servers and the load inherit it.
    keep_to_two_cores()
    lines = list(measured(options.reference, options.seconds, options.clients))
    if options.write is not None:
        put(options.write, lines)


def measured(python: str, seconds: int, clients: Sequence[int]) -> Iterator[str]:
    """Yield the page line by line, printing each as it is known."""
    for line in _page(python, seconds, clients):
        print(line, flush=True)
        yield line


def _page(python: str, seconds: int, clients: Sequence[int]) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        made = mix.sentences(SENTENCES)
        single = write_bodies([{"sentence": sentence} for sentence in made], Path(folder), "single")
        batches = [{"sentences": made[start : start + BATCH]} for start in range(0, SENTENCES - BATCH, BATCH)]
        batch = write_bodies(batches, Path(folder), "batch")
        # First of all: what runs before them would still be counted as work of the machine.
        starts = footprint.Starts.measured()
        rates = stages.rates_of(python)
        yield from _head(made, rates)
        loads = list(_loads(single, batch, clients, seconds))
        with reference(python) as theirs:
            theirs.load("/predict", single, clients=4, seconds=3)
            measured = [
                theirs.load(load.route, load.bodies, clients=load.clients, seconds=load.longer) for load in loads
            ]
            their_memory = theirs.megabytes()
        with ours(**UNCACHED) as server:
            server.load("/predict", single, clients=4, seconds=3)
            pairs = [
                Pair(
                    load.title,
                    server.load(load.route, load.bodies, clients=load.clients, seconds=seconds),
                    their,
                    load.each,
                )
                for load, their in zip(loads, measured, strict=True)
            ]
            yield from _table(pairs)
            both = footprint.megabytes_of_both(single, seconds, **UNCACHED)
            yield from footprint.page(server, theirs, their_memory, starts, both)
            yield from _note(server)
            yield from stages.served(server)
        yield from stages.inside(made[:512], python)
        with ours(**UNLIMITED) as server:
            repeated = write_bodies([{"sentence": sentence} for sentence in made[:200]], Path(folder), "repeated")
            server.load("/predict", repeated, clients=4, seconds=3)
            cached = server.load("/predict", repeated, clients=64, seconds=seconds)
            yield ""
            yield "## Equal requests"
            yield ""
            yield (
                f"200 sentences over and over, 64 clients, the cache on: {cached.rate:,.0f} answers a second, "
                f"p50 {cached.p50:.1f} ms."
            )


def _loads(single: Path, batch: Path, clients: Sequence[int], seconds: int) -> Iterator[Planned]:
    for count in clients:
        # The slower server needs longer for as many answers as clients.
        longer = seconds if count < 64 else max(seconds, count // 2)
        yield Planned(f"`/predict`, {count} client{'s' if count > 1 else ''}", "/predict", single, count, longer)
    yield Planned(
        f"`/predict/batch`, {BATCH} sentences, 1 client", "/predict/batch", batch, 1, max(seconds, 30), each=BATCH
    )


def _head(made: Sequence[str], rates: stages.Rates) -> Iterator[str]:
    words = sorted(len(sentence.split()) for sentence in made)
    yield "# Performance"
    yield ""
    yield "Written by `python -m benchmarks.serving.run`; do not edit by hand. Ratios of one run hold on another of"
    yield "the same kind of machine; milliseconds do not. A processor with matrix units (AMX) changes the ratios too."
    yield ""
    yield f"- Machine: {processor()}, Python {platform.python_version()}, two cores shared by server and load."
    best = ", ".join(f"{kind} {one:g} / {two:g}" for kind, (one, two) in rates.items())
    yield f"- Its matrix rate at best, one thread / two: {best} · 10⁹ operations a second."
    yield (
        f"- Load: `wrk`, {len(made):,} different sentences of {words[0]} to {words[-1]} words, half up to "
        f"{words[len(words) // 2]}; our cache off."
    )
    yield "- Reference: FastAPI, a `transformers` text-classification pipeline, BERT-base (random weights), one worker."


def _table(pairs: Sequence[Pair]) -> Iterator[str]:
    yield ""
    yield "## Beside the server it replaces"
    yield ""
    yield "| load | texts/s, ours | theirs | ratio | p50 ms, ours | theirs | ratio | p99 ms, ours | theirs | ratio |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for pair in pairs:
        yield pair.row()
    one_by_one = max(pair.theirs.rate for pair in pairs if pair.each == 1)
    batched = next(pair for pair in pairs if pair.each > 1)
    yield ""
    yield (
        f"Our batch route beside their best at one sentence a request: {batched.ours.rate * BATCH / one_by_one:.1f} ×. "
        f"Errors and refusals: {sum(pair.ours.errors + pair.ours.refused for pair in pairs)} ours, "
        f"{sum(pair.theirs.errors + pair.theirs.refused for pair in pairs)} theirs."
    )


def _note(server: Running) -> Iterator[str]:
    body = {"text": mix.note(NOTE_CHARACTERS)}
    took = sorted(server.ask("POST", "/v1/annotations", body)[0] * 1000 for _ in range(15))
    yield ""
    yield (
        f"A note of {NOTE_CHARACTERS:,} characters, everything in it, over HTTP at one client: "
        f"{took[len(took) // 2]:.0f} ms (median of {len(took)})."
    )


if __name__ == "__main__":
    main()
