"""Figures and wrong cases on a terminal."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from epicrisis_lab.evaluation.calibration import Bin
from epicrisis_lab.evaluation.figures import cells, stems, support
from epicrisis_lab.evaluation.mistakes import Mistake
from epicrisis_lab.evaluation.run import Evaluation

# Characters shown on either side of a mark: enough for a sentence, and an abstract stays readable.
_AROUND = 120
_BAR = 20


def show_figures(console: Console, evaluations: Sequence[Evaluation]) -> None:
    """Print the figures of ``evaluations``, which are of one task on the same rows: a line an engine, under each."""
    first = evaluations[0]
    table = Table(title=f"{first.task} · {first.rows} rows · {first.language}", title_justify="left")
    table.add_column("figure", overflow="fold")
    table.add_column("n", justify="right")
    table.add_column("engine", overflow="fold")
    for part in ("precision", "recall", "F1 or figure"):
        table.add_column(f"{part} [95 %]", justify="right", overflow="fold")
    for stem in dict.fromkeys(stem for evaluation in evaluations for stem in stems(evaluation)):
        for evaluation in evaluations:
            told = (stem, support(first, stem)) if evaluation is first else ("", "")
            table.add_row(*told, evaluation.engine, *cells(evaluation, stem))
    console.print(table)


def show_confusions(console: Console, evaluation: Evaluation) -> None:
    """Print each confusion of ``evaluation``: gold down, predicted across."""
    for name, counts in evaluation.metrics.items():
        if not isinstance(counts, Mapping):
            continue
        columns = sorted(set(counts) | {label for row in counts.values() for label in row})
        table = Table(title=f"{evaluation.engine} · {name} (gold down, predicted across)", title_justify="left")
        table.add_column("")
        for label in columns:
            table.add_column(label, justify="right")
        for gold, row in counts.items():
            table.add_row(gold, *(_count(row.get(label, 0), right=label == gold) for label in columns))
        console.print(table)


def _count(count: int, *, right: bool) -> Text:
    return Text("·" if count == 0 else str(count), style="green" if right else "red" if count else "dim")


def show_reliability(console: Console, evaluation: Evaluation) -> None:
    """Print how often answers of each confidence are right."""
    for name, bins in evaluation.reliability.items():
        table = Table(title=f"{evaluation.engine} · {name} reliability", title_justify="left")
        for column in ("confidence", "answers", "mean confidence", "right"):
            table.add_column(column, justify="right")
        table.add_column("")
        for each in bins:
            table.add_row(*reliability_cells(each), "█" * round(each.accuracy * _BAR))
        console.print(table)


def reliability_cells(each: Bin) -> tuple[str, str, str, str]:
    """Return a bin as the four cells that both the terminal and the card show."""
    return f"{each.lower:.2f} to {each.upper:.2f}", str(each.count), f"{each.confidence:.3f}", f"{each.accuracy:.3f}"


def show_mistakes(console: Console, evaluation: Evaluation, *, per_kind: int, seed: int = 0) -> None:
    """Print up to ``per_kind`` wrong cases of each kind, drawn by ``seed``, the most frequent kind first."""
    kinds: dict[str, list[Mistake]] = {}
    for mistake in evaluation.mistakes:
        kinds.setdefault(mistake.kind, []).append(mistake)
    draw = random.Random(seed)
    console.print(Text(f"{evaluation.engine}: {len(evaluation.mistakes)} wrong cases", style="bold"))
    for kind, mistakes in sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0])):
        console.print(Text(f"\n{kind} · {len(mistakes)}", style="bold yellow"))
        for mistake in draw.sample(mistakes, min(per_kind, len(mistakes))):
            console.print(Text(f"  {mistake.row}  ", style="dim") + Text(marked(mistake)), soft_wrap=True)


def marked(mistake: Mistake) -> str:
    """Return the text around the marks of ``mistake``: ``[[gold|LABEL]]``, ``<<predicted|LABEL>>``, or both in one."""
    marks = [mark for mark in (mistake.gold, mistake.predicted) if mark is not None]
    if not marks:
        return " ".join(mistake.text.split())
    start = max(0, min(mark.start for mark in marks) - _AROUND)
    end = min(len(mistake.text), max(mark.end for mark in marks) + _AROUND)
    shown = [mistake.text[at] for at in range(start, end)]
    gold, predicted = mistake.gold, mistake.predicted
    if gold is not None and predicted is not None and gold[:2] == predicted[:2]:
        _mark(shown, gold.start - start, gold.end - start, "[[", f"|{gold.label} -> {predicted.label}]]")
    else:
        if gold is not None:
            _mark(shown, gold.start - start, gold.end - start, "[[", f"|{gold.label}]]")
        if predicted is not None:
            _mark(shown, predicted.start - start, predicted.end - start, "<<", f"|{predicted.label}>>")
    text = " ".join("".join(shown).split())
    return ("… " if start else "") + text + (" …" if end < len(mistake.text) else "")


def _mark(shown: list[str], start: int, end: int, opening: str, closing: str) -> None:
    shown[start] = opening + shown[start]
    shown[end - 1] = shown[end - 1] + closing
