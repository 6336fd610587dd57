"""Weights with their card: read offline, and trusted only once size, checksum and first bytes agree with the card."""

from __future__ import annotations

import hashlib
import json
import tomllib
import zipfile
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from epicrisis.engines.contracts import EngineCard
from epicrisis.errors import CorruptArtifact, MissingArtifact

CARD = "card.json"

_REINSTALL = "reinstall epicrisis, or restore the file from the wheel"


class Artifact:
    """A folder of model files described by its ``card.json``.

    The card holds the fields of ``EngineCard`` (its ``sha256`` names every file), optionally ``sizes`` in bytes, and
    what its engine needs to understand the weights: ``labels`` and ``temperatures``, handed on as they stand.

    Raises:
        MissingArtifact: the folder has no card.
        CorruptArtifact: the card is not one we can read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        content = _content(folder / CARD)
        try:
            self.card = _card(content)
            self._sizes = {str(file): int(size) for file, size in content.get("sizes", {}).items()}
            self.labels: Mapping[str, Any] = dict(content.get("labels", {}))
            self.temperatures: Mapping[str, float] = dict(content.get("temperatures", {}))
            self.thresholds: Mapping[str, float] = dict(content.get("thresholds", {}))
        except (AttributeError, KeyError, TypeError, ValueError) as cause:
            raise CorruptArtifact(
                f"The card '{folder.name}/{CARD}' is not complete ({type(cause).__name__}: {cause}); {_REINSTALL}."
            ) from cause

    def path(self, file: str) -> Path:
        """Return the path of ``file`` once it is what the card says; each file is read for that once per process.

        Raises:
            MissingArtifact: the file is not there.
            CorruptArtifact: it is not on the card, of a kind we never load, or not what the card says.
        """
        expected = self.card.sha256.get(file)
        if expected is None:
            raise CorruptArtifact(f"The card '{self.folder.name}/{CARD}' has no sha256 for '{file}'; {_REINSTALL}.")
        return _verified(self.folder / file, expected, self._sizes.get(file))


def looks_right(path: Path) -> bool:
    """Return whether ``path`` is of a kind we load and begins as that kind does: a pickle by another name does not."""
    return path.suffix in _LOOKS_RIGHT and _LOOKS_RIGHT[path.suffix](path)


def _content(path: Path) -> dict[str, Any]:
    name = f"{path.parent.name}/{path.name}"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as cause:
        raise MissingArtifact(f"The card '{name}' is missing; {_REINSTALL}.") from cause
    except (OSError, ValueError) as cause:
        raise CorruptArtifact(f"The card '{name}' cannot be read ({type(cause).__name__}); {_REINSTALL}.") from cause
    if not isinstance(content, dict):
        raise CorruptArtifact(f"The card '{name}' is not a JSON object; {_REINSTALL}.")
    return content


def _card(content: Mapping[str, Any]) -> EngineCard:
    return EngineCard(
        name=content["name"],
        version=content["version"],
        summary=content["summary"],
        languages=tuple(content["languages"]),
        trained_on=tuple(content.get("trained_on", ())),
        licence=content["licence"],
        scores={name: float(score) for name, score in content.get("scores", {}).items()},
        limits=tuple(content.get("limits", ())),
        sha256={str(file): str(digest) for file, digest in content["sha256"].items()},
    )


# A file is hashed once per process. What failed is not remembered, so a file put right is found right.
@lru_cache(maxsize=256)
def _verified(path: Path, expected: str, size: int | None) -> Path:
    name = f"{path.parent.name}/{path.name}"
    if PurePosixPath(path.name).suffix not in _LOOKS_RIGHT:
        raise CorruptArtifact(f"The model file '{name}' is of a kind we never load; we load {sorted(_LOOKS_RIGHT)}.")
    try:
        found = path.stat().st_size
        if size is not None and found != size:
            raise CorruptArtifact(f"The model file '{name}' has {found} bytes, its card says {size}; {_REINSTALL}.")
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError as cause:
        raise MissingArtifact(f"The model file '{name}' is missing; {_REINSTALL}.") from cause
    except OSError as cause:
        raise MissingArtifact(
            f"The model file '{name}' cannot be read ({type(cause).__name__}); {_REINSTALL}."
        ) from cause
    if digest != expected:
        raise CorruptArtifact(f"The model file '{name}' does not match the sha256 on its card; {_REINSTALL}.")
    if not _LOOKS_RIGHT[path.suffix](path):
        raise CorruptArtifact(f"The model file '{name}' is not what its name says, so it is not loaded; {_REINSTALL}.")
    return path


def _is_onnx(path: Path) -> bool:
    # An ONNX file is a protobuf ModelProto, and exporters write its first field, ir_version: tag 0x08, then a small
    # number. A pickle starts with 0x80 (protocol 2 and later) or with printable opcodes, a zipped one with "PK".
    first = _head(path, 2)
    return len(first) == 2 and first[0] == 0x08 and first[1] < 0x40


def _is_safetensors(path: Path) -> bool:
    # Eight bytes of header length, little-endian, then the header, a JSON object: huggingface/safetensors, "Format".
    first = _head(path, 9)
    return first[8:] == b"{" and 2 <= int.from_bytes(first[:8], "little") <= path.stat().st_size - 8


def _is_npz(path: Path) -> bool:
    # An .npz is a zip of .npy files; torch.save writes a zip as well, with a pickle inside.
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return False
    return bool(names) and all(name.endswith(".npy") for name in names)


def _is_json(path: Path) -> bool:
    return _head(path, 64).lstrip()[:1] in (b"{", b"[")


def _is_toml(path: Path) -> bool:
    try:
        tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return False
    return True


def _head(path: Path, count: int) -> bytes:
    with path.open("rb") as stream:
        return stream.read(count)


_LOOKS_RIGHT: dict[str, Callable[[Path], bool]] = {
    ".json": _is_json,
    ".npz": _is_npz,
    ".onnx": _is_onnx,
    ".safetensors": _is_safetensors,
    ".toml": _is_toml,
}
