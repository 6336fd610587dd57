"""A Spanish run goes from prepared texts to weights, says what stopped it, and goes on from what it left."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="training needs the lab extra: make lab")
pytest.importorskip("transformers", reason="training needs the lab extra: make lab")

from epicrisis_lab.errors import StoppedRun  # noqa: E402
from epicrisis_lab.training import stages  # noqa: E402
from epicrisis_lab.training.flows import SideBySide, self_train, train_spanish  # noqa: E402
from epicrisis_lab.training.model import inner_of  # noqa: E402
from epicrisis_lab.training.stages import ENCODER, MODEL, Ground, load_model  # noqa: E402
from tests.unit.lab.training.small_base import LAYERS  # noqa: E402
from tests.unit.lab.training.spanish_ground import ground  # noqa: E402

STEPS = ("student", "polished", "settled")
LEFT = [f"pretrained/{ENCODER}", f"teacher-1/{MODEL}", "silver.npz", *(f"{step}/{MODEL}" for step in STEPS)]


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return ground(tmp_path_factory.mktemp("field"))


@pytest.fixture(scope="module", autouse=True)
def short() -> Iterator[None]:
    """Let every stage last one epoch of small batches, and else be what the run's own file says."""
    whole = stages.config_of

    def shortened(name: str, role: str) -> dict[str, Any]:
        tables = whole(name, role)
        return {
            stage: {**table, "epochs": 1, **({"rows": 4} if stage == "pretrain" else {})}
            for stage, table in tables.items()
        }

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(stages, "config_of", shortened)
        yield


@pytest.fixture(scope="module")
def run(field: Ground, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run with one teacher."""
    folder = tmp_path_factory.mktemp("run")
    train_spanish(field, folder, teachers=1)
    return folder


def weights(path: Path) -> dict[str, Any]:
    return torch.load(path, weights_only=True)  # type: ignore[no-any-return]


def same(one: Path, other: Path) -> bool:
    # Weights are kept in half precision: sums in another order may differ in its last digit.
    mine, yours = weights(one), weights(other)
    return set(mine) == set(yours) and all(torch.allclose(mine[n], yours[n], atol=1e-4, rtol=1e-3) for n in mine)


def test_every_stage_leaves_its_result(field: Ground, run: Path) -> None:
    assert all((run / name).exists() for name in LEFT)
    assert len(inner_of(load_model(field, run / "settled" / MODEL)).encoder.layer) == LAYERS
    told = json.loads((run / "log.jsonl").read_text(encoding="utf-8"))
    assert told["teachers"] == 1
    assert "es_status.sentence.accuracy" in told


def test_polishing_leaves_word_vectors_and_lower_layers_as_the_student_learnt_them(run: Path) -> None:
    frozen = stages.config_of("spanish", "student")["polish"]["frozen"]

    before, after = weights(run / "student" / MODEL), weights(run / "polished" / MODEL)

    moved = {name for name in after if not torch.equal(before[name], after[name])}
    assert not any(name.startswith("encoder.embeddings.") for name in moved)
    assert {int(n.split(".")[3]) for n in moved if ".layer." in n} == set(range(frozen, LAYERS))


def test_a_run_goes_on_from_what_it_left(field: Ground, run: Path, tmp_path: Path) -> None:
    for name in LEFT[:3]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((run / name).read_bytes())
    kept = {name: (tmp_path / name).stat().st_mtime_ns for name in LEFT[:3]}

    weights_in = train_spanish(field, tmp_path, teachers=1)

    assert {name: (tmp_path / name).stat().st_mtime_ns for name in LEFT[:3]} == kept
    assert same(weights_in / MODEL, run / "settled" / MODEL)


def test_what_it_reads_by_itself_teaches_the_upper_layers(field: Ground, run: Path) -> None:
    weights_in = self_train(field, run)

    before, after = weights(run / "settled" / MODEL), weights(weights_in / MODEL)
    moved = {name for name in after if not torch.equal(before[name], after[name])}
    assert (run / "read.jsonl.gz").exists()
    assert moved
    assert not any(name.startswith("encoder.embeddings.") for name in moved)


def test_a_run_without_teachers_learns_from_annotations_alone(field: Ground, run: Path, tmp_path: Path) -> None:
    (tmp_path / "pretrained").mkdir()
    (tmp_path / LEFT[0]).write_bytes((run / LEFT[0]).read_bytes())

    train_spanish(field, tmp_path, teachers=0)

    assert not (tmp_path / "silver.npz").exists()
    assert not same(tmp_path / "student" / MODEL, run / "student" / MODEL)


def test_side_by_side_the_run_comes_to_the_same_weights(field: Ground, run: Path, tmp_path: Path) -> None:
    train_spanish(field, tmp_path, teachers=1, side_by_side=True)

    assert same(tmp_path / "settled" / MODEL, run / "settled" / MODEL)


def test_jobs_side_by_side_all_come_to_their_end(tmp_path: Path) -> None:
    with SideBySide([partial((tmp_path / name).write_text, name) for name in ("a", "b")]):
        (tmp_path / "meanwhile").touch()

    assert {path.name for path in tmp_path.iterdir()} == {"a", "b", "meanwhile"}


def test_a_job_that_fails_stops_the_run_once_the_others_are_done(tmp_path: Path) -> None:
    jobs = [partial((tmp_path / "nowhere" / "a").write_text, "a"), partial((tmp_path / "b").write_text, "b")]

    with pytest.raises(StoppedRun, match=r"1 of 2 jobs stopped; the log says why\. Run it again\."), SideBySide(jobs):
        pass

    assert (tmp_path / "b").exists()
