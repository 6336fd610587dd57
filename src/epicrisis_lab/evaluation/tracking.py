"""Figures and models in an MLflow file on this machine: what was measured, of which weights, and in which version.

Figures, names and checksums alone: no text, no wrong case and no weights are written there, and nothing is sent.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from epicrisis.engines.artifacts import CARD, Artifact
from epicrisis.engines.contracts import EngineCard
from epicrisis_lab.errors import MissingLibrary, UnreadableFile
from epicrisis_lab.evaluation.run import Evaluation

if TYPE_CHECKING:
    from mlflow import MlflowClient

EXPERIMENT = "epicrisis"
# What MLflow takes in the name of a figure.
_FOREIGN = re.compile(r"[^\w./ -]", re.ASCII)
_LONGEST = 250
# Before MLflow is imported: else it reports its use over the network.
_SILENT = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}


class Tracking:
    """An MLflow store in one SQLite file, with the cards of models in a folder beside it."""

    def __init__(self, file: Path) -> None:
        """Open the store in ``file``, made where it is not there yet.

        Raises:
            MissingLibrary: MLflow is not installed.
            UnreadableFile: the file cannot be opened or made.
        """
        self.file = file.resolve()
        self._client = _client(self.file)
        found = self._client.get_experiment_by_name(EXPERIMENT)
        self._experiment: str = (
            self._client.create_experiment(EXPERIMENT, artifact_location=self._artifacts.as_uri())
            if found is None
            else found.experiment_id
        )

    def evaluation(self, evaluation: Evaluation, card: EngineCard | None = None) -> str:
        """Keep the figures of ``evaluation`` as a run and return its id; ``card`` says which version it was of."""
        about = {
            "task": evaluation.task,
            "engine": evaluation.engine,
            "language": evaluation.language,
            "files": " ".join("/".join(Path(file).parts[-2:]) for file in evaluation.files),
            "rows": str(evaluation.rows),
            **({"version": card.version} if card is not None else {}),
        }
        figures = dict(_numbers(evaluation.metrics))
        for name, (low, high) in evaluation.intervals.items():
            figures |= {f"{name}.low": low, f"{name}.high": high}
        return self._run(f"{evaluation.task} {evaluation.engine}", about, figures, _checksums(card))

    def model(self, folder: Path) -> str:
        """Register the model in ``folder``, once its files are what its card says, and return its version there.

        A model whose files are registered already keeps the version it has.

        Raises:
            ArtifactError: a file is missing or not what the card says.
        """
        artifact = Artifact(folder)
        for file in artifact.card.sha256:
            artifact.path(file)
        card = artifact.card
        name, mark = f"epicrisis.{card.name}", _mark(card)
        for known in self._client.search_model_versions(f"name = '{name}'"):
            if known.tags.get("sha256") == mark:
                return str(known.version)
        about = {
            "name": card.name,
            "version": card.version,
            "languages": " ".join(card.languages),
            "licence": card.licence,
            "trained_on": " ".join(card.trained_on)[:_LONGEST],
        }
        run = self._run(f"card {card.name} {card.version}", about, dict(card.scores), _checksums(card))
        self._client.log_artifact(run, str(folder / CARD))
        if not any(each.name == name for each in self._client.search_registered_models(f"name = '{name}'")):
            self._client.create_registered_model(name)
        registered = self._client.create_model_version(
            name,
            source=folder.resolve().as_uri(),
            run_id=run,
            tags={"version": card.version, "sha256": mark, **_checksums(card)},
            description=card.summary,
        )
        return str(registered.version)

    @property
    def _artifacts(self) -> Path:
        return self.file.with_name(f"{self.file.stem}.artifacts")

    def _run(self, name: str, about: Mapping[str, str], figures: Mapping[str, float], tags: Mapping[str, str]) -> str:
        from mlflow.entities import Metric, Param, RunTag

        run: str = self._client.create_run(self._experiment, run_name=name).info.run_id
        now = time.time_ns() // 1_000_000
        self._client.log_batch(
            run,
            metrics=[Metric(_FOREIGN.sub("_", figure), value, now, 0) for figure, value in figures.items()],
            params=[Param(each, value or "none") for each, value in about.items()],
            tags=[RunTag(each, value) for each, value in tags.items()],
        )
        self._client.set_terminated(run)
        return run


def _client(file: Path) -> MlflowClient:
    os.environ.update(_SILENT)
    try:
        import alembic  # noqa: F401
        import sqlalchemy  # noqa: F401
        from mlflow import MlflowClient
    except ImportError as cause:
        raise MissingLibrary(
            f"Keeping figures needs MLflow ({cause}); run: pip install 'epicrisis[mlflow]', in an environment of its "
            "own, for it bounds libraries of the server."
        ) from cause
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    store = f"sqlite:///{file}"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        client = MlflowClient(tracking_uri=store, registry_uri=store)
        client.search_experiments(max_results=1)
    except (OSError, MlflowException, SQLAlchemyError) as cause:
        raise UnreadableFile(
            f"{file.name} is no store of MLflow, or cannot be made; name a file in a folder you may write to."
        ) from cause
    return client


def _numbers(metrics: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield the figures that are one number; confusions are tables, and what is undefined is none."""
    for name, value in metrics.items():
        if isinstance(value, int | float) and math.isfinite(value):
            yield name, float(value)


def _checksums(card: EngineCard | None) -> dict[str, str]:
    return {} if card is None else {f"sha256.{file}": digest for file, digest in sorted(card.sha256.items())}


def _mark(card: EngineCard) -> str:
    """Return one checksum for all files of a model and the name they go by."""
    told = json.dumps([card.name, card.version, sorted(card.sha256.items())])
    return hashlib.sha256(told.encode()).hexdigest()
