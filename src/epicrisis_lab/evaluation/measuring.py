"""All the figures of a shipped model in one run: its card, the scores it ships with, and the table of the README."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from epicrisis_lab.corpora.headers import Bare
from epicrisis_lab.errors import LabError, MissingLibrary, NothingToScore
from epicrisis_lab.evaluation.figures import figure
from epicrisis_lab.evaluation.run import Ask, Batch, Evaluation, Task, evaluate, load_batch

Key = tuple[str, str, str, Ask]
"""Engine, task, file, what is asked for."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the README: which figure, on which file, beside which baselines, and what is known of others.

    ``mentions``, ``bare`` and ``ward`` are asked for as ``evaluate`` asks for them. What is not ``shown`` stands in the
    card alone, neither in the README nor among the scores that ship.
    """

    name: str
    task: Task
    file: str
    metric: str
    baselines: tuple[str, ...]
    known: str
    labels: tuple[str, ...] = ()
    mentions: str = ""
    bare: Bare | None = None
    ward: bool = False
    shown: bool = True

    @property
    def ask(self) -> Ask:
        """Return what ``evaluate`` is asked for."""
        return Ask(self.labels, mentions=self.mentions, bare=self.bare, ward=self.ward)

    def key(self, engine: str) -> Key:
        """Return what tells the evaluation of ``engine`` from every other."""
        return engine, self.task.value, self.file, self.ask


@dataclass(slots=True)
class Measured:
    """Every evaluation made, each engine and file once, and the reasons for those that could not be made."""

    evaluations: dict[Key, Evaluation] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    def of(self, engine: str) -> list[Evaluation]:
        """Return the evaluations of ``engine`` in the order they were made."""
        return [evaluation for (name, *_), evaluation in self.evaluations.items() if name == engine]

    def figure(self, engine: str, measure: Measure) -> str:
        """Return the figure of ``measure`` for ``engine`` with its interval, empty where it was not measured."""
        evaluation = self.evaluations.get(measure.key(engine))
        return figure(evaluation, measure.metric) if evaluation else ""


def measures(engine: str) -> list[Measure]:
    """Return what is measured of ``engine``, in order."""
    tables: list[dict[str, Any]] = _tables()["measures"].get(engine, [])
    return [
        Measure(
            **{**table, "task": Task(table["task"]), "baselines": tuple(table["baselines"])}
            | {"labels": tuple(table.get("labels", ())), "bare": Bare(table["bare"]) if "bare" in table else None}
        )
        for table in tables
    ]


def _shown(engine: str) -> list[Measure]:
    return [measure for measure in measures(engine) if measure.shown]


def _tables() -> dict[str, Any]:
    return tomllib.loads(files("epicrisis_lab.evaluation").joinpath("measured.toml").read_text(encoding="utf-8"))


def measure_all(engine: str, root: Path, *, samples: int, tell: Callable[[str], None]) -> Measured:
    """Evaluate ``engine`` and each measure's baselines on the dev files below ``root``.

    A baseline that is not installed, or has no weights for a label set, is left out with the reason; ``engine`` itself
    must answer.

    Raises:
        NothingToScore: it is not written down what to measure of ``engine``.
    """
    measured = Measured()
    batches: dict[str, Batch] = {}
    wanted = measures(engine)
    if not wanted:
        raise NothingToScore(f"measured.toml says nothing of {engine!r}; it knows {sorted(_tables()['measures'])}.")
    for measure in wanted:
        for name in (engine, *measure.baselines):
            key = measure.key(name)
            if key in measured.evaluations or name in measured.left_out:
                continue
            tell(f"{name} on {measure.file}")
            batch = batches.setdefault(measure.file, load_batch([root / measure.file], None))
            try:
                measured.evaluations[key] = evaluate(
                    measure.task, batch, name, ask=measure.ask, samples=samples, seed=0
                )
            except LabError as error:
                if name == engine:
                    raise
                gone = name if isinstance(error, MissingLibrary) else f"{name} on {measure.file}"
                measured.left_out[gone] = str(error)
    return measured


def readme_table(engine: str, measured: Measured) -> str:
    """Return the README's table of ``engine``: one row a measure, dev data, 95 % intervals."""
    columns: dict[str, list[str]] = _tables()["columns"][engine]
    rows = [f"| on dev data | {engine} | {' | '.join(columns)} | known |", "|---" * (len(columns) + 3) + "|"]
    for measure in _shown(engine):
        beside = [next((n for n in measure.baselines if n in names), "") for names in columns.values()]
        cells = [measured.figure(name, measure) for name in (engine, *beside)]
        rows.append(f"| {measure.name} | {' | '.join(cells)} | {measure.known} |")
    return "\n".join(rows) + "\n"


def with_table(readme: str, engine: str, table: str) -> str:
    """Return ``readme`` with ``table`` between the two marks of ``engine``; without them, it stays as it is."""
    mark = "measured figures" if engine == "model" else f"measured figures of {engine}"
    between = re.compile(rf"(<!-- {mark}:[^\n]*-->\n).*?(<!-- end of measured figures -->)", re.DOTALL)
    return between.sub(lambda match: f"{match[1]}\n{table}\n{match[2]}", readme, count=1)


def headline(engine: str, measured: Measured) -> Iterator[tuple[str, float]]:
    """Yield the figures the shipped card carries: ``corpus.metric`` and its value."""
    for measure in _shown(engine):
        evaluation = measured.evaluations.get(measure.key(engine))
        value = evaluation.metrics.get(measure.metric) if evaluation else None
        if value is not None:
            asked = "".join(f"{name}." for name in (*measure.labels, *([measure.bare.value] if measure.bare else ())))
            yield f"{Path(measure.file).parent.name}.{asked}{measure.metric}", round(float(value), 4)


def write_scores(card: Path, scores: Mapping[str, float]) -> None:
    """Put ``scores`` into the shipped ``card.json``."""
    content = json.loads(card.read_text(encoding="utf-8"))
    content["scores"] = dict(scores)
    card.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
