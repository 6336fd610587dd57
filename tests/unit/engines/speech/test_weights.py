from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.shipped import shipped
from epicrisis.engines.speech.hearing import Whisper
from epicrisis.engines.speech.weights import PACKAGES, own, packaged
from epicrisis.errors import CorruptArtifact, MissingArtifact

# The halves of a model, and what lies beside the first, as the packages have them.
CONTENT = {
    PACKAGES[0]: {
        "model.bin.part1": b"first half, ",
        "config.json": b"{}",
        "tokenizer.json": b"{}",
        "vocabulary.txt": b"word",
    },
    PACKAGES[1]: {"model.bin.part2": b"second half"},
}
SHA256 = {
    "model.bin": sha256(b"first half, second half").hexdigest(),
    "config.json": sha256(b"{}").hexdigest(),
    "tokenizer.json": sha256(b"{}").hexdigest(),
    "vocabulary.txt": sha256(b"word").hexdigest(),
}


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Path]:
    for package, files in CONTENT.items():
        for name, content in files.items():
            file = tmp_path / package / "data" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    return {package: tmp_path / package for package in CONTENT}


def test_the_halves_of_the_model_become_one(places: dict[str, Path]) -> None:
    files = packaged(SHA256, places=places)

    assert files["model.bin"] == b"first half, second half"
    assert set(files) == set(SHA256)


@pytest.mark.parametrize(("package", "name"), [(package, name) for package, files in CONTENT.items() for name in files])
def test_one_bit_that_is_another_is_refused(places: dict[str, Path], package: str, name: str) -> None:
    file = places[package] / "data" / name
    content = file.read_bytes()
    file.write_bytes(bytes([content[0] ^ 1]) + content[1:])

    with pytest.raises(CorruptArtifact, match=r"does not match the sha256.*install"):
        packaged(SHA256, places=places)


def test_a_file_that_is_gone_is_missed_by_name(places: dict[str, Path]) -> None:
    (places[PACKAGES[1]] / "data" / "model.bin.part2").unlink()

    with pytest.raises(MissingArtifact, match=r"model\.bin\.part2"):
        packaged(SHA256, places=places)


def test_the_card_pins_every_file_that_is_loaded() -> None:
    artifact = Artifact(shipped("speech"))

    assert set(artifact.card.sha256) == {*SHA256, "silero_vad.onnx"}
    assert artifact.path("silero_vad.onnx").exists()


def test_a_folder_of_ones_own_is_read_whole(tmp_path: Path) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.json", "preprocessor_config.json"):
        (tmp_path / name).write_bytes(name.encode())

    files = own(tmp_path)

    assert files == {name: name.encode() for name in files}
    assert "preprocessor_config.json" in files


@pytest.mark.parametrize(
    ("names", "missed"),
    [
        ((), r"model\.bin"),
        (("model.bin", "config.json"), r"tokenizer\.json"),
        (("model.bin", "config.json", "tokenizer.json"), r"vocabulary\.txt"),
    ],
)
def test_a_folder_without_a_model_says_what_it_lacks(tmp_path: Path, names: tuple[str, ...], missed: str) -> None:
    for name in names:
        (tmp_path / name).write_bytes(b"{}")

    with pytest.raises(MissingArtifact, match=missed):
        own(tmp_path)


def test_no_folder_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(MissingArtifact, match="EPICRISIS_SPEECH_MODEL"):
        own(tmp_path / "nowhere")


def test_what_is_no_model_is_refused_with_the_tool_that_makes_one() -> None:
    pytest.importorskip("ctranslate2", reason="the runtime comes with epicrisis[speech]")
    files = {"model.bin": b"\x80\x04pickled", "config.json": b"{}", "tokenizer.json": json.dumps({}).encode()}

    with pytest.raises(CorruptArtifact, match="ct2-transformers-converter"):
        Whisper(files)
