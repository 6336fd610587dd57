"""All the figures of a shipped model in one run: its card, the scores it ships with, and the table of the README."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from epicrisis_lab.errors import LabError
from epicrisis_lab.evaluation.run import Batch, Evaluation, Task, evaluate, load_batch

_TABLE = re.compile(r"(<!-- measured figures[^\n]*-->\n).*?(<!-- end of measured figures -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the README: which figure, on which file, beside which baselines, and what is known of others."""

    name: str
    task: Task
    file: str
    metric: str
    baselines: tuple[str, ...]
    known: str


@dataclass(slots=True)
class Measured:
    """Every evaluation made, each engine and file once, and the reasons for those that could not be made."""

    evaluations: dict[tuple[str, str, str], Evaluation] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    def of(self, engine: str) -> list[Evaluation]:
        """Return the evaluations of ``engine`` in the order they were made."""
        return [evaluation for (name, _, _), evaluation in self.evaluations.items() if name == engine]

    def figure(self, engine: str, measure: Measure) -> str:
        """Return the figure of ``measure`` for ``engine`` with its interval, empty where it was not measured."""
        evaluation = self.evaluations.get((engine, measure.task, measure.file))
        value = evaluation.metrics.get(measure.metric) if evaluation else None
        if evaluation is None or value is None:
            return ""
        low, high = evaluation.intervals.get(measure.metric, (value, value))
        return f"{value:.3f} [{low:.3f}, {high:.3f}]"


def measures() -> list[Measure]:
    """Return what is measured, in order."""
    text = files("epicrisis_lab.evaluation").joinpath("measured.toml").read_text(encoding="utf-8")
    tables: list[dict[str, Any]] = tomllib.loads(text)["measures"]
    return [Measure(**{**t, "task": Task(t["task"]), "baselines": tuple(t["baselines"])}) for t in tables]


def measure_all(engine: str, root: Path, *, samples: int, tell: Callable[[str], None]) -> Measured:
    """Evaluate ``engine`` and each measure's baselines on the dev files below ``root``.

    A baseline that is not installed is left out, with the reason; ``engine`` itself must answer.
    """
    measured = Measured()
    batches: dict[str, Batch] = {}
    for measure in measures():
        for name in (engine, *measure.baselines):
            key = (name, measure.task.value, measure.file)
            if key in measured.evaluations or name in measured.left_out:
                continue
            tell(f"{name} on {measure.file}")
            batch = batches.setdefault(measure.file, load_batch([root / measure.file], None))
            try:
                measured.evaluations[key] = evaluate(measure.task, batch, name, labels=None, samples=samples, seed=0)
            except LabError as error:
                if name == engine:
                    raise
                measured.left_out[name] = str(error)
    return measured


def readme_table(engine: str, measured: Measured) -> str:
    """Return the README's table: one row a measure, dev data, 95 % intervals."""
    rows = ["| on dev data | " + engine + " | rules or lexicon | medspaCy | known |", "|---|---|---|---|---|"]
    for measure in measures():
        own = next((measured.figure(name, measure) for name in measure.baselines if name in ("rules", "lexicon")), "")
        other = measured.figure("medspacy", measure)
        rows.append(f"| {measure.name} | {measured.figure(engine, measure)} | {own} | {other} | {measure.known} |")
    return "\n".join(rows) + "\n"


def with_table(readme: str, table: str) -> str:
    """Return ``readme`` with ``table`` between its two marks."""
    return _TABLE.sub(lambda match: f"{match[1]}\n{table}\n{match[2]}", readme, count=1)


def headline(engine: str, measured: Measured) -> Iterator[tuple[str, float]]:
    """Yield the figures the shipped card carries: ``corpus.metric`` and its value."""
    for measure in measures():
        evaluation = measured.evaluations.get((engine, measure.task, measure.file))
        value = evaluation.metrics.get(measure.metric) if evaluation else None
        if value is not None:
            yield f"{Path(measure.file).parent.name}.{measure.metric}", round(float(value), 4)


def write_scores(card: Path, scores: Mapping[str, float]) -> None:
    """Put ``scores`` into the shipped ``card.json``."""
    content = json.loads(card.read_text(encoding="utf-8"))
    content["scores"] = dict(scores)
    card.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def baselines_page(measured: Measured, engines: Sequence[str]) -> str:
    """Return a short table of the baselines of the same run, for the end of the card."""
    rows = ["| figure | " + " | ".join(engines) + " |", "|---|" + "---|" * len(engines)]
    for measure in measures():
        cells = [measured.figure(engine, measure) for engine in engines]
        rows.append(f"| {measure.name} | " + " | ".join(cells) + " |")
    return "\n".join(["## Beside the baselines, same run", "", *rows, ""])
