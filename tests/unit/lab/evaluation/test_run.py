"""One evaluation from files to figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from epicrisis_lab.errors import NothingToScore
from epicrisis_lab.evaluation.run import Evaluation, Task, evaluate, load_batch
from tests.unit.lab.files import pair, write

ENGINE = "tests.unit.lab.twins:build"
ROWS = [pair("p1", "No fever.", "fever", "ABSENT"), pair("p2", "Denies cough.", "cough", "ABSENT")]
SPANISH = pair("e1", "Sin fiebre.", "fiebre", "ABSENT", lang="es")


def test_an_evaluation_says_what_was_scored(tmp_path: Path) -> None:
    file = write(tmp_path / "dev.jsonl.gz", [*ROWS, "not a row"])

    evaluation = evaluate(Task.ASSERTION, load_batch([file]), ENGINE)

    assert (evaluation.task, evaluation.files, evaluation.rows) == ("assertion", (str(file),), 2)
    assert (evaluation.engine, evaluation.language, evaluation.skipped) == (ENGINE, "en", 1)
    assert evaluation.metrics["status.accuracy"] == 0.5
    assert evaluation.intervals["status.accuracy"] == (0.0, 1.0)


def test_counts_have_no_interval_and_confusions_neither(tmp_path: Path) -> None:
    evaluation = evaluate(Task.ASSERTION, load_batch([write(tmp_path / "dev.jsonl", ROWS)]), ENGINE)

    assert "status.ABSENT.support" in evaluation.metrics
    assert "status.confusion" in evaluation.metrics
    assert not {"status.ABSENT.support", "status.confusion"} & set(evaluation.intervals)


def test_the_seed_decides_the_intervals_and_nothing_else(tmp_path: Path) -> None:
    many = [
        pair(f"p{i}", f"{word} fever on day {i}.", "fever", "ABSENT") for i in range(20) for word in ("No", "Denies")
    ]
    batch = load_batch([write(tmp_path / "dev.jsonl", many)])
    one, same, other = (evaluate(Task.ASSERTION, batch, ENGINE, samples=50, seed=seed) for seed in (1, 1, 2))

    assert one == same
    assert one.metrics == other.metrics
    assert one.intervals != other.intervals


def test_no_samples_mean_no_intervals(tmp_path: Path) -> None:
    batch = load_batch([write(tmp_path / "dev.jsonl", ROWS)])

    assert evaluate(Task.ASSERTION, batch, ENGINE, samples=0).intervals == {}


def test_json_goes_there_and_back(tmp_path: Path) -> None:
    batch = load_batch([write(tmp_path / "dev.jsonl", ROWS)])
    evaluation = evaluate(Task.ASSERTION, batch, ENGINE)

    written = json.loads(json.dumps(evaluation.as_json(reliability=True)))

    assert Evaluation.from_json(written).as_json(reliability=True) == evaluation.as_json(reliability=True)
    assert set(evaluation.as_json()) == {
        "task", "files", "rows", "engine", "language", "label_sets", "mentions", "bare", "ward", "metrics", "intervals",
        "skipped",
    }  # fmt: skip


def test_rows_of_another_language_are_left_out_and_counted(tmp_path: Path) -> None:
    file = write(tmp_path / "dev.jsonl", [*ROWS, SPANISH])

    batch = load_batch([file], "en")

    assert (len(batch.rows), batch.other_language) == (2, 1)
    with pytest.raises(NothingToScore, match="en and es; choose one with --language"):
        load_batch([file])


def test_the_language_follows_from_the_rows(tmp_path: Path) -> None:
    assert load_batch([write(tmp_path / "dev.jsonl", [SPANISH])]).language == "es"


def test_a_file_without_a_good_row_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NothingToScore, match="no good row in 'en': 2 bad, 1 in 'es'"):
        load_batch([write(tmp_path / "dev.jsonl", ["x", "y", SPANISH])], "en")
