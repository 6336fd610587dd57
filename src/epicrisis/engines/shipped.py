"""The models inside the package, and what an entry point names where one of them makes an engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Generic, TypeVar

from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.contracts import EngineCard

E = TypeVar("E")


def shipped(name: str) -> Path:
    """Return the folder of the model ``name`` inside the package."""
    return Path(str(files("epicrisis"))) / "models" / name


@dataclass(frozen=True, slots=True)
class ShippedEngine(Generic[E]):
    """The engine that ``load`` makes of the model in ``folder``, built when called.

    Its files are looked at then, whenever the engine reads them: a server whose files are not right tells at its start.
    """

    folder: str
    load: Callable[[Artifact], E]

    @property
    def card(self) -> EngineCard:
        """Describe the engine once its files are what the card says.

        Raises:
            ArtifactError: a file is missing or not what the card says.
        """
        return self._verified().card

    def __call__(self) -> E:
        """Build the engine.

        Raises:
            ArtifactError: a file is missing or not what the card says.
        """
        return self.load(self._verified())

    def _verified(self) -> Artifact:
        artifact = Artifact(shipped(self.folder))
        for file in artifact.card.sha256:
            artifact.path(file)
        return artifact


@dataclass(frozen=True, slots=True)
class TableEngine(Generic[E]):
    """The engine that ``make`` builds of tables and words of the package when called; its card is told before that."""

    card: EngineCard
    make: Callable[[], E]

    def __call__(self) -> E:
        """Build the engine."""
        return self.make()
