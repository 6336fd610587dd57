from __future__ import annotations

import hashlib
import io
import json
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from epicrisis.engines.artifacts import CARD, Artifact
from epicrisis.errors import CorruptArtifact, MissingArtifact

# The first field of a ModelProto, ir_version 8, and a graph of no nodes.
ONNX = b"\x08\x08\x3a\x00"
SAFETENSORS = (2).to_bytes(8, "little") + b"{}"


def npz() -> bytes:
    stream = io.BytesIO()
    np.savez(stream, words=np.arange(3))
    return stream.getvalue()


def torch_like() -> bytes:
    """Return a zip with a pickle inside, as torch.save writes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps([1]))
    return stream.getvalue()


def model(folder: Path, files: dict[str, bytes], **changes: Any) -> Path:
    """Write a model folder with a card that fits its files, but for ``changes``."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    card = {
        "name": "small",
        "version": "3",
        "summary": "Reads nothing.",
        "languages": ["en"],
        "trained_on": ["nothing"],
        "licence": "Apache-2.0",
        "scores": {"status.accuracy": 0.5},
        "limits": ["Everything."],
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        "sizes": {name: len(content) for name, content in files.items()},
        "labels": {"status": ["PRESENT", "ABSENT"]},
        "temperatures": {"status": 1.25},
    }
    (folder / CARD).write_text(json.dumps({**card, **changes}), encoding="utf-8")
    return folder


def test_reads_the_card_and_what_the_engine_needs_beside_it(tmp_path: Path) -> None:
    artifact = Artifact(model(tmp_path, {"head.onnx": ONNX}))

    assert artifact.card.name == "small"
    assert artifact.card.languages == ("en",)
    assert artifact.card.scores == {"status.accuracy": 0.5}
    assert artifact.labels == {"status": ["PRESENT", "ABSENT"]}
    assert artifact.temperatures == {"status": 1.25}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("head.onnx", ONNX),
        ("words.json", b' {"a": 1}'),
        ("weights.safetensors", SAFETENSORS),
        ("words.npz", npz()),
        ("lists.toml", "words = ['a – b']".encode()),
    ],
)
def test_hands_out_a_file_that_is_what_its_card_says(tmp_path: Path, name: str, content: bytes) -> None:
    model(tmp_path, {name: content})

    assert Artifact(tmp_path).path(name).read_bytes() == content


def test_refuses_a_flipped_byte(tmp_path: Path) -> None:
    model(tmp_path, {"head.onnx": ONNX})
    (tmp_path / "head.onnx").write_bytes(ONNX[:-1] + b"\x01")

    with pytest.raises(CorruptArtifact, match=r"head\.onnx' does not match the sha256 on its card; reinstall"):
        Artifact(tmp_path).path("head.onnx")


def test_refuses_a_file_cut_short_before_it_reads_it(tmp_path: Path) -> None:
    model(tmp_path, {"head.onnx": ONNX})
    (tmp_path / "head.onnx").write_bytes(ONNX[:-1])

    with pytest.raises(CorruptArtifact, match=r"head\.onnx' has 3 bytes, its card says 4; reinstall"):
        Artifact(tmp_path).path("head.onnx")


def test_names_the_file_that_is_missing(tmp_path: Path) -> None:
    model(tmp_path, {"head.onnx": ONNX})
    (tmp_path / "head.onnx").unlink()

    with pytest.raises(MissingArtifact, match=r"head\.onnx' is missing; reinstall"):
        Artifact(tmp_path).path("head.onnx")


def test_finds_a_file_right_once_it_was_put_right(tmp_path: Path) -> None:
    model(tmp_path, {"head.onnx": ONNX})
    (tmp_path / "head.onnx").unlink()
    with pytest.raises(MissingArtifact):
        Artifact(tmp_path).path("head.onnx")

    (tmp_path / "head.onnx").write_bytes(ONNX)

    assert Artifact(tmp_path).path("head.onnx").exists()


def test_refuses_a_file_the_card_does_not_know(tmp_path: Path) -> None:
    model(tmp_path, {"head.onnx": ONNX})
    (tmp_path / "other.onnx").write_bytes(ONNX)

    with pytest.raises(CorruptArtifact, match=r"no sha256 for 'other\.onnx'"):
        Artifact(tmp_path).path("other.onnx")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("head.onnx", pickle.dumps({"weights": [1.0]})),
        ("head.onnx", pickle.dumps({"weights": [1.0]}, protocol=0)),
        ("head.onnx", torch_like()),
        ("words.npz", torch_like()),
        ("words.npz", pickle.dumps([1])),
        ("weights.safetensors", pickle.dumps([1])),
        ("words.json", pickle.dumps([1])),
        ("lists.toml", pickle.dumps([1])),
    ],
)
def test_refuses_a_pickle_under_another_name(tmp_path: Path, name: str, content: bytes) -> None:
    model(tmp_path, {name: content})

    with pytest.raises(CorruptArtifact, match="is not what its name says"):
        Artifact(tmp_path).path(name)


@pytest.mark.parametrize("name", ["weights.pkl", "weights.pt", "weights.bin", "weights"])
def test_loads_no_file_of_another_kind(tmp_path: Path, name: str) -> None:
    model(tmp_path, {name: ONNX})

    with pytest.raises(CorruptArtifact, match=r"of a kind we never load; we load \['\.json', "):
        Artifact(tmp_path).path(name)


def test_says_that_the_card_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingArtifact, match=r"card\.json' is missing; reinstall"):
        Artifact(tmp_path)


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff\xfe", b"null"])
def test_refuses_a_card_that_is_no_json_object(tmp_path: Path, content: bytes) -> None:
    (tmp_path / CARD).write_bytes(content)

    with pytest.raises(CorruptArtifact, match=r"card\.json'"):
        Artifact(tmp_path)


@pytest.mark.parametrize("changes", [{"scores": {"accuracy": "good"}}, {"sha256": None}, {"languages": None}])
def test_refuses_a_card_with_a_field_of_another_kind(tmp_path: Path, changes: dict[str, Any]) -> None:
    model(tmp_path, {}, **changes)

    with pytest.raises(CorruptArtifact, match="is not complete"):
        Artifact(tmp_path)
