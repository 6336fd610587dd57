from __future__ import annotations

from pathlib import Path

import pytest

from epicrisis_lab.differential.ddxplus import Patients
from epicrisis_lab.differential.words import Words, words_of
from tests.unit.lab.differential.invented import drawn, read, write_corpus


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of 1,500 patients drawn by dice."""
    return write_corpus(tmp_path_factory.mktemp("corpora"), drawn(1500))


@pytest.fixture(scope="module")
def patients(folder: Path) -> Patients:
    return read(folder)


@pytest.fixture(scope="module")
def words(folder: Path) -> Words:
    return words_of(folder)
