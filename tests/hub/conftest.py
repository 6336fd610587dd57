"""A model of the hub as it would lie on this machine: a folder, an ONNX file, and the hub's local cache."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path
from typing import NoReturn

import pytest

NEEDED = "models of the hub need PyTorch: make testlab"
REPOSITORY = "prueba/tiny-assertion-bert"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the tiny model, its safetensors and its tokenizer."""
    pytest.importorskip("torch", reason=NEEDED)
    pytest.importorskip("transformers", reason=NEEDED)
    from tests.hub.tiny import save

    folder = tmp_path_factory.mktemp("hub") / "tiny-assertion-bert"
    save(folder)
    return folder


@pytest.fixture(scope="session")
def graph(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the same model as an ONNX file, with what belongs beside it."""
    from tests.hub.tiny import export

    graph = tmp_path_factory.mktemp("graphs") / "tiny-assertion-onnx" / "model.onnx"
    export(folder, graph)
    for name in ("config.json", "tokenizer.json"):
        shutil.copy(folder / name, graph.parent)
    return graph


@pytest.fixture
def hub_home(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lay the model out as the hub's tools do: blobs, and links to them by revision."""
    kept = tmp_path / "home" / "hub" / f"models--{REPOSITORY.replace('/', '--')}"
    snapshot, blobs = kept / "snapshots" / COMMIT, kept / "blobs"
    for place in (snapshot, blobs, kept / "refs"):
        place.mkdir(parents=True)
    (kept / "refs" / "main").write_text(COMMIT, encoding="utf-8")
    for number, path in enumerate(sorted(folder.iterdir())):
        shutil.copy(path, blobs / f"{number:040x}")
        (snapshot / path.name).symlink_to(Path("..", "..", "blobs", f"{number:040x}"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("HF_HUB_CACHE", raising=False)
    return tmp_path / "home"


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail whoever opens a connection or asks for the address of a name."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("loading a model reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
