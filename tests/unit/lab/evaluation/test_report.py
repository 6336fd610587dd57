"""Figures and wrong cases as a person reads them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from epicrisis_lab.evaluation.mistakes import Mistake
from epicrisis_lab.evaluation.report import marked, show_confusions, show_figures, show_mistakes, show_reliability
from epicrisis_lab.evaluation.run import Evaluation, Task, evaluate, load_batch
from epicrisis_lab.evaluation.spans import Mark
from tests.unit.lab.files import pair, write

ROWS = [
    pair("p1", "No fever.", "fever", "ABSENT"),
    pair("p2", "Denies cough.", "cough", "ABSENT"),
    pair("p3", "Fever [at night].", "Fever", "PRESENT"),
]


@pytest.fixture
def evaluation(tmp_path: Path) -> Evaluation:
    return evaluate(Task.ASSERTION, load_batch([write(tmp_path / "dev.jsonl", ROWS)]), "tests.unit.lab.twins:build")


@pytest.fixture
def console() -> Console:
    return Console(record=True, width=160)


def test_figures_stand_with_their_intervals(evaluation: Evaluation, console: Console) -> None:
    show_figures(console, [evaluation])

    text = console.export_text()
    assert "assertion · 3 rows · en" in text
    assert "status.accuracy" in text
    assert "0.667 [0.000, 1.000]" in text
    assert "precision [95 %]" in text


def test_every_engine_has_its_precision_recall_and_f1_under_each_figure(
    evaluation: Evaluation, console: Console
) -> None:
    show_figures(console, [evaluation, replace(evaluation, engine="other")])

    lines = [[cell.strip() for cell in line.split("│")[1:-1]] for line in console.export_text().splitlines()]
    at = next(i for i, line in enumerate(lines) if line[:1] == ["status.ABSENT"])
    parts = ["1.000 [1.000, 1.000]", "0.500 [0.000, 1.000]", "0.667 [0.000, 1.000]"]
    assert lines[at] == ["status.ABSENT", "2", "tests.unit.lab.twins:build", *parts]
    assert lines[at + 1] == ["", "", "other", *parts]


def test_confusions_stand_gold_down(evaluation: Evaluation, console: Console) -> None:
    show_confusions(console, evaluation)

    (line,) = [line for line in console.export_text().splitlines() if line.startswith("│ ABSENT")]
    assert [cell.strip() for cell in line.strip("│").split("│")] == ["ABSENT", "1", "1"]


def test_reliability_has_a_line_per_bin(evaluation: Evaluation, console: Console) -> None:
    show_reliability(console, evaluation)

    text = console.export_text()
    assert "0.47 to 0.53" in text
    assert "0.87 to 0.93" in text


def test_wrong_cases_stand_under_their_kind_with_their_marks(evaluation: Evaluation, console: Console) -> None:
    show_mistakes(console, evaluation, per_kind=5)

    text = console.export_text()
    assert "1 wrong cases" in text
    assert "ABSENT -> PRESENT · 1" in text
    assert "p2  Denies [[cough|ABSENT -> PRESENT]]." in text


TEXT = "Severe chest pain today."
GOLD, NARROW, APART = Mark(0, 17, "PROBLEM"), Mark(7, 17, "PROBLEM"), Mark(18, 23, "TEST")


@pytest.mark.parametrize(
    ("gold", "predicted", "shown"),
    [
        (GOLD, None, "[[Severe chest pain|PROBLEM]] today."),
        (None, APART, "Severe chest pain <<today|TEST>>."),
        (GOLD, NARROW, "[[Severe <<chest pain|PROBLEM]]|PROBLEM>> today."),
        (GOLD, Mark(0, 17, "TEST"), "[[Severe chest pain|PROBLEM -> TEST]] today."),
    ],
)
def test_marks_show_what_was_wanted_and_what_came(gold: Mark | None, predicted: Mark | None, shown: str) -> None:
    assert marked(Mistake("k", "r1", "invented", TEXT, gold, predicted)) == shown


def test_of_a_long_text_only_the_surroundings_are_shown() -> None:
    text = "word " * 200 + "fever" + " word" * 200

    shown = marked(Mistake("k", "r1", "invented", text, gold=Mark(1000, 1005, "PROBLEM")))

    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert "[[fever|PROBLEM]]" in shown
    assert len(shown) < 300
