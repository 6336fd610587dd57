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
from typing import Any

from epicrisis.text.sentences import sentence_spans

ROOT = Path(__file__).parents[1]
SYSTEMS = Path(__file__).parent / "systems"
ENVIRONMENTS = ROOT / "build" / "bench"
TOKENIZER = ROOT / "src" / "epicrisis" / "models" / "english" / "tokenizer.json"
NOTE_LENGTH = 3000
# Seconds a note, by system and round.
Rounds = dict[str, list[list[float]]]


@dataclass(frozen=True, slots=True)
class System:
    """What is measured: a worker, and the packages its own environment needs (none: it runs in this one).

    ``one`` and ``many`` say how it reads a note alone and many at once, where that needs saying.
    """

    name: str
    script: str
    packages: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    one: str = ""
    many: str = ""


OURS = System("epicrisis", "ours.py")
MEDSPACY = System("medspaCy", "medspacy_context.py", ("medspacy==1.3.1",))
BERT = System(
    "BERT-base pipeline",
    "bert_pipeline.py",
    ("torch==2.13.0", "transformers==5.24.0"),
    (str(TOKENIZER),),
    one=" (theirs one sentence a call, as the pipeline comes)",
    many=" (theirs with batch_size 32)",
)


class Worker:
    """A running system; what it says on stderr is shown."""

    def __init__(self, system: System, python: str) -> None:
        self.name = system.name
        self._process = subprocess.Popen(
            [python, str(SYSTEMS / system.script), *system.arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=SYSTEMS,
        )
        self._answer()

    def seconds(self, notes: list[dict[str, Any]], *, batched: bool) -> list[float]:
        """Return how long each note took."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"notes": notes, "batched": batched}) + "\n")
        self._process.stdin.flush()
        return self._answer()["seconds"]

    def _answer(self) -> dict[str, list[float]]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} stopped with exit status {self._process.wait()}; it says why above")
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


def notes(most: int | None = None) -> list[dict[str, Any]]:
    """Return the notes in examples/, each brought to 3,000 characters, whole and in the sentences every system gets."""
    paths = sorted((ROOT / "examples").glob("*.txt"))[:most]
    return [_note(path.read_text(encoding="utf-8")) for path in paths]


def _note(text: str) -> dict[str, Any]:
    text = (text + "\n\n" + text)[:NOTE_LENGTH]
    return {"text": text, "sentences": [text[span.start : span.end] for span in sentence_spans(text)]}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--notes", type=int, help="read only so many of the notes")
    parser.add_argument("--medspacy", help="interpreter that has medspacy")
    parser.add_argument("--transformers", help="interpreter that has torch and transformers")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    workers = [Worker(OURS, sys.executable)]
    for system, python in ((MEDSPACY, options.medspacy), (BERT, options.transformers)):
        try:
            workers.append(Worker(system, environment(system, python)))
        except (RuntimeError, subprocess.CalledProcessError, OSError) as error:
            print(f"{system.name} is left out: {error}", file=sys.stderr)
    read = notes(options.notes)
    for worker in workers:
        worker.seconds(read, batched=False)
        worker.seconds(read, batched=True)
    # Each round measures every system once, so that a machine that slows down slows all of them.
    singles: Rounds = {worker.name: [] for worker in workers}
    batches: Rounds = {worker.name: [] for worker in workers}
    for _ in range(options.rounds):
        for worker in workers:
            singles[worker.name].append(worker.seconds(read, batched=False))
            batches[worker.name].append(worker.seconds(read * 4, batched=True))
    for worker in workers:
        worker.stop()
    figures = report(singles, batches)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def report(singles: Rounds, batches: Rounds) -> dict[str, dict[str, float]]:
    """Print a line a system and, below, how many times faster we are, conservative ratios first; return the figures."""
    figures = {}
    print(f"{'system':<20} {'ms a note':>10} {'notes/s':>9}")
    for name in singles:
        figures[name] = {
            "milliseconds_per_note": 1000 * statistics.median(s for seconds in singles[name] for s in seconds),
            "notes_per_second": 1 / statistics.median(s for seconds in batches[name] for s in seconds),
        }
        print(f"{name:<20} {figures[name]['milliseconds_per_note']:>10.1f} {figures[name]['notes_per_second']:>9.1f}")
    for system in (MEDSPACY, BERT):
        if system.name in singles:
            print(f"{OURS.name} is so many times faster than {system.name}:")
            figures[system.name] |= _ratios(system, singles, batches)
    return figures


def _ratios(system: System, singles: Rounds, batches: Rounds) -> dict[str, float]:
    one, many = singles[OURS.name], batches[OURS.name]
    ratios = [
        ("one_note", f"one note against one note{system.one}", _times_faster(one, singles[system.name])),
        ("batched", f"batched against batched{system.many}", _times_faster(many, batches[system.name])),
    ]
    if system is BERT:
        words = "notes per second in batches against the pipeline as it comes"
        ratios.append(("as_it_comes", words, _times_faster(many, singles[system.name])))
    for _, words, times in ratios:
        print(f"{times:>8.1f}x  {words}")
    return {f"times_slower_{key}": times for key, _, times in ratios}


def _times_faster(ours: list[list[float]], theirs: list[list[float]]) -> float:
    """Return the median over the rounds of their seconds a note over ours."""
    return statistics.median(statistics.mean(b) / statistics.mean(a) for a, b in zip(ours, theirs, strict=True))


if __name__ == "__main__":
    main()
