"""Figures and models in an MLflow file; without the extra `mlflow`, what the lab says then."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.shipped import shipped
from epicrisis.errors import CorruptArtifact
from epicrisis_lab.cli import app
from epicrisis_lab.errors import MissingLibrary, UnreadableFile
from epicrisis_lab.evaluation.tracking import EXPERIMENT, Tracking

needs_mlflow = pytest.mark.skipif(
    not all(map(find_spec, ("mlflow", "alembic", "sqlalchemy"))), reason="the extra `mlflow` is not installed"
)
ROW = {
    "id": "1",
    "lang": "en",
    "source": "ward",
    "text": "Denies Quetzalcanary.",
    "sentence_label": "ABSENT",
    "entities": [
        {
            "start": 7, "end": 20, "label": "PROBLEM", "text": "Quetzalcanary", "status": "ABSENT",
            "temporality": "CURRENT", "experiencer": "PATIENT",
        }
    ],
    "cues": [],
}  # fmt: skip


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Return a folder with a small shipped model, under its own card."""
    return shipped("ddxplus")


def clients(file: Path) -> Any:
    from mlflow import MlflowClient

    store = f"sqlite:///{file}"
    return MlflowClient(tracking_uri=store, registry_uri=store)


@needs_mlflow
def test_an_evaluation_and_a_model_are_kept_with_figures_and_checksums_and_no_text(tmp_path: Path, model: Path) -> None:
    rows, file = tmp_path / "ward.jsonl", tmp_path / "lab.db"
    rows.write_text(json.dumps(ROW) + "\n")

    asked = ["evaluate", "assertion", str(rows), "--engine", "rules", "--bootstrap", "0", "--track", str(file)]
    evaluated = CliRunner().invoke(app, asked)
    tracked = [CliRunner().invoke(app, ["track", str(model), "--into", str(file)]) for _ in range(2)]

    assert evaluated.exit_code == 0, evaluated.output
    # The same files are the same version, however often they are registered.
    assert [each.output.strip() for each in tracked] == ["version 1", "version 1"]
    client, card = clients(file), Artifact(model).card
    runs = {run.info.run_name: run.data for run in client.search_runs([_experiment(client)])}
    of_rules, of_card = runs["assertion rules"], runs[f"card {card.name} {card.version}"]
    assert of_rules.params == {
        "task": "assertion", "engine": "rules", "language": "en", "files": f"{tmp_path.name}/ward.jsonl", "rows": "1",
        "version": "1",
    }  # fmt: skip
    assert of_rules.metrics["status.accuracy"] == 1.0
    assert of_card.metrics == dict(card.scores)
    [version] = client.search_model_versions(f"name = 'epicrisis.{card.name}'")
    assert version.tags["version"] == card.version
    assert {name: version.tags[f"sha256.{name}"] for name in card.sha256} == dict(card.sha256)
    assert b"Quetzalcanary" not in b"".join(each.read_bytes() for each in tmp_path.rglob("lab*") if each.is_file())


@needs_mlflow
def test_a_model_that_is_not_what_its_card_says_is_not_registered(tmp_path: Path, model: Path) -> None:
    folder = tmp_path / "changed"
    folder.mkdir()
    card = json.loads((model / "card.json").read_text())
    for name in card["sha256"]:
        (folder / name).write_bytes((model / name).read_bytes())
    card["sha256"] = dict.fromkeys(card["sha256"], "0" * 64)
    (folder / "card.json").write_text(json.dumps(card))

    tracking = Tracking(tmp_path / "lab.db")
    with pytest.raises(CorruptArtifact):
        tracking.model(folder)

    assert clients(tmp_path / "lab.db").search_registered_models() == []


@needs_mlflow
def test_a_file_that_is_no_store_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no database " * 400)

    with pytest.raises(UnreadableFile, match=r"notes\.txt"):
        Tracking(tmp_path / "notes.txt")


def _experiment(client: Any) -> str:
    return str(client.get_experiment_by_name(EXPERIMENT).experiment_id)


@pytest.mark.skipif(find_spec("mlflow") is not None, reason="the extra `mlflow` is installed")
def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(MissingLibrary, match=r"epicrisis\[mlflow\]"):
        Tracking(tmp_path / "lab.db")
