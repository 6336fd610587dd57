"""Where the files of a foreign model lie: a folder, an ONNX file, or the hub's local cache; nothing is downloaded."""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from epicrisis.engines.artifacts import looks_right
from epicrisis.errors import CorruptArtifact, MissingArtifact, UnknownEngine

HOW_TO = "docs/how-to/use-a-hugging-face-model.md"
CONFIG = "config.json"
TOKENIZER = "tokenizer.json"

_HUB_NAME = re.compile(r"(?P<repository>[\w.-]+(?:/[\w.-]+)?)(?:@(?P<revision>[\w./-]+))?")
# What the tokenizer of the original library is built from where there is no tokenizer.json.
_WORD_LISTS = (
    "vocab.txt", "vocab.json", "merges.txt", "added_tokens.json", "special_tokens_map.json", "tokenizer_config.json",
    "spiece.model", "sentencepiece.bpe.model", "spm.model", "tokenizer.model",
)  # fmt: skip
_BARE = frozenset(name for name in _WORD_LISTS if not name.endswith(".json"))
# A graph may keep its weights in files beside it, and then names them: "location", a string of ONNX's external_data.
_LOCATION = re.compile(rb"\x0a\x08location\x12(.)", re.DOTALL)
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,126}", re.ASCII)
# Where exporters put the graph of a model, by preference.
_GRAPHS = ("model.onnx", "onnx/model.onnx")


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The files of one model: ``folder`` holds configuration and tokenizer, ``graph`` is its ONNX file where it is one.

    ``version`` is the revision of the hub where it comes from there, else the beginning of its weights' sha256.
    """

    name: str
    version: str
    folder: Path
    graph: Path | None
    config: Mapping[str, Any]
    sha256: Mapping[str, str]
    size_bytes: int


def find_model(model: str, *, engines: Sequence[str] = ()) -> ModelFiles:
    """Return the files of ``model``: a folder, an ONNX file, or ``owner/name[@revision]`` in the hub's local cache.

    Raises:
        UnknownEngine: there is no such model here; the message lists what can be named, ``engines`` among it.
        ArtifactError: it lacks a file, or its weights are of a kind we never load.
    """
    path = Path(model).expanduser()
    if path.is_dir():
        return _in_folder(path, name=path.resolve().name)
    if path.is_file():
        # The whole path is the name of a file; its folder says more than "model.onnx".
        return _graph_alone(path, name=path.resolve().parent.name)
    named = _HUB_NAME.fullmatch(model)
    snapshot = _snapshot(named["repository"], named["revision"] or "main") if named else None
    if named is None or snapshot is None:
        raise UnknownEngine(_unknown(model, engines))
    return _in_folder(snapshot, name=named["repository"], version=snapshot.name)


def hub_cache() -> Path:
    """Return the folder in which the hub's own tools keep what they downloaded, as their variables say."""
    if cache := os.environ.get("HF_HUB_CACHE"):
        return Path(cache).expanduser()
    if home := os.environ.get("HF_HOME"):
        return Path(home).expanduser() / "hub"
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "huggingface" / "hub"


def _snapshot(repository: str, revision: str) -> Path | None:
    kept = hub_cache() / f"models--{repository.replace('/', '--')}"
    reference = kept / "refs" / revision
    commit = reference.read_text(encoding="utf-8").strip() if reference.is_file() else revision
    snapshot = kept / "snapshots" / commit
    return snapshot if snapshot.is_dir() else None


def _in_folder(folder: Path, *, name: str, version: str = "") -> ModelFiles:
    config = _configuration(folder, name)
    weights = sorted(folder.glob("*.safetensors"))
    graph = next((folder / file for file in _GRAPHS if (folder / file).is_file()), None)
    if weights:
        return _described(name, version, folder, None, config, weights)
    if graph is not None:
        return _described(name, version, folder, graph, config, [graph])
    if pickles := [path.name for path in sorted(folder.glob("*.bin"))]:
        raise CorruptArtifact(
            f"The weights of {name!r} are a pickle ({', '.join(pickles)}), which can run code when it is read; "
            f"we load safetensors and ONNX. {HOW_TO} says how to convert them."
        )
    raise MissingArtifact(f"The model {name!r} has no weights beside its {CONFIG}: neither safetensors nor ONNX.")


