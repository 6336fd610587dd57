"""The base install stays small enough to be put anywhere."""

from __future__ import annotations

import re
from importlib.metadata import distribution
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.markers import Marker

pytestmark = pytest.mark.e2e

MEGABYTE = 1_000_000
LIMIT = 455 * MEGABYTE

_PIN = re.compile(r"^([a-z0-9.-]+)==\S+(?: ; ([^\\]+?))? \\$", re.MULTILINE)


def size_of(name: str) -> int:
    """Return the bytes of an installed distribution, with the bytecode pip compiled for it."""
    return sum(
        path.stat().st_size for file in distribution(name).files or () if (path := Path(str(file.locate()))).is_file()
    )


def test_library_cli_server_and_models_fit_in_455_megabytes(root: Path, wheel: Path) -> None:
    lock = (root / "requirements" / "run.lock").read_text(encoding="utf-8")
    pinned = [name for name, marker in _PIN.findall(lock) if not marker or Marker(marker).evaluate()]
    sizes = {name: size_of(name) for name in pinned}
    with ZipFile(wheel) as packed:
        sizes["epicrisis"] = sum(file.file_size for file in packed.infolist())

    largest = sorted(sizes.items(), key=lambda item: -item[1])[:5]
    assert sizes["openvino"] > 100 * MEGABYTE, "the sizes are not those of the packages"
    assert sum(sizes.values()) <= LIMIT, f"{sum(sizes.values()) / MEGABYTE:.0f} MB; the largest: {largest}"
