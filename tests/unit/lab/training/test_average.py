"""The average of two runs is the weighted mean of every weight."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="training needs the lab extra: make lab")
pytest.importorskip("transformers", reason="training needs the lab extra: make lab")

from epicrisis_lab.training.stages import MODEL, run_average  # noqa: E402


def test_each_weight_is_the_weighted_mean(tmp_path: Path) -> None:
    for name, value in (("one", 1.0), ("other", 3.0)):
        (tmp_path / name).mkdir()
        torch.save({"layer": torch.full((2, 2), value).half()}, tmp_path / name / MODEL)

    run_average({tmp_path / "one": 0.25, tmp_path / "other": 0.75}, tmp_path / "mean")

    mean = torch.load(tmp_path / "mean" / MODEL, weights_only=True)
    assert torch.equal(mean["layer"], torch.full((2, 2), 2.5).half())
