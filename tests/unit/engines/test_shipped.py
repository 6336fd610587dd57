"""An engine whose files are not what their card says is refused when it is built, not when somebody needs it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from epicrisis.engines.codes.ingredients.linker import FOLDER, VOCABULARY, IngredientLinker
from epicrisis.engines.shipped import ShippedEngine, shipped
from epicrisis.errors import CorruptArtifact, MissingArtifact


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped(FOLDER), tmp_path / FOLDER))


def test_builds_the_engine_of_a_folder_as_it_should_be(folder: Path) -> None:
    engine = ShippedEngine(str(folder), IngredientLinker)

    assert engine().card == engine.card


def test_a_missing_file_is_told_before_the_engine_reads_it(folder: Path) -> None:
    (folder / VOCABULARY).unlink()
    engine = ShippedEngine(str(folder), IngredientLinker)

    with pytest.raises(MissingArtifact):
        engine()
    with pytest.raises(MissingArtifact):
        engine.card  # noqa: B018


def test_a_changed_file_is_told_before_the_engine_reads_it(folder: Path) -> None:
    with (folder / VOCABULARY).open("ab") as file:
        file.write(b" ")

    with pytest.raises(CorruptArtifact):
        ShippedEngine(str(folder), IngredientLinker)()
