"""The commands on a corpus of 1,500 invented patients: what they write, print and refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.differential.learnt import WEIGHTS
from epicrisis_lab.cli import app
from epicrisis_lab.corpora.catalogue import DATA_SETTING
from epicrisis_lab.differential.ddxplus import FOLDER
from tests.unit.lab.differential.invented import PATHOLOGIES

# By where it is written and not by name, so that these tests run from a checkout that is not installed.
SHIPPED = "epicrisis.engines.differential.learnt:build"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, folder: Path) -> CliRunner:
    monkeypatch.setenv(DATA_SETTING, str(folder.parents[len(FOLDER.parts) - 1]))
    monkeypatch.setenv("COLUMNS", "160")
    return CliRunner()


def test_training_writes_weights_a_card_and_a_line_of_the_log(run: CliRunner, tmp_path: Path) -> None:
    out, runs = tmp_path / "out", tmp_path / "runs.jsonl"
    options = ["--epochs", "2", "--out", str(out), "--runs", str(runs), "--what", "first light"]

    done = run.invoke(app, ["differential", "train-ddxplus", *options])

    assert done.exit_code == 0, done.output
    artifact = Artifact(out)
    assert artifact.path(WEIGHTS).stat().st_size > 1000
    [told] = [json.loads(line) for line in runs.read_text(encoding="utf-8").splitlines()]
    assert (told["what"], told["epochs"]) == ("first light", 2)
    assert told["all.top_1"] == artifact.card.scores["ddxplus.dev.all.top_1"]
    assert "epoch 2" in done.output
    assert "all, told" in done.output


def test_evaluating_tells_the_engine_beside_a_naive_bayes(run: CliRunner) -> None:
    done = run.invoke(app, ["differential", "evaluate-ddxplus", "--engine", SHIPPED, "--rows", "20", "--json"])

    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert list(found) == [SHIPPED, "naive Bayes"]
    assert found[SHIPPED].keys() == found["naive Bayes"].keys()
    assert found["naive Bayes"]["all"]["top_1"] > 0.8
    # It was asked through its contract, for this corpus has seven of its evidences, and makes no lists there.
    assert 0 < found[SHIPPED]["all"]["top_3"] <= 1
    assert "list_f1" not in found[SHIPPED]["all"]


def test_patients_of_a_file_are_asked_about(run: CliRunner, tmp_path: Path) -> None:
    rows = [{"age": 33, "sex": "M", "pathology": name, "evidences": ["E_91", "E_201"]} for name in PATHOLOGIES]
    file = tmp_path / "held.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")

    done = run.invoke(app, ["differential", "evaluate-ddxplus", str(file), "--engine", SHIPPED])

    assert done.exit_code == 0, done.output
    assert "held.jsonl" in done.output
    assert "naive Bayes" in done.output


@pytest.mark.parametrize("command", ["train-ddxplus", "evaluate-ddxplus"])
def test_without_the_corpus_it_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch, run: CliRunner, tmp_path: Path, command: str
) -> None:
    monkeypatch.setenv(DATA_SETTING, str(tmp_path))

    done = run.invoke(app, ["differential", command])

    assert done.exit_code == 1
    assert "EPICRISIS_CORPORA" in done.output


def test_an_engine_that_is_not_there_is_named(run: CliRunner) -> None:
    done = run.invoke(app, ["differential", "evaluate-ddxplus", "--engine", "oracle", "--rows", "5"])

    assert done.exit_code == 1
    assert "oracle" in done.output
