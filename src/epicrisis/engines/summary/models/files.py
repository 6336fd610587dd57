"""The files of a model: which there are, what they hash to, and what they are not allowed to be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from epicrisis.engines.artifacts import looks_right
from epicrisis.errors import CorruptArtifact, MissingArtifact

CONFIG = "config.json"


def sha256_of(path: Path) -> str:
    """Return the sha256 of ``path``; a file that did not change is read for it once.

    Raises:
        MissingArtifact: it cannot be read.
    """
    try:
        known = path.stat()
        return _sha256(path, known.st_size, known.st_mtime_ns)
    except OSError as cause:
        raise MissingArtifact(f"The model file '{path.name}' cannot be read ({type(cause).__name__}).") from cause


def config_of(folder: Path) -> Mapping[str, Any]:
    """Return the configuration of the transformers model in ``folder``.

    Raises:
        MissingArtifact: there is none.
        CorruptArtifact: it is none.
    """
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except OSError as cause:
        raise MissingArtifact(f"The model '{folder.name}' has no {CONFIG} that can be read.") from cause
    except ValueError as cause:
        raise CorruptArtifact(f"The {CONFIG} of the model '{folder.name}' is no JSON.") from cause
    if not isinstance(config, dict):
        raise CorruptArtifact(f"The {CONFIG} of the model '{folder.name}' is no JSON object.")
    return config


def weights_in(folder: Path) -> tuple[Path, ...]:
    """Return the weights in ``folder``: safetensors alone, for other kinds may run code when they are read.

    Raises:
        MissingArtifact: there are none.
        CorruptArtifact: one is not what its name says.
    """
    found = tuple(sorted(folder.glob("*.safetensors")))
    if not found:
        raise MissingArtifact(
            f"The model '{folder.name}' has no *.safetensors; convert its weights, for other kinds are never loaded."
        )
    for path in found:
        if not looks_right(path):
            raise CorruptArtifact(f"'{path.name}' of the model '{folder.name}' is no safetensors file.")
    return found


@lru_cache(maxsize=256)
def _sha256(path: Path, size: int, changed: int) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
