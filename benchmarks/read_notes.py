"""Notes per second and milliseconds per note: epicrisis, medspaCy and a BERT-base pipeline, side by side in one run."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SYSTEMS = Path(__file__).parent / "systems"
ENVIRONMENTS = ROOT / "build" / "bench"
TOKENIZER = ROOT / "src" / "epicrisis" / "models" / "english" / "tokenizer.json"
NOTE_LENGTH = 3000


@dataclass(frozen=True, slots=True)
class System:
    """What is measured: a worker, and the packages its own environment needs (none: it runs in this one)."""

    name: str
    script: str
    packages: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()


OURS = System("epicrisis", "ours.py")
REFERENCES = (
    System("medspaCy", "medspacy_context.py", ("medspacy==1.3.1",)),
    System("BERT-base pipeline", "bert_pipeline.py", ("torch==2.13.0", "transformers"), (str(TOKENIZER),)),
)


class Worker:
    """A running system."""

    def __init__(self, system: System, python: str) -> None:
        self.name = system.name
        self._process = subprocess.Popen(
            [python, str(SYSTEMS / system.script), *system.arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=SYSTEMS,
        )
        self._answer()

    def seconds(self, notes: list[str], *, batched: bool) -> list[float]:
        """Return how long each note took."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"notes": notes, "batched": batched}) + "\n")
        self._process.stdin.flush()
        return self._answer()["seconds"]

    def _answer(self) -> dict[str, list[float]]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} stopped")
        return json.loads(line)

    def stop(self) -> None:
        """End the process."""
        self._process.kill()


def environment(system: System, python: str | None) -> str:
    """Return the interpreter that runs ``system``: the one given, this one, or one made for it."""
    if python or not system.packages:
        return python or sys.executable
    folder = ENVIRONMENTS / system.script.removesuffix(".py")
    interpreter = folder / "bin" / "python"
    if not (folder / "ready").exists():
        print(f"Installing {', '.join(system.packages)} into {folder.relative_to(ROOT)}", file=sys.stderr)
        venv.create(folder, with_pip=True)
        subprocess.run([interpreter, "-m", "pip", "install", "--quiet", *system.packages], check=True)
        (folder / "ready").touch()
    return str(interpreter)


def notes() -> list[str]:
    """Return the notes in examples/, each brought to 3,000 characters."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples").glob("*.txt"))]
    return [(text + "\n\n" + text)[:NOTE_LENGTH] if len(text) < NOTE_LENGTH else text[:NOTE_LENGTH] for text in texts]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--medspacy", help="interpreter that has medspacy")
    parser.add_argument("--transformers", help="interpreter that has torch and transformers")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    pythons = {"medspaCy": options.medspacy, "BERT-base pipeline": options.transformers}
    workers = [Worker(OURS, sys.executable)]
    for system in REFERENCES:
        try:
            workers.append(Worker(system, environment(system, pythons[system.name])))
        except (RuntimeError, subprocess.CalledProcessError, OSError) as error:
            print(f"{system.name} is left out: {error}", file=sys.stderr)
    texts = notes()
    for worker in workers:
        worker.seconds(texts, batched=False)
        worker.seconds(texts, batched=True)
    # Each round measures every system once, so that a machine that slows down slows all of them.
    singles: dict[str, list[list[float]]] = {worker.name: [] for worker in workers}
    batches: dict[str, list[list[float]]] = {worker.name: [] for worker in workers}
    for _ in range(options.rounds):
        for worker in workers:
            singles[worker.name].append(worker.seconds(texts, batched=False))
            batches[worker.name].append(worker.seconds(texts * 4, batched=True))
    for worker in workers:
        worker.stop()
    figures = report(singles, batches)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def report(singles: dict[str, list[list[float]]], batches: dict[str, list[list[float]]]) -> dict[str, dict[str, float]]:
    """Print one line a system and return the figures."""
    ours = OURS.name
    figures = {}
    print(
        f"{'system':<20} {'ms a note':>10} {'notes/s':>9} {'one note':>10} {'batched':>9}   (times slower than {ours})"
    )
    for name, rounds in singles.items():
        each = [second for seconds in rounds for second in seconds]
        slower_one = statistics.median(sum(b) / sum(a) for a, b in zip(singles[ours], rounds, strict=True))
        slower_many = statistics.median(sum(b) / sum(a) for a, b in zip(batches[ours], batches[name], strict=True))
        figures[name] = {
            "milliseconds_per_note": 1000 * statistics.median(each),
            "notes_per_second": 1 / statistics.median(s for seconds in batches[name] for s in seconds),
            "times_slower_one_note": slower_one,
            "times_slower_batched": slower_many,
        }
        f = figures[name]
        print(
            f"{name:<20} {f['milliseconds_per_note']:>10.1f} {f['notes_per_second']:>9.1f} "
            f"{slower_one:>9.1f}x {slower_many:>8.1f}x"
        )
    one_by_one = figures.get("BERT-base pipeline")
    if one_by_one:
        times = one_by_one["milliseconds_per_note"] / 1000 * figures[ours]["notes_per_second"]
        print(
            f"notes per second, {ours} in batches against the BERT-base pipeline as it comes (one by one): {times:.0f}x"
        )
        figures[ours]["times_faster_than_bert_pipeline_as_it_comes"] = times
    return figures


if __name__ == "__main__":
    main()
