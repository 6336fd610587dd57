"""The labeller begins as its teacher, learns what it is shown, and goes on after a stop."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="training needs the lab extra: make lab")
pytest.importorskip("transformers", reason="training needs the lab extra: make lab")

from epicrisis.engines.encoder.load import LoadedEncoder, load_encoder  # noqa: E402
from epicrisis.engines.shipped import shipped  # noqa: E402
from epicrisis_lab.training.examples import Example  # noqa: E402
from epicrisis_lab.training.labeller import Labeller, Shape, begin  # noqa: E402
from epicrisis_lab.training.labelling import (  # noqa: E402
    LabellingConfig,
    Lesson,
    Teaching,
    ask_teacher,
    lessons_of,
)
from epicrisis_lab.training.readback import weights_of  # noqa: E402

WHOLE = Shape(words=384, hidden=384, feed=1536, heads=12, layers=(0, 1, 2, 3, 4, 5))
SMALL = Shape(words=16, hidden=64, feed=64, heads=2, layers=(0,))
TEXTS = ("He denies pain.", "Possible pneumonia.", "She has fever.", "Call us if pain recurs.")
TEACHING = LabellingConfig(epochs=3, budget=64, rate=3e-3, warm=2)


@pytest.fixture(scope="module")
def teacher() -> LoadedEncoder:
    return load_encoder(shipped("english"))


@pytest.fixture(scope="module")
def weights() -> dict[str, torch.Tensor]:
    return weights_of(shipped("english") / "encoder.onnx")


@pytest.fixture(scope="module")
def lessons(teacher: LoadedEncoder, tmp_path_factory: pytest.TempPathFactory) -> list[Lesson]:
    path = tmp_path_factory.mktemp("labelling") / "answers.npz"
    labels = ("ABSENT", "POSSIBLE", "PRESENT", "CONDITIONAL")
    shown = [Example(f"t{n}", "test", "train", text, sentence=label) for n, text, label in _numbered(labels)]
    asked = [replace(example, id=f"d{example.id}", split="dev") for example in shown]
    ask_teacher(teacher, [*shown * 8, *asked], path)
    return lessons_of(path)


def _numbered(labels: tuple[str, ...]) -> list[tuple[int, str, str]]:
    return [(number, text, label) for number, (text, label) in enumerate(zip(TEXTS, labels, strict=True))]


def taught(weights: dict[str, torch.Tensor], lessons: list[Lesson], folder: Path, epochs: int) -> Labeller:
    torch.manual_seed(1)
    labeller = begin(SMALL, weights)
    Teaching(labeller, lessons, [slice(0, 3)], replace(TEACHING, epochs=epochs)).run(folder)
    return labeller


def test_a_labeller_as_large_as_its_teacher_says_what_the_teacher_says(
    teacher: LoadedEncoder, weights: dict[str, torch.Tensor]
) -> None:
    labeller = begin(WHOLE, weights).eval()
    state = labeller.state_dict()
    for part in ("mix.0", "out"):
        for kind in ("weight", "bias"):
            state[f"sentence.{part}.{kind}"] = weights[f"sentence.{part}.{kind}"]
    state["sentence.score.bias"] = weights["sentence.score.bias"]
    labeller.load_state_dict(state)
    [reading] = teacher.encoder.read(["The patient denies chest pain."])
    ids = torch.tensor([[101, *reading.pieces.ids.tolist(), 102]])

    with torch.no_grad():
        scores, _ = labeller(ids, torch.ones_like(ids))

    assert scores[0].numpy() == pytest.approx(reading.sentence, abs=0.02)


def test_learns_the_answers_of_the_teacher(
    weights: dict[str, torch.Tensor], lessons: list[Lesson], tmp_path: Path
) -> None:
    labeller = taught(weights, lessons, tmp_path, epochs=12)

    scores = Teaching(labeller, lessons, [slice(0, 3)], TEACHING).scores()

    assert scores["dev.accuracy"] == 1.0


def test_a_stopped_run_goes_on_to_the_same_labeller(
    weights: dict[str, torch.Tensor], lessons: list[Lesson], tmp_path: Path
) -> None:
    at_once = taught(weights, lessons, tmp_path / "at-once", epochs=3)
    torch.manual_seed(1)
    config = replace(TEACHING, epochs=3)
    first = Teaching(begin(SMALL, weights), lessons, [slice(0, 3)], config)
    first._config = replace(config, epochs=1)
    first.run(tmp_path / "stopped")

    later = taught(weights, lessons, tmp_path / "stopped", epochs=3)

    for name, value in at_once.state_dict().items():
        assert torch.allclose(later.state_dict()[name], value, atol=1e-6), name