def _graph_alone(path: Path, *, name: str) -> ModelFiles:
    if path.suffix != ".onnx":
        raise CorruptArtifact(
            f"The model file '{path.name}' is of a kind we never load; name an ONNX file, or the folder of "
            f"safetensors. {HOW_TO} says how to convert others."
        )
    # Exporters of whole repositories put the graph one folder below the rest.
    folder = path.parent if (path.parent / CONFIG).is_file() else path.parent.parent
    return _described(name, "", folder, path, _configuration(folder, name), [path])


def _configuration(folder: Path, name: str) -> Mapping[str, Any]:
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except FileNotFoundError as cause:
        raise MissingArtifact(f"The model {name!r} has no {CONFIG}, which names its labels; put it there.") from cause
    except (OSError, ValueError) as cause:
        raise CorruptArtifact(f"The {CONFIG} of {name!r} cannot be read ({type(cause).__name__}).") from cause
    if not isinstance(config, dict):
        raise CorruptArtifact(f"The {CONFIG} of {name!r} is not a JSON object.")
    return config


def _described(
    name: str, version: str, folder: Path, graph: Path | None, config: Mapping[str, Any], weights: Sequence[Path]
) -> ModelFiles:
    # What the words and the numbers of the answer mean stands in the others; with them, equal is equal.
    words = [TOKENIZER] if (folder / TOKENIZER).is_file() else _WORD_LISTS
    others = [path for path in (folder / file for file in (CONFIG, *words)) if path.is_file()]
    digests = {path.name: _digest(path) for path in [*weights, *others]}
    beside = _beside(graph) if graph is not None else []
    digests |= {path.name: _digest(path, bare=True) for path in beside}
    size = sum(path.stat().st_size for path in [*weights, *others, *beside])
    return ModelFiles(name, version or next(iter(digests.values()))[:12], folder, graph, config, digests, size)


def _beside(graph: Path) -> list[Path]:
    """Return the files in which ``graph`` says that it keeps weights."""
    try:
        with graph.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
            found = {content[at.end() : at.end() + at[1][0]] for at in _LOCATION.finditer(content)}
    except (OSError, ValueError) as cause:
        raise MissingArtifact(f"The model file '{graph.name}' cannot be read ({type(cause).__name__}).") from cause
    names = sorted(name.decode("utf-8", "replace") for name in found)
    if any(not _PLAIN_NAME.fullmatch(name) for name in names):
        raise CorruptArtifact(
            f"The model file '{graph.name}' keeps weights in files that do not lie beside it, so it is not loaded; "
            "export it again, as one file."
        )
    return [graph.parent / name for name in names]


def _digest(path: Path, *, bare: bool = False) -> str:
    try:
        # Weights beside a graph are bare numbers and look like nothing; so do word lists but for those in JSON.
        if not (bare or path.name in _BARE or looks_right(path)):
            raise CorruptArtifact(f"The model file '{path.name}' is not what its name says, so it is not loaded.")
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as cause:
        raise MissingArtifact(f"The model file '{path.name}' cannot be read ({type(cause).__name__}).") from cause


def _unknown(model: str, engines: Sequence[str]) -> str:
    command = model.replace("@", " --revision ") if "/" in model else "owner/name"
    return (
        f"There is no assertion model {model!r} on this machine. EPICRISIS_ASSERTION__MODEL takes a folder with "
        f"{CONFIG} and safetensors, an ONNX file with {CONFIG} and {TOKENIZER} beside it, or a hub name whose files "
        f"lie in '{hub_cache()}'; nothing is downloaded here, so fetch them beforehand: hf download {command}. "
        f"The engines {list(engines)} are chosen by EPICRISIS_ASSERTION."
    )
