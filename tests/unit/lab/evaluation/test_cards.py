"""The card of an engine as a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from epicrisis.engines.contracts import EngineCard
from epicrisis_lab.errors import UnreadableFile
from epicrisis_lab.evaluation.cards import card_page, read_runs, write_card
from epicrisis_lab.evaluation.run import Evaluation, Task, evaluate, load_batch
from tests.unit.lab.files import pair, write

CARD = EngineCard(
    name="seven",
    version="1.2",
    summary="Knows seven words.",
    languages=("en",),
    trained_on=("mtsamples_status", "our own sentences"),
    limits=("Does not know that *denies* denies.",),
    sha256={"seven.onnx": "ab12"},
)
ROWS = [pair("p1", "No fever.", "fever", "ABSENT"), pair("p2", "Denies cough.", "cough", "ABSENT")]


@pytest.fixture
def evaluation(tmp_path: Path) -> Evaluation:
    return evaluate(Task.ASSERTION, load_batch([write(tmp_path / "dev.jsonl", ROWS)]), "tests.unit.lab.twins:build")


def test_a_card_says_what_the_engine_is_and_what_it_learnt_from() -> None:
    page = card_page(CARD, [])

    assert page.startswith("# seven\n")
    assert "- `seven.onnx` sha256 `ab12`" in page
    assert "| mtsamples_status | English dictated notes" in page
    assert "| CC0 |" in page
    assert "| our own sentences |  | see NOTICE |" in page
    assert "- Does not know that *denies* denies." in page
    assert "None measured yet." in page


def test_an_engine_of_rules_says_that_it_learnt_from_nothing() -> None:
    rules = EngineCard(name="rules", version="1", summary="Rules.", languages=("en",))

    assert "Nothing: it follows rules that people wrote." in card_page(rules, [])


def test_figures_come_with_intervals_counts_and_the_file_they_were_measured_on(evaluation: Evaluation) -> None:
    page = card_page(CARD, [evaluation])

    assert f"### assertion: {Path(evaluation.files[0]).parent.name}/dev.jsonl (2 rows, en)" in page
    assert "| figure | n | precision | recall | F1 or figure |" in page
    assert "| `status.accuracy` |  |  |  | 0.500 [0.000, 1.000] |" in page
    assert "| `status.ABSENT` | 2 | 1.000 [1.000, 1.000] | 0.500 [0.000, 1.000] | 0.667 [0.000, 1.000] |" in page
    assert "| 0.87 to 0.93 | 1 | 0.900 | 1.000 |" in page
    assert str(Path(evaluation.files[0]).parent) not in page


def test_each_run_of_the_log_is_a_row(tmp_path: Path) -> None:
    runs = write(tmp_path / "runs.jsonl", [{"run": "one", "f1": 0.81234567}, {"run": "two", "seed": 7, "extra": [1]}])

    page = write_card(tmp_path / "cards", CARD, [], name="english", runs=runs)

    assert page == tmp_path / "cards" / "english.md"
    text = page.read_text(encoding="utf-8")
    assert "| run | f1 | seed |\n|---|---|---|\n| one | 0.8123 |  |\n| two |  | 7 |" in text


def test_no_log_yet_means_no_run_yet(tmp_path: Path) -> None:
    assert read_runs(tmp_path / "runs.jsonl") == []


@pytest.mark.parametrize("line", ["{", "[]"])
def test_a_bad_line_of_the_log_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(UnreadableFile, match=r"runs\.jsonl:2: not"):
        read_runs(write(tmp_path / "runs.jsonl", [{"run": 1}, line]))


def test_a_bar_in_a_cell_does_not_break_the_table(tmp_path: Path) -> None:
    runs = write(tmp_path / "runs.jsonl", [{"note": "a|b"}])

    assert "| a/b |" in card_page(CARD, [], read_runs(runs))
