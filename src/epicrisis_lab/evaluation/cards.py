"""The card of an engine as a page: what it is, what it learnt from, how it scores, what it gets wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from epicrisis.engines.contracts import EngineCard
from epicrisis_lab.corpora.catalogue import catalogue
from epicrisis_lab.errors import UnreadableFile
from epicrisis_lab.evaluation.figures import cells, stems, support
from epicrisis_lab.evaluation.report import reliability_cells
from epicrisis_lab.evaluation.run import Evaluation

_SCALARS = (str, int, float, bool)


def write_card(
    folder: Path,
    card: EngineCard,
    evaluations: Sequence[Evaluation],
    *,
    name: str | None = None,
    runs: Path | None = None,
) -> Path:
    """Write ``folder/NAME.md`` and return its path; ``name`` is the card's own where it is not given.

    ``runs`` is a JSON Lines file with one object per training run, oldest first; its scalar fields become the log.

    Raises:
        UnreadableFile: a line of ``runs`` is not a JSON object.
    """
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / f"{name or card.name}.md"
    page.write_text(card_page(card, evaluations, read_runs(runs) if runs else ()), encoding="utf-8")
    return page


def read_runs(path: Path) -> list[Mapping[str, Any]]:
    """Return the objects of a JSON Lines log, oldest first; no file means no run yet.

    Raises:
        UnreadableFile: a line is not a JSON object.
    """
    runs: list[Mapping[str, Any]] = []
    if not path.exists():
        return runs
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            run = json.loads(line)
        except json.JSONDecodeError as error:
            raise UnreadableFile(f"{path.name}:{number}: not JSON ({error.msg}); mend or remove the line.") from error
        if not isinstance(run, dict):
            raise UnreadableFile(f"{path.name}:{number}: not a JSON object; mend or remove the line.")
        runs.append(run)
    return runs


def card_page(card: EngineCard, evaluations: Sequence[Evaluation], runs: Sequence[Mapping[str, Any]] = ()) -> str:
    """Return the page as Markdown."""
    return "\n".join(
        [
            f"# {card.name}",
            "",
            *_what(card),
            *_trained_on(card),
            *_figures(evaluations),
            *_reliability(evaluations),
            *_limits(card),
            *_runs(runs),
        ]
    )


def _what(card: EngineCard) -> Iterator[str]:
    yield from ("## What it is", "", card.summary, "")
    yield from (f"- version {card.version}", f"- reads {', '.join(card.languages)}", f"- licence {card.licence}")
    yield from (f"- `{file}` sha256 `{digest}`" for file, digest in sorted(card.sha256.items()))
    yield ""


def _trained_on(card: EngineCard) -> Iterator[str]:
    yield from ("## Trained on", "")
    if not card.trained_on:
        yield from ("Nothing: it follows rules that people wrote.", "")
        return
    rows = []
    for name in card.trained_on:
        known = catalogue().get(name)
        rows.append((name, known.title, known.licence) if known else (name, "", "see NOTICE"))
    yield from table(("corpus", "what it is", "licence"), rows)


def _figures(evaluations: Sequence[Evaluation]) -> Iterator[str]:
    yield from ("## Figures", "")
    if not evaluations:
        yield from ("None measured yet.", "")
        return
    yield from ("With 95 % bootstrap intervals in brackets; `docs/reference/metrics.md` says how each is computed.", "")
    for evaluation in evaluations:
        files = ", ".join("/".join(Path(file).parts[-2:]) for file in evaluation.files)
        asked = "".join(_asked(evaluation))
        yield from (f"### {evaluation.task}: {files} ({evaluation.rows} rows, {evaluation.language}{asked})", "")
        yield from table(
            ("figure", "n", "precision", "recall", "F1 or figure"),
            [(f"`{stem}`", support(evaluation, stem), *cells(evaluation, stem)) for stem in stems(evaluation)],
        )


def _asked(evaluation: Evaluation) -> Iterator[str]:
    if evaluation.label_sets:
        yield f", asked for {' and '.join(evaluation.label_sets)}"
    if evaluation.bare:
        yield f", without the {evaluation.bare.value}"
    if evaluation.mentions:
        yield f", beside the mentions of {evaluation.mentions}"
    if evaluation.ward:
        yield ", as a ward writes"


def _reliability(evaluations: Sequence[Evaluation]) -> Iterator[str]:
    measured = [(each, name, bins) for each in evaluations for name, bins in each.reliability.items()]
    if not measured:
        return
    yield from ("## Reliability", "", "How often answers of each confidence are right.", "")
    for evaluation, name, bins in measured:
        yield from (f"### {evaluation.task}: {name}", "")
        yield from table(
            ("confidence", "answers", "mean confidence", "right"), [reliability_cells(each) for each in bins]
        )


def _limits(card: EngineCard) -> Iterator[str]:
    yield from ("## What it gets wrong", "")
    yield from (f"- {limit}" for limit in card.limits)
    yield ""


def _runs(runs: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not runs:
        return
    yield from ("## Log of runs", "")
    columns = list(dict.fromkeys(key for run in runs for key, value in run.items() if isinstance(value, _SCALARS)))
    yield from table(columns, [[_cell(run.get(column)) for column in columns] for run in runs])


def _cell(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value) if isinstance(value, _SCALARS) else ""


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a Markdown table and a blank one; a bar or a line feed in a cell does not break it."""
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/').replace(chr(10), ' ') for cell in row)} |"
    yield ""
